from odoo import models


class AccountMove(models.Model):
    """An invoice leads to the whole chain (R-BEY-11)."""

    _name = "account.move"
    _inherit = ["account.move", "aftersales.trace.mixin"]

    def _get_trace_tickets(self):
        # sudo: who books need not see claims; their tickets are checked afterwards
        claims = self.sudo().invoice_line_ids.aftersales_claim_line_id
        return self.aftersales_ticket_id | claims.ticket_id.with_env(self.env)
