from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.choices import choices_of
from .aftersales_account_item import CATEGORIES, REVENUE

FIGURES = [
    *CATEGORIES,
    ("parts_unbooked", "Parts used, not in the books"),
    ("deduction", "Guarantees held back"),
]
ORDER = {key: number for number, (key, __) in enumerate(FIGURES)}
INCOME = tuple(key for key, __ in REVENUE)


class AftersalesAccountFigure(models.Model):
    """A figure of the after-sales accounts of a month or year (R-PAY-07).

    Each is the sum of journal items that one button opens; two are told apart:
    *Parts used, not in the books* is the value of parts of categories that are not
    valued at once, which no journal item stands for; *Guarantees held back* stands on
    a liability account and does not count to the result. Amounts are in company
    currency: income positive, cost negative.
    """

    _name = "aftersales.account.figure"
    _description = "Figure of After-Sales Accounts"
    _order = "period_id desc, sequence, payer, id"
    _check_company_auto = True

    period_id = fields.Many2one(
        "aftersales.account.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="period_id.state")
    sequence = fields.Integer(readonly=True)
    category = fields.Selection(FIGURES, required=True, readonly=True)
    payer = fields.Selection(
        selection=choices_of("sale.order", "aftersales_payer"),
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)
    item_count = fields.Integer("Items", readonly=True)
    counts = fields.Boolean(
        "Counts to the result", compute="_compute_counts", store=True, precompute=True
    )
    amount_now = fields.Monetary("In the books now", compute="_compute_amount_now")
    amount_drift = fields.Monetary(
        "Booked since",
        compute="_compute_amount_now",
        help="What the books say now, less what was closed.",
    )

    _category_once = models.UniqueIndex(
        "(period_id, category, COALESCE(payer, ''))", "A figure stands here once."
    )

    @api.depends("category")
    def _compute_counts(self):
        for figure in self:
            figure.counts = figure.category != "deduction"

    def _compute_amount_now(self):
        for period, figures in self.grouped("period_id").items():
            # sudo: the books behind figures the reader may read
            now = {
                key: amount
                for key, (amount, __) in self.sudo()._read_books(period).items()
            }
            for figure in figures:
                key = (figure.category, figure.payer or False)
                figure.amount_now = now.get(key, 0.0)
                figure.amount_drift = period.currency_id.round(
                    figure.amount_now - figure.amount
                )

    # -- The books --------------------------------------------------------------------

    @api.model
    def _read_books(self, period):
        """Return what the books say of a period (in sudo).

        :return: dict of (category, payer or False) -> (amount, number of items)
        """
        company, first, last = period.company_id, period.date_from, period.date_to
        rounded = company.currency_id.round
        found = {
            (category, payer or False): (rounded(amount), count)
            for category, payer, amount, count in self.env[
                "aftersales.account.item"
            ]._sum_by(company, first, last, "category", "payer")
        }
        moves = self._get_unbooked(period)
        if moves:
            amount = rounded(sum(self._get_cost(move) for move in moves))
            found["parts_unbooked", False] = (-amount, len(moves))
        [(amount, count)] = self.env["account.move.line"]._read_group(
            self._get_deduction_domain(period), [], ["balance:sum", "__count"]
        )
        if count:
            found["deduction", False] = (rounded(-amount), count)
        return found

    @api.model
    def _get_unbooked(self, period):
        """Return the moves of parts of tickets in a period that are not valued."""
        company = period.company_id
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        start, stop = (
            zone.localize(datetime.combine(day, time()))
            .astimezone(utc)
            .replace(tzinfo=None)
            for day in (period.date_from, period.date_to + timedelta(days=1))
        )
        used = Domain("location_dest_id.usage", "in", ("customer", "inventory"))
        used |= Domain("location_id.usage", "in", ("customer", "inventory"))
        moves = (
            self.env["stock.move"]
            .with_company(company)
            .search_fetch(
                Domain(
                    [
                        ("company_id", "=", company.id),
                        ("aftersales_line_id", "!=", False),
                        ("state", "=", "done"),
                        ("date", ">=", start),
                        ("date", "<", stop),
                        ("value", "!=", 0),
                    ]
                )
                & used,
                ["product_id", "location_dest_id", "value"],
            )
        )
        periodic = moves.product_id.filtered(
            lambda product: product.valuation != "real_time"
        )
        return moves.filtered(lambda move: move.product_id in periodic)

    @api.model
    def _get_cost(self, move):
        """Return the value that left with a move, negative where it came back."""
        left = move.location_dest_id.usage in ("customer", "inventory")
        return abs(move.value) if left else -abs(move.value)

    @api.model
    def _get_deduction_domain(self, period):
        """Return the domain of the items on the account of guarantees held."""
        account = period.company_id.aftersales_deduction_account_id
        return Domain(
            [
                ("company_id", "=", period.company_id.id),
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", period.date_from),
                ("date", "<=", period.date_to),
            ]
        ) & (
            Domain("move_id.aftersales_deduction_ids", "!=", False)
            | Domain("move_id.aftersales_deduction_refund_ids", "!=", False)
        )

    @api.model
    def _create_for(self, period):
        """Write the figures of a period from the books (in sudo)."""
        return self.create(
            [
                {
                    "period_id": period.id,
                    "sequence": ORDER[category],
                    "category": category,
                    "payer": payer,
                    "amount": amount,
                    "item_count": count,
                }
                for (category, payer), (amount, count) in self._read_books(
                    period
                ).items()
            ]
        )

    @api.readonly
    def action_view_items(self):
        """Open what makes this figure: journal items, or moves of parts."""
        self.ensure_one()
        self.check_access("read")
        period = self.period_id
        action = {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "view_mode": "list,form",
        }
        # sudo: which rows they are; what of them is seen follows from own rights
        figures = self.sudo()
        if self.category == "parts_unbooked":
            ids = figures._get_unbooked(period).ids
            return {**action, "res_model": "stock.move", "domain": [("id", "in", ids)]}
        if self.category == "deduction":
            domain = list(figures._get_deduction_domain(period))
        else:
            self.env.flush_all()
            items = figures.env["aftersales.account.item"].search(
                [
                    ("company_id", "=", period.company_id.id),
                    ("date", ">=", period.date_from),
                    ("date", "<=", period.date_to),
                    ("category", "=", self.category),
                    ("payer", "=", self.payer),
                ]
            )
            domain = [("id", "in", items.ids)]
        return {**action, "res_model": "account.move.line", "domain": domain}

    @api.depends("category", "payer")
    def _compute_display_name(self):
        categories = dict(self._fields["category"]._description_selection(self.env))
        payers = dict(self._fields["payer"]._description_selection(self.env))
        for figure in self:
            figure.display_name = ", ".join(
                filter(None, (categories[figure.category], payers.get(figure.payer)))
            )
