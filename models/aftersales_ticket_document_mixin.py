from odoo import fields, models


class AftersalesTicketDocumentMixin(models.AbstractModel):
    """A record of one station of a ticket: whose it is, and the way back to it."""

    _name = "aftersales.ticket.document.mixin"
    _description = "Document of a Ticket"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "aftersales.ticket",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    vehicle_id = fields.Many2one(related="ticket_id.vehicle_id")
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")

    def action_open_ticket(self):
        """Open the ticket this document belongs to (smart button)."""
        self.ensure_one()
        return self.ticket_id._get_records_action()
