from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_account_figure import INCOME
from .aftersales_account_period_steps import ACTIVITY

FINANCE = "aftersales.group_aftersales_finance"


class AftersalesAccountPeriod(models.Model):
    """The accounts of a month or year, and closing them (R-PAY-07, R-STAT-14)."""

    _inherit = "aftersales.account.period"

    figure_ids = fields.One2many(
        "aftersales.account.figure", "period_id", groups=FINANCE
    )
    amount_revenue = fields.Monetary(
        "Revenue", compute="_compute_result", store=True, groups=FINANCE
    )
    amount_cost = fields.Monetary(
        "Cost", compute="_compute_result", store=True, groups=FINANCE
    )
    amount_profit = fields.Monetary(
        "Result",
        compute="_compute_result",
        store=True,
        groups=FINANCE,
        help="Revenue less cost, untaxed.",
    )
    amount_drift = fields.Monetary(
        "Booked since",
        compute="_compute_amount_drift",
        groups=FINANCE,
        help="What the books say of the result now, less what was closed.",
    )
    month_ids = fields.Many2many(
        "aftersales.account.period",
        string="Its months",
        compute="_compute_month_ids",
        groups=FINANCE,
    )
    amount_months = fields.Monetary(
        "Result of its months",
        compute="_compute_month_ids",
        groups=FINANCE,
        help="Of the months of the year, as closed.",
    )
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)

    _closed_stamped = models.Constraint(
        "CHECK((state = 'closed') = (closed_by_id IS NOT NULL)"
        " AND (closed_by_id IS NULL) = (closed_at IS NULL))",
        "What was closed says by whom and when.",
    )
    _two_people = models.Constraint(
        "CHECK(closed_by_id IS DISTINCT FROM submitted_by_id OR closed_by_id IS NULL)",
        "Who submits the statistics does not close the accounts.",
    )

    @api.depends("figure_ids.amount", "figure_ids.counts", "figure_ids.category")
    def _compute_result(self):
        for period in self:
            figures = period.figure_ids.filtered("counts")
            revenue = figures.filtered(lambda figure: figure.category in INCOME)
            rounded = (period.currency_id or self.env.company.currency_id).round
            period.amount_revenue = rounded(sum(revenue.mapped("amount")))
            period.amount_cost = rounded(-sum((figures - revenue).mapped("amount")))
            period.amount_profit = rounded(sum(figures.mapped("amount")))

    def _compute_amount_drift(self):
        figures = self.env["aftersales.account.figure"]
        for period in self:
            # sudo: the books behind a figure the reader may read
            now = figures.sudo()._read_books(period)
            total = sum(
                amount
                for (category, __), (amount, __) in now.items()
                if category != "deduction"
            )
            period.amount_drift = period.currency_id.round(total - period.amount_profit)

    @api.depends("kind", "date_from", "date_to", "company_id")
    def _compute_month_ids(self):
        years = self.filtered(lambda period: period.kind == "year")
        months = self.search(
            [("kind", "=", "month"), ("company_id", "in", years.company_id.ids)],
            order="date_from",
        )
        for period in self:
            mine = months.filtered(
                lambda month, period=period: (
                    period.kind == "year"
                    and month.company_id == period.company_id
                    and period.date_from <= month.date_from
                    and month.date_to <= period.date_to
                )
            )
            period.month_ids = mine
            period.amount_months = sum(mine.mapped("amount_profit"))

    # -- Steps ------------------------------------------------------------------------

    def _check_clerk(self):
        # A year has no statistics sheet of its own: Finance compiles it.
        if set(self.mapped("kind")) == {"year"}:
            # It has no statistics sheet of its own.
            return self._check_role("quality", "finance")
        return super()._check_clerk()

    def _refresh(self):
        result = super()._refresh()
        self._refresh_figures()
        return result

    def _refresh_figures(self):
        """Write the figures anew from the books (in sudo)."""
        for period in self:
            period.figure_ids.unlink()
            self.env["aftersales.account.figure"]._create_for(period)

    def action_refresh_figures(self):
        """Read the figures anew from the books, before closing (Finance)."""
        self._check_role("finance")
        self._check_state("draft", "submitted")
        # sudo: figures are written by this step only; role and state are checked above
        self.sudo()._refresh_figures()
        return True

    def action_close(self):
        """Close the accounts: from now on the figures are frozen (Finance, R-PAY-07).

        :raises UserError: by who has submitted it, and of a year of which a month is
            not closed
        """
        self._check_role("finance")
        self._check_state("submitted")
        for period in self:
            if period.submitted_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(period)s was submitted by you: somebody else of Finance "
                        "closes it.",
                        period=period.display_name,
                    )
                )
            waiting = period.month_ids.filtered(lambda month: month.state != "closed")
            if waiting:
                raise UserError(
                    self.env._(
                        "%(period)s: close %(months)s first.",
                        period=period.display_name,
                        months=", ".join(waiting.mapped("display_name")),
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        periods = self.sudo()
        periods.lock_for_update()
        periods._refresh_figures()
        # The figures first: once it is closed, the database keeps them.
        self.env.flush_all()
        periods.write(
            {
                "state": "closed",
                "closed_by_id": self.env.uid,
                "closed_at": fields.Datetime.now(),
            }
        )
        periods.activity_unlink([ACTIVITY])
        return True

    @api.readonly
    def action_export_figures(self):
        """Download the accounts as a spreadsheet (Finance)."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/aftersales/accounts/{self.id}/xlsx",
            "target": "download",
        }

    @api.model
    def _begin_missing(self, company):
        result = super()._begin_missing(company)
        self.search(
            [("company_id", "=", company.id), ("state", "=", "submitted")]
        )._refresh_figures()
        return result
