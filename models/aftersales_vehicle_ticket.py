from odoo import api, fields, models

from .aftersales_ticket import OPEN_STATES


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    ticket_ids = fields.One2many("aftersales.ticket", "vehicle_id")
    ticket_count = fields.Integer(compute="_compute_ticket_counts")
    open_ticket_count = fields.Integer(compute="_compute_ticket_counts")
    invoice_count = fields.Integer(compute="_compute_invoice_count")

    @api.depends("ticket_ids.state")
    def _compute_ticket_counts(self):
        self.ticket_count = 0
        self.open_ticket_count = 0
        groups = self.env["aftersales.ticket"]._read_group(
            [("vehicle_id", "in", self.ids)], ["vehicle_id", "state"], ["__count"]
        )
        for vehicle, state, count in groups:
            vehicle.ticket_count += count
            if state in OPEN_STATES:
                vehicle.open_ticket_count += count

    @api.depends_context("uid")
    def _compute_invoice_count(self):
        self.invoice_count = 0
        moves = self.env["account.move"]
        if not moves.has_access("read"):
            return
        groups = moves._read_group(
            [("aftersales_ticket_id.vehicle_id", "in", self.ids)],
            ["aftersales_ticket_id"],
            ["__count"],
        )
        for ticket, count in groups:
            # The ticket is read for whoever may read its invoice, and only by its id.
            vehicle = self.filtered(lambda v, t=ticket: v == t.sudo().vehicle_id)
            vehicle.invoice_count += count

    def action_open_invoices(self):
        """Open the invoices and credit notes of the vehicle's tickets (R-VEH-06)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("aftersales_ticket_id.vehicle_id", "=", self.id)],
            "context": {"create": False},
        }

    def _prepare_ticket_context(self):
        """Return the context in which a new ticket is one for this vehicle."""
        self.ensure_one()
        return {
            "default_vehicle_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_contact_id": self.driver_id.id,
        }

    def action_new_ticket(self):
        """Open an empty ticket for the vehicle: somebody reports from its file."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": "aftersales.ticket",
            "view_mode": "form",
            "context": self._prepare_ticket_context(),
        }

    def action_open_tickets(self):
        """Open the tickets of the vehicle: its service history (R-VEH-06)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tickets"),
            "res_model": "aftersales.ticket",
            "view_mode": "list,form",
            "domain": [("vehicle_id", "=", self.id)],
            "context": self._prepare_ticket_context(),
        }
