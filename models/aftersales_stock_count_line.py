from odoo import api, fields, models


class AftersalesStockCountLine(models.Model):
    """One part at one place: what the books say, what is there, in what condition."""

    _name = "aftersales.stock.count.line"
    _description = "Part Counted"
    _order = "count_id, location_id, product_id, id"
    _rec_name = "product_id"
    _check_company_auto = True

    count_id = fields.Many2one(
        "aftersales.stock.count", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="count_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="count_id.state")
    stock_location_id = fields.Many2one(
        related="count_id.warehouse_id.lot_stock_id", string="Store"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_storable", "=", True)],
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Number",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Place",
        required=True,
        check_company=True,
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'child_of', stock_location_id), ('usage', '=', 'internal')]",
    )
    quant_id = fields.Many2one(
        "stock.quant",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    qty_book = fields.Float(
        "By the books",
        digits="Product Unit",
        readonly=True,
        help="When the sheet was made, in the part's own unit.",
    )
    qty_counted = fields.Float("Counted", digits="Product Unit")
    is_counted = fields.Boolean("Done")
    condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged"), ("expired", "Too old")],
        required=True,
        default="good",
    )
    note = fields.Char("Remark", help="Why it differs, what is wrong with it.")
    difference = fields.Float(
        digits="Product Unit", compute="_compute_difference", store=True
    )
    value = fields.Monetary("Worth", compute="_compute_value", compute_sudo=True)

    _counted_positive = models.Constraint(
        "CHECK(COALESCE(qty_counted, 0) >= 0)", "A counted quantity is not negative."
    )
    _place_once = models.UniqueIndex(
        "(count_id, product_id, location_id, COALESCE(lot_id, 0))",
        "This part is on the sheet already.",
    )

    @api.depends("count_id")
    def _compute_location_id(self):
        for line in self:
            line.location_id = line.location_id or line.stock_location_id

    @api.depends("qty_counted", "qty_book", "is_counted")
    def _compute_difference(self):
        for line in self:
            line.difference = line.is_counted and line.qty_counted - line.qty_book

    @api.depends("difference", "product_id")
    def _compute_value(self):
        for line in self:
            product = line.product_id.with_company(line.company_id)
            line.value = line.difference * product.standard_price

    @api.onchange("qty_counted", "condition")
    def _onchange_qty_counted(self):
        self.is_counted = True

    def _get_quant(self):
        """Return the stock that the line has counted, made when there was none."""
        self.ensure_one()
        Quants = self.env["stock.quant"]
        quant = self.quant_id or Quants.search(
            [
                ("product_id", "=", self.product_id.id),
                ("location_id", "=", self.location_id.id),
                ("lot_id", "=", self.lot_id.id),
                ("owner_id", "=", False),
                ("package_id", "=", False),
            ],
            limit=1,
        )
        return quant or Quants.create(
            {
                "product_id": self.product_id.id,
                "location_id": self.location_id.id,
                "lot_id": self.lot_id.id,
            }
        )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # What the books say is known by the books alone.
            vals_list = [
                {k: v for k, v in vals.items() if k not in ("qty_book", "quant_id")}
                for vals in vals_list
            ]
        lines = super().create(vals_list)
        if not self.env.su:
            lines.count_id._check_state("draft")
            for line in lines:
                # sudo: the books of the stock are not the parts keeper's to read
                line.sudo().qty_book = line.sudo()._get_quant().quantity
        return lines

    def write(self, vals):
        if not self.env.su:
            states = ("draft", "counted") if set(vals) == {"note"} else ("draft",)
            self.count_id._check_state(*states)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.count_id._check_state("draft", "cancelled")
