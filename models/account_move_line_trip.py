from odoo import models


class AccountMoveLine(models.Model):
    """What was spent on the road is costed on the tickets it was for (R-EXP-07)."""

    _inherit = "account.move.line"

    def _prepare_analytic_lines(self):
        # sudo: which tickets an expense is for, whoever posts it
        tickets = self.sudo().expense_id._aftersales_get_tickets()
        rows = super()._prepare_analytic_lines()
        if not tickets:
            return rows
        return [
            {**row, **share}
            for row in rows
            for share in tickets._split_cost(row, self.company_currency_id)
        ]
