from datetime import UTC, datetime, time
from math import ceil
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

DAYS_A_MONTH = 365.25 / 12


class AftersalesReservePlan(models.Model):
    """How much of each part is kept in a warehouse, from what was used (R-STK-01)."""

    _name = "aftersales.reserve.plan"
    _description = "Reserve Plan"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "applied_by_id",
            "applied_at",
        }
    )

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        index=True,
        default=lambda self: (
            # sudo: readable to any role; archived ones are left out
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.env.company.id)], limit=1)
        ),
    )
    date = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self)
    )
    months = fields.Integer(
        "History, Months",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    min_days = fields.Integer(
        "At Least, Days",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    max_days = fields.Integer(
        "At Most, Days",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("applied", "Applied"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    line_ids = fields.One2many("aftersales.reserve.plan.line", "plan_id")
    value_now = fields.Monetary("Stock Value", compute="_compute_values")
    value_planned = fields.Monetary(
        "Value at Most",
        compute="_compute_values",
        help="When every part is ordered up to its plan.",
    )
    age_rate = fields.Float(
        "Within the Target Age, %",
        compute="_compute_age_rate",
        digits=(16, 1),
        help="By value, today.",
    )
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    applied_at = fields.Datetime("Applied on", readonly=True, copy=False)

    _terms = models.Constraint(
        "CHECK(months > 0 AND min_days >= 0 AND max_days >= min_days)",
        "A plan needs a history, and lasts at most no shorter than at least.",
    )
    _applied_has_stamp = models.Constraint(
        "CHECK(state != 'applied'"
        " OR (applied_by_id IS NOT NULL AND applied_at IS NOT NULL))",
        "An applied plan says who applied it, and when.",
    )

    @api.depends("company_id")
    def _compute_terms(self):
        for plan in self:
            company = plan.company_id or self.env.company
            plan.months = company.aftersales_reserve_months
            plan.min_days = company.aftersales_reserve_min_days
            plan.max_days = company.aftersales_reserve_max_days

    @api.depends("line_ids.on_hand", "line_ids.plan_max", "line_ids.cost")
    def _compute_values(self):
        for plan in self:
            lines = plan.line_ids
            plan.value_now = sum(line.on_hand * line.cost for line in lines)
            plan.value_planned = sum(line.plan_max * line.cost for line in lines)

    @api.depends("company_id")
    def _compute_age_rate(self):
        for plan in self:
            plan.age_rate = plan.company_id._get_aftersales_age_rate()[2]

    # -- CRUD -------------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_state("draft")

    # -- Steps ------------------------------------------------------------------------

    def action_compute(self):
        """Propose the reserve of each part from what was used (Parts keeper)."""
        self._check_role("parts_keeper")
        self._check_state("draft")
        for plan in self:
            # sudo: roles have no stock rights; role and state are checked above
            plan = plan.sudo().with_company(plan.company_id)
            plan.line_ids = [Command.clear()] + [
                Command.create(vals) for vals in plan._prepare_lines()
            ]
        return True

    def _get_since(self):
        """Return the begin of the history, in UTC: full months before the plan."""
        self.ensure_one()
        zone = ZoneInfo(self.company_id.resource_calendar_id.tz or "UTC")
        day = self.date - relativedelta(months=self.months)
        begin = datetime.combine(day, time.min, tzinfo=zone)
        return begin.astimezone(UTC).replace(tzinfo=None)

    def _prepare_lines(self):
        """Return the values of the lines: parts that were used, or have a rule."""
        self.ensure_one()
        self.env.flush_all()
        used, months = {}, {}
        for product, __, quantity in self.env["aftersales.part.demand"]._read_group(
            [
                ("warehouse_id", "=", self.warehouse_id.id),
                ("date", ">=", self._get_since()),
            ],
            ["product_id", "date:month"],
            ["quantity:sum"],
        ):
            used[product] = used.get(product, 0.0) + quantity
            months[product] = months.get(product, 0) + (quantity > 0)
        rules = self._get_rules()
        products = (
            self.env["product.product"]
            .union(*used, *rules)
            .filtered("aftersales_is_part")
        )
        stock = products.with_context(warehouse_id=self.warehouse_id.id)
        lines = []
        for product in stock.sorted(lambda p: (p.default_code or "", p.name)):
            daily = max(used.get(product, 0.0), 0.0) / (self.months * DAYS_A_MONTH)
            regular = (
                months.get(product, 0) >= self.company_id.aftersales_reserve_min_use
            )
            rule = rules.get(product)
            vals = {
                "product_id": product.id,
                "used": used.get(product, 0.0),
                "months_used": months.get(product, 0),
                "monthly": daily * DAYS_A_MONTH,
                "on_hand": product.qty_available,
                "cost": product.standard_price,
                "rule_min": rule.product_min_qty if rule else 0.0,
                "rule_max": rule.product_max_qty if rule else 0.0,
                "plan_min": 0.0,
                "plan_max": 0.0,
            }
            if regular and daily:
                for fname, days in (
                    ("plan_min", self.min_days),
                    ("plan_max", self.max_days),
                ):
                    # Whole pieces; what is a hair above one piece is one piece.
                    vals[fname] = ceil(round(daily * days, 6))
            lines.append(vals)
        return lines

    def _get_rules(self):
        """Return the reordering rules of the warehouse's stock: product -> rule."""
        self.ensure_one()
        rules = self.env["stock.warehouse.orderpoint"].search(
            [
                ("location_id", "=", self.warehouse_id.lot_stock_id.id),
                ("product_id.aftersales_is_part", "=", True),
            ]
        )
        return {rule.product_id: rule for rule in rules}

    def action_apply(self):
        """Make the plan the reordering rules of the warehouse (Parts keeper).

        Odoo's own rules order what falls below; a part planned at nothing keeps its
        rule at zero, so it is ordered when it is needed only.

        :raises UserError: for an empty plan, or one that is applied already
        """
        self._check_role("parts_keeper")
        self._check_state("draft")
        for plan in self:
            if not plan.line_ids:
                raise UserError(
                    self.env._(
                        "Reserve plan %(plan)s is empty: no part was used in its time. "
                        "Propose quantities, or look further back.",
                        plan=plan.name,
                    )
                )
            # sudo: roles have no stock rights; role and state are checked above
            plan.sudo().with_company(plan.company_id)._apply()
        self.sudo().write(  # sudo: stamps are not editable; checked above
            {
                "state": "applied",
                "applied_by_id": self.env.uid,
                "applied_at": fields.Datetime.now(),
            }
        )
        return True

    def _apply(self):
        """Write the reordering rules; checks nothing."""
        self.ensure_one()
        rules = self._get_rules()
        new = []
        for line in self.line_ids:
            vals = {"product_min_qty": line.plan_min, "product_max_qty": line.plan_max}
            if line.product_id in rules:
                rules[line.product_id].write(vals)
            elif line.plan_max:
                new.append(
                    {
                        **vals,
                        "product_id": line.product_id.id,
                        "warehouse_id": self.warehouse_id.id,
                        "location_id": self.warehouse_id.lot_stock_id.id,
                        "company_id": self.company_id.id,
                    }
                )
        self.env["stock.warehouse.orderpoint"].create(new)

    def action_cancel(self):
        """Give up a plan that is not applied."""
        self._check_role("parts_keeper")
        self._check_state("draft")
        self.sudo().state = "cancelled"  # sudo: the state is not editable
        return True

    def action_print(self):
        """Print the plan (F41)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_reserve_plan").report_action(self)
