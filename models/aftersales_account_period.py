from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MONTH = relativedelta(months=1)
DAY = relativedelta(days=1)


class AftersalesAccountPeriod(models.Model):
    """A month or year of after-sales for Finance (R-PAY-06, R-PAY-07, F45).

    The scheduled action begins it when the month or year has ended. Its statistics
    sheet and its figures are read from the books, nothing is typed. Who compiles the
    statistics submits it by the day the policy says (the fifth), from then on the
    sheet is frozen; Finance closes it, from then on the figures are frozen, too.
    """

    _name = "aftersales.account.period"
    _description = "After-Sales Accounts of a Period"
    _inherit = [
        "aftersales.step.mixin",
        "aftersales.deadline.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_to desc, kind desc, id desc"
    _check_company_auto = True
    _deadline_field = "account_period_id"
    _deadline_condition_fields = frozenset()
    _deadline_people_fields = frozenset({"clerk_id"})

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("month", "Month"), ("year", "Year")],
        required=True,
        readonly=True,
        default="month",
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    clerk_id = fields.Many2one("res.users", "Compiled by", readonly=True)
    state = fields.Selection(
        [
            ("draft", "To be submitted"),
            ("submitted", "Submitted to Finance"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("aftersales.statistics.line", "period_id")
    line_count = fields.Integer("Tickets", compute="_compute_sums", store=True)
    amount_total = fields.Monetary("Billed", compute="_compute_sums", store=True)
    amount_open = fields.Monetary("Not paid", compute="_compute_sums", store=True)
    trip_cost = fields.Monetary("Cost of trips", compute="_compute_sums", store=True)
    refreshed_at = fields.Datetime("As of", readonly=True, copy=False)
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_at = fields.Datetime(readonly=True, copy=False)
    note = fields.Text("Remarks")
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    deadline_ids = fields.One2many("aftersales.deadline", "account_period_id")

    _period_uniq = models.UniqueIndex(
        "(company_id, kind, date_from)", "A period is accounted for once."
    )
    _period_check = models.Constraint(
        "CHECK(date_to > date_from"
        " AND (kind <> 'month' OR EXTRACT(DAY FROM date_from) = 1))",
        "A month begins on its first day.",
    )
    _submitted_stamped = models.Constraint(
        "CHECK((state = 'draft') = (submitted_by_id IS NULL)"
        " AND (submitted_by_id IS NULL) = (submitted_at IS NULL))",
        "What was submitted says by whom and when.",
    )

    @api.depends("name", "kind", "date_to")
    def _compute_display_name(self):
        for period in self:
            span = "%Y" if period.kind == "year" else "%Y-%m"
            end = period.date_to.strftime(span) if period.date_to else ""
            period.display_name = f"{period.name} {end}".strip()

    @api.depends("line_ids.amount_total", "line_ids.amount_open", "line_ids.trip_cost")
    def _compute_sums(self):
        for period in self:
            lines = period.line_ids
            period.line_count = len(lines)
            period.amount_total = sum(lines.mapped("amount_total"))
            period.amount_open = sum(lines.mapped("amount_open"))
            period.trip_cost = sum(lines.mapped("trip_cost"))

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("A month or year is begun by the scheduled action.")
            )
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            vals["policy_id"] = (
                self.env["aftersales.policy"]
                ._get_document_policy("account_period", company)
                .id
            )
        periods = super().create(vals_list)
        periods._deadline_create()
        return periods

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"note", "activity_ids"}:
                raise AccessError(
                    self.env._("What the accounts say follows from the books.")
                )
            if "note" in vals:
                self._check_state("draft", "submitted")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("%(period)s is kept as a record.", period=self[:1].display_name)
        )

    # -- Deadlines --------------------------------------------------------------------

    def _deadline_start(self):
        self.ensure_one()
        zone = timezone(self.company_id.resource_calendar_id.tz or "UTC")
        last = datetime.combine(self.date_to, time(12))
        return zone.localize(last).astimezone(utc).replace(tzinfo=None)

    def _deadline_user(self, role):
        self.ensure_one()
        return self.clerk_id if role == "quality" else self.env["res.users"]

    def _deadline_applies(self, row):
        return self.kind == "month"
