from odoo import models


class StockPicking(models.Model):
    """No part leaves on credit for who does not pay (dunning level)."""

    _inherit = "stock.picking"

    def _aftersales_check_credit(self):
        result = super()._aftersales_check_credit()
        # What is lent comes back: nobody pays for it.
        if self.aftersales_kind == "issue":
            self.aftersales_ticket_id.partner_id._aftersales_check_credit(
                self.company_id, self.name
            )
        return result
