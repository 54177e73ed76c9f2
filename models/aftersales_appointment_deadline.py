from odoo import fields, models
from odoo.fields import Domain


class AftersalesDeadline(models.Model):
    _inherit = "aftersales.deadline"

    appointment_id = fields.Many2one(
        "aftersales.appointment", readonly=True, index=True, ondelete="cascade"
    )

    _appointment_milestone_uniq = models.UniqueIndex(
        "(appointment_id, milestone) WHERE appointment_id IS NOT NULL",
        "An appointment has each deadline once.",
    )


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    document = fields.Selection(
        [("ticket", "Tickets"), ("appointment", "Appointments")],
        string="For",
        required=True,
        default="ticket",
        help="Appointments have deadlines of their own: workshop told, confirmations "
        "(R-APPT-08, 11, 12).",
    )

    def write(self, vals):
        result = super().write(vals)
        if "document" in vals:
            self.env.registry.clear_cache()
        return result

    def _get_preference_domain(self):
        return super()._get_preference_domain() & Domain("document", "=", "ticket")


class AftersalesAppointment(models.Model):
    """The deadlines of an appointment, in the one engine (R-SLA-01, C-35..37)."""

    _inherit = "aftersales.appointment"

    def _deadline_start(self):
        return self.agreed_at or self.create_date

    def _deadline_event(self, event):
        return self.planned_start if event == "appointment" else False

    def _deadline_user(self, role):
        self.ensure_one()
        if role == "advisor":
            return self.advisor_id
        if role == "technician":
            return self.technician_id or self.team_id.leader_id
        if role in ("dispatcher", "manager"):
            return self.team_id.leader_id
        if role == "parts_keeper":
            return self._get_colleague("parts_keeper")
        return self.env["res.users"]

    def _deadline_applies(self, row):
        # Agreed the same morning: there is no day before to confirm.
        if row.unit == "before_event" and self.agreed_at:
            ahead = (self.planned_start - self.agreed_at).total_seconds() / 3600
            return ahead > row.duration
        return super()._deadline_applies(row)
