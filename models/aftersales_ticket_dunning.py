from odoo import models


class AftersalesTicket(models.Model):
    """No new credit for who does not pay (dunning level)."""

    _inherit = "aftersales.ticket"

    def action_vouch_credit(self):
        for ticket in self:
            ticket.partner_id._aftersales_check_credit(
                ticket.company_id, ticket.display_name
            )
        return super().action_vouch_credit()
