from odoo import api, fields, models

from .aftersales_appointment import OPEN_STATES


class AftersalesTicket(models.Model):
    """The ticket and the appointments of its vehicle (R-APPT-17, R-BEY-15)."""

    _inherit = "aftersales.ticket"

    appointment_ids = fields.One2many("aftersales.appointment", "ticket_id")
    appointment_count = fields.Integer(compute="_compute_appointment_count")
    open_appointment_ids = fields.Many2many(
        "aftersales.appointment",
        string="Open appointments",
        compute="_compute_open_appointment_ids",
        help="The vehicle is expected already.",
    )

    @api.depends("appointment_ids")
    def _compute_appointment_count(self):
        for ticket in self:
            ticket.appointment_count = len(ticket.appointment_ids)

    @api.depends("vehicle_id")
    def _compute_open_appointment_ids(self):
        """Announce the appointments of a vehicle when a ticket is made (R-BEY-15)."""
        Appointment = self.env["aftersales.appointment"]
        found = Appointment.search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("state", "in", OPEN_STATES),
            ]
        ).grouped("vehicle_id")
        for ticket in self:
            ticket.open_appointment_ids = found.get(
                ticket.vehicle_id._origin, Appointment
            )

    def action_open_appointments(self):
        """Open the appointment this ticket came from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.appointment",
            "res_id": self.appointment_ids[:1].id,
            "view_mode": "form",
        }
