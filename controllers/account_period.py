from odoo import http
from odoo.http import request

from .statement import StatementExport

# Fields of the statistics sheet, in the order of its columns (F45).
SHEET = (
    "ticket_id",
    "partner_id",
    "job",
    "parts",
    "technician_id",
    "advisor_id",
    "closed_on",
    "hours",
    "amount_labour",
    "amount_parts",
    "amount_other",
    "amount_untaxed",
    "amount_total",
    "amount_paid",
    "amount_open",
    "trip_cost",
)
# Fields of the accounts' figures.
FIGURES = ("category", "payer", "item_count", "amount", "counts")


class AccountPeriodExport(http.Controller):
    """Statistics and accounts of a month or year as spreadsheets (F45)."""

    @http.route("/aftersales/accounts/<int:period_id>/xlsx", auth="user")
    def export_accounts(self, period_id):
        """Return the accounts, figure by figure, to Finance; 404 to anybody else."""
        period = request.env["aftersales.account.period"].browse(period_id).exists()
        figures = request.env["aftersales.account.figure"]
        if not (period and period.has_access("read") and figures.has_access("read")):
            raise request.not_found()
        return StatementExport()._respond(
            period.figure_ids,
            FIGURES,
            period.display_name,
            counted=period.figure_ids.filtered("counts"),
        )

    @http.route("/aftersales/statistics/<int:period_id>/xlsx", auth="user")
    def export_statistics(self, period_id):
        """Return the statistics sheet; 404 where the user may not read it."""
        period = request.env["aftersales.account.period"].browse(period_id).exists()
        if not period or not period.has_access("read"):
            raise request.not_found()
        return StatementExport()._respond(period.line_ids, SHEET, period.display_name)
