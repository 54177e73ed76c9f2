from odoo import fields, models


class AftersalesAppointmentMove(models.TransientModel):
    """Another time for an appointment, and who heard of it (R-APPT-13)."""

    _name = "aftersales.appointment.move"
    _description = "Move an Appointment"

    appointment_id = fields.Many2one(
        "aftersales.appointment", required=True, ondelete="cascade"
    )
    planned_start = fields.Datetime("New time", required=True)
    moved_by = fields.Selection(
        [("customer", "The customer"), ("company", "Us")],
        string="Asked for by",
        required=True,
        default="customer",
    )
    reason = fields.Char(required=True)
    told_to = fields.Char("Told to", required=True, help="Who was told, and agreed.")

    def action_confirm(self):
        """Agree the new time and open that appointment.

        :raises UserError: when the new time cannot be kept, or we move one whose
            time has come
        """
        self.ensure_one()
        following = self.appointment_id._reschedule(
            self.planned_start, self.moved_by, self.reason, self.told_to
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.appointment",
            "res_id": following.id,
            "view_mode": "form",
        }
