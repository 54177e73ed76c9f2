from odoo import api, fields, models


class AftersalesReservePlanLine(models.Model):
    _name = "aftersales.reserve.plan.line"
    _description = "Reserve of a Part"
    _order = "plan_id, id"
    _rec_name = "product_id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "aftersales.reserve.plan",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('aftersales_is_part', '=', True)]",
    )
    part_class = fields.Selection(related="product_id.aftersales_part_class")
    used = fields.Float(digits="Product Unit", readonly=True)
    months_used = fields.Integer(
        "In Months", readonly=True, help="Months in which it was used."
    )
    monthly = fields.Float("A Month", digits=(16, 2), readonly=True)
    on_hand = fields.Float("In Stock", digits="Product Unit", readonly=True)
    cost = fields.Monetary(readonly=True)
    rule_min = fields.Float("Min. so far", digits="Product Unit", readonly=True)
    rule_max = fields.Float("Max. so far", digits="Product Unit", readonly=True)
    plan_min = fields.Float("Plan Min.", digits="Product Unit")
    plan_max = fields.Float("Plan Max.", digits="Product Unit")
    surplus = fields.Float(
        digits="Product Unit",
        compute="_compute_surplus",
        help="In stock beyond the plan: it grows old.",
    )

    _product_uniq = models.UniqueIndex(
        "(plan_id, product_id)", "This part is in the plan already."
    )
    _quantities = models.Constraint(
        "CHECK(COALESCE(plan_min, 0) >= 0"
        " AND COALESCE(plan_max, 0) >= COALESCE(plan_min, 0))",
        "A plan orders up to no less than it begins to order at.",
    )

    @api.depends("on_hand", "plan_max")
    def _compute_surplus(self):
        for line in self:
            line.surplus = max(line.on_hand - line.plan_max, 0.0)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._check_state("draft")
        return lines

    def write(self, vals):
        self.plan_id._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.plan_id._check_state("draft")
