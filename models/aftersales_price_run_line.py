from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.choices import choices_of


class AftersalesPriceRunLine(models.Model):
    """The price of one part or operation, as Finance published it."""

    _name = "aftersales.price.run.line"
    _description = "Price"
    _order = "run_id, sequence, id"
    _rec_name = "product_id"
    _check_company_auto = True

    run_id = fields.Many2one(
        "aftersales.price.run",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="run_id.state")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        string="Part or Work",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    default_code = fields.Char(related="product_id.default_code")
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        compute="_compute_part_class",
        store=True,
        precompute=True,
        help="When the price was found.",
    )
    quantity = fields.Float(
        default=1.0, required=True, digits="Product Unit", help="In one product."
    )
    counts = fields.Boolean(
        "In the Sum",
        default=True,
        help="Parts inside a module are priced like the others but not counted twice.",
    )
    is_held = fields.Boolean(
        "Held",
        help="The price stays as it is entered here: for a part that other products "
        "share, or whose price the market sets.",
    )
    basis = fields.Selection(
        [
            ("cost", "At cost"),
            ("margin", "Cost and little"),
            ("share", "Share of the sum"),
            ("formula", "Formula"),
            ("held", "Held"),
            ("entered", "Entered"),
            ("core", "Protected: no price"),
        ],
        readonly=True,
        default="entered",
        required=True,
    )
    cost = fields.Monetary(readonly=True, help="When the price was found.")
    price = fields.Monetary("Settlement Price", help="What dealers pay.")
    guide_price = fields.Monetary(help="What users are charged.")
    price_before = fields.Monetary(
        "Settlement before", readonly=True, help="On the list when this was found."
    )
    guide_before = fields.Monetary("Guide before", readonly=True)
    change = fields.Float("Change, %", compute="_compute_change", digits=(16, 1))
    ratio = fields.Float("Price to Cost", compute="_compute_change", digits=(16, 2))
    is_deviating = fields.Boolean(
        "Deviating",
        compute="_compute_change",
        help="Changes by more than the company tolerates (R-PRICE-05).",
    )

    _product_uniq = models.UniqueIndex(
        "(run_id, product_id)", "This part is in the price run already."
    )
    _prices_positive = models.Constraint(
        "CHECK(COALESCE(price, 0) >= 0 AND COALESCE(guide_price, 0) >= 0)",
        "A price cannot be negative.",
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A part is in the product at least once."
    )
    _core_without_price = models.Constraint(
        "CHECK(basis != 'core' OR (COALESCE(price, 0) = 0"
        " AND COALESCE(guide_price, 0) = 0))",
        "A protected core part has no price.",
    )

    @api.depends("product_id")
    def _compute_part_class(self):
        for line in self:
            line.part_class = line.product_id.aftersales_part_class

    @api.depends("price", "guide_price", "price_before", "guide_before", "cost")
    def _compute_change(self):
        for line in self:
            before, now = line.price_before, line.price
            if not before and not now:
                before, now = line.guide_before, line.guide_price
            line.change = (now - before) / before * 100 if before else 0.0
            line.ratio = now / line.cost if line.cost else 0.0
            tolerance = line.company_id.aftersales_price_tolerance
            line.is_deviating = abs(line.change) > tolerance

    @api.constrains("product_id", "price", "guide_price")
    def _check_core(self):
        for line in self:
            if line.product_id.aftersales_part_class == "core" and (
                line.price or line.guide_price
            ):
                raise ValidationError(
                    self.env._(
                        "%(product)s is a protected core part: price run %(run)s "
                        "cannot give it a price.",
                        product=line.product_id.display_name,
                        run=line.run_id.name,
                    )
                )

    # -- CRUD: what is signed for stays as it is -------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        entered = lines.filtered(lambda line: line.basis == "entered")
        if entered:
            entered._read_present_prices()
        return lines

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def _check_open(self):
        for line in self:
            if line.run_id.state != "draft" and not self.env.su:
                raise UserError(
                    self.env._(
                        "Price run %(run)s is before Finance or published; its prices "
                        "stay as they are. Make another run.",
                        run=line.run_id.name,
                    )
                )

    def _read_present_prices(self):
        """Note cost and present prices of these lines, in one go for each company."""
        for company, lines in self.grouped("company_id").items():
            products = lines.product_id.with_company(company)
            present = {
                kind: self._get_list_prices(
                    company[f"aftersales_{kind}_pricelist_id"], products
                )
                for kind in ("settlement", "guide")
            }
            costs = {product.id: product.standard_price for product in products}
            # sudo: what is noted for comparison cannot be edited
            for line in lines.sudo():
                line.write(
                    {
                        "cost": costs[line.product_id.id],
                        "price_before": present["settlement"].get(line.product_id.id),
                        "guide_before": present["guide"].get(line.product_id.id),
                    }
                )

    @api.model
    def _get_list_prices(self, pricelist, products):
        """Return the prices that ``pricelist`` names for ``products``, by id."""
        if not pricelist:
            return {}
        return {
            product_id: price
            for product_id, (price, rule_id) in pricelist._compute_price_rule(
                products, 1.0
            ).items()
            if rule_id
        }

    def _prepare_item_vals(self, pricelist, fname):
        """Return the rule of ``pricelist`` for this price.

        :param fname: the field that holds the price
        """
        self.ensure_one()
        vals = {
            "pricelist_id": pricelist.id,
            "applied_on": "0_product_variant",
            "product_id": self.product_id.id,
            "product_tmpl_id": self.product_id.product_tmpl_id.id,
            "aftersales_run_line_id": self.id,
        }
        margin = self._get_margin() if self.run_id.follow_cost else None
        if margin is None:
            return {**vals, "compute_price": "fixed", "fixed_price": self[fname]}
        if fname == "guide_price":
            margin = (1 + margin) * (1 + self._get_guide_markup()) - 1
        return {
            **vals,
            "compute_price": "formula",
            "base": "standard_price",
            # A negative discount is what goes on top of the cost.
            "price_discount": -margin * 100,
        }

    def _get_margin(self):
        """Return the margin on cost as a fraction, or None: not priced by cost."""
        self.ensure_one()
        run = self.run_id
        return {
            "cost": 0.0,
            "margin": run.standard_margin / 100,
            "formula": run.part_margin / 100,
        }.get(self.basis)

    def _get_guide_markup(self):
        """Return what the guide price is above the dealer's, as a fraction.

        Wearing and standard parts keep their small profit on the guide list, too.
        """
        self.ensure_one()
        run = self.run_id
        markup = {
            "cost": 0.0,
            "margin": run.standard_margin,
            "core": 0.0,
        }.get(self.basis, run.guide_markup)
        return markup / 100
