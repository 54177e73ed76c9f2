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
            for share in self._aftersales_split(row, tickets)
        ]

    def _aftersales_split(self, row, tickets):
        """Return the equal shares of ``tickets`` in an analytic row, to the cent."""
        shares, given, count = [], 0.0, len(tickets)
        for number, ticket in enumerate(tickets, 1):
            upto = self.company_currency_id.round(row["amount"] * number / count)
            shares.append(
                {
                    "aftersales_ticket_id": ticket.id,
                    "amount": upto - given,
                    "unit_amount": row["unit_amount"] / count,
                }
            )
            given = upto
        return shares
