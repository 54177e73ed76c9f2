from odoo import api, fields, models
from odoo.fields import Domain

from .aftersales_appointment import OPEN_STATES
from .aftersales_ticket import OPEN_STATES as OPEN_TICKETS


class AftersalesAppointment(models.Model):
    """What else is under way for the same vehicle (R-BEY-15)."""

    _inherit = "aftersales.appointment"

    other_ids = fields.Many2many(
        "aftersales.appointment",
        string="Other open appointments",
        compute="_compute_others",
    )
    open_ticket_ids = fields.Many2many(
        "aftersales.ticket", string="Open tickets", compute="_compute_others"
    )

    @api.depends("vehicle_id")
    def _compute_others(self):
        """Announce open appointments and tickets of the vehicle (R-BEY-15)."""
        vehicles = Domain("vehicle_id", "in", self.vehicle_id.ids)
        Ticket = self.env["aftersales.ticket"]
        others = self.search(vehicles & Domain("state", "in", OPEN_STATES))
        others = others.grouped("vehicle_id")
        tickets = Ticket.search(vehicles & Domain("state", "in", OPEN_TICKETS))
        tickets = tickets.grouped("vehicle_id")
        for appointment in self:
            vehicle = appointment.vehicle_id._origin
            found = others.get(vehicle, self.browse())
            appointment.other_ids = found - (appointment | appointment._origin)
            found = tickets.get(vehicle, Ticket)
            appointment.open_ticket_ids = found - appointment.ticket_id
