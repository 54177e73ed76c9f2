from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesPriceRun(models.Model):
    """Prices found together, laid before Finance, published with a date.

    R-PRICE-01, R-PRICE-03, R-PRICE-07, R-PRICE-08, R-EST-09, R-EST-13.
    """

    _name = "aftersales.price.run"
    _description = "Price Run"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_effective desc, id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "asked_by_id",
            "asked_at",
            "published_by_id",
            "published_at",
            "problem",
        }
    )

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    method = fields.Selection(
        [
            ("double", "Double rule over a parts list"),
            ("formula", "Formula on cost"),
            ("entered", "Entered: parts, labour, services"),
        ],
        required=True,
        default="double",
        help="How the prices are found.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "Waits for Finance"),
            ("published", "Published"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    date_effective = fields.Date(
        "In Force from",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=1),
    )
    bom_id = fields.Many2one(
        "aftersales.service.bom",
        string="Parts List",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose parts are priced: all that make up one product.",
    )
    model_id = fields.Many2one(related="bom_id.model_id", string="Vehicle Model")
    product_price = fields.Monetary(
        "Settlement Price of the Product",
        compute="_compute_product_price",
        store=True,
        readonly=False,
        precompute=True,
        help="What a dealer pays for the whole product.",
    )
    factor = fields.Float(
        "Parts to Product",
        digits=(16, 2),
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    standard_margin = fields.Float(
        "Standard Parts, %",
        digits=(16, 2),
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="On cost. Wearing parts are priced at cost.",
    )
    part_margin = fields.Float(
        "Other Parts, %",
        digits=(16, 2),
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    guide_markup = fields.Float(
        "Guide above Settlement, %",
        digits=(16, 2),
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    follow_cost = fields.Boolean(
        "Prices Follow the Cost",
        help="Publish the formula, not its result: prices move with the cost of each "
        "part (R-PRICE-07).",
    )
    note = fields.Text("Reason", help="What moved the prices; for Finance.")
    line_ids = fields.One2many("aftersales.price.run.line", "run_id", copy=True)
    line_count = fields.Integer(compute="_compute_totals")
    deviating_count = fields.Integer("Deviating", compute="_compute_totals")
    target = fields.Monetary("By the Rule", compute="_compute_totals")
    total = fields.Monetary("Sum of the Parts", compute="_compute_totals")
    difference = fields.Monetary(compute="_compute_totals")
    core_cost = fields.Monetary(
        "Cost of Core Parts",
        compute="_compute_totals",
        help="Protected parts have no price; the others carry their share.",
    )
    problem = fields.Text(
        readonly=True, copy=False, help="Why the rule cannot be kept."
    )
    asked_by_id = fields.Many2one("res.users", "Proposed by", readonly=True, copy=False)
    asked_at = fields.Datetime("Proposed on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    published_at = fields.Datetime("Published on", readonly=True, copy=False)

    _double_needs_list = models.Constraint(
        "CHECK(method != 'double' OR bom_id IS NOT NULL)",
        "The double rule is about one product: choose its parts list.",
    )
    _numbers = models.Constraint(
        "CHECK(factor > 0 AND standard_margin >= 0 AND part_margin >= 0"
        " AND guide_markup >= 0)",
        "Factor and margins of a price run cannot be negative.",
    )
    _published_by_another = models.Constraint(
        "CHECK(published_by_id IS NULL OR (asked_by_id IS NOT NULL"
        " AND asked_by_id != published_by_id))",
        "Nobody publishes prices he proposed himself.",
    )
    _published_has_stamp = models.Constraint(
        "CHECK(state != 'published'"
        " OR (published_by_id IS NOT NULL AND published_at IS NOT NULL))",
        "Published prices say who published them, and when.",
    )
    _no_problem_published = models.Constraint(
        "CHECK(state NOT IN ('proposed', 'published') OR problem IS NULL)",
        "Prices that break the rule are not published.",
    )

    # -- Computed ---------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_terms(self):
        for run in self:
            company = run.company_id or self.env.company
            run.factor = company.aftersales_price_factor
            run.standard_margin = company.aftersales_standard_margin
            run.part_margin = company.aftersales_part_margin
            run.guide_markup = company.aftersales_guide_markup

    @api.depends("bom_id")
    def _compute_product_price(self):
        for run in self:
            run.product_price = run._get_product_price()

    def _get_product_price(self):
        """Return what dealers pay for the product of the parts list, as far as known.

        By the settlement list, else the product's sales price; in the company's
        currency.
        """
        self.ensure_one()
        product = self.bom_id.product_tmpl_id.product_variant_id
        if not product:
            return 0.0
        pricelist = self.company_id.aftersales_settlement_pricelist_id
        return pricelist._get_product_price(
            product, 1.0, currency=self.company_id.currency_id
        )

    @api.depends(
        "factor",
        "product_price",
        "line_ids.price",
        "line_ids.quantity",
        "line_ids.counts",
        "line_ids.is_deviating",
    )
    def _compute_totals(self):
        for run in self:
            lines = run.line_ids
            counted = lines.filtered("counts")
            run.line_count = len(lines)
            run.deviating_count = len(lines.filtered("is_deviating"))
            run.target = run.factor * run.product_price
            run.total = sum(line.quantity * line.price for line in counted)
            run.difference = run.total - run.target
            run.core_cost = sum(
                line.quantity * line.cost for line in counted if line.basis == "core"
            )

    # -- CRUD -------------------------------------------------------------------------

    def write(self, vals):
        content = {name for name in vals if self._is_content(name)}
        if content and not self.env.su:
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for run in self:
            if run.state in ("proposed", "published"):
                raise UserError(
                    self.env._(
                        "Price run %(run)s is before Finance or published and stays. "
                        "Make another one to change prices.",
                        run=run.name,
                    )
                )

    def _is_content(self, name):
        """Return whether the field ``name`` is part of what Finance signs."""
        return name == "line_ids" or name in (
            "company_id",
            "method",
            "date_effective",
            "bom_id",
            "product_price",
            "factor",
            "standard_margin",
            "part_margin",
            "guide_markup",
            "follow_cost",
        )
