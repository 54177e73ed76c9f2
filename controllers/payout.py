from odoo import http
from odoo.http import request

from .statement import StatementExport

# Fields of the items, in the order of their columns.
ITEMS = (
    "employee_id",
    "payout_id",
    "month",
    "kind",
    "name",
    "ticket_id",
    "amount",
    "currency_id",
)


class PayoutExport(StatementExport):
    """Payout statements as a spreadsheet for payroll (R-INC-10)."""

    @http.route("/aftersales/payouts/xlsx", auth="user")
    def export_payouts(self, ids=""):
        """Return the items of these statements, a row for each.

        :param ids: of statements, parted by commas; those that the user may not read,
            and cancelled ones, are left out
        """
        numbers = [int(number) for number in ids.split(",") if number.isdigit()]
        payouts = request.env["aftersales.payout"].search(
            [("id", "in", numbers), ("state", "!=", "cancelled")]
        )
        if not payouts:
            raise request.not_found()
        lines = request.env["aftersales.payout.line"].search(
            [("payout_id", "in", payouts.ids)], order="month, employee_id, kind, id"
        )
        months = sorted({month.strftime("%Y-%m") for month in payouts.mapped("month")})
        name = request.env._("Payouts %(months)s", months=" ".join(months))
        return self._respond(lines, ITEMS, name)
