from odoo import api, fields, models


class AftersalesCampaignLine(models.Model):
    """A part or an operation of the remedy, for one vehicle."""

    _name = "aftersales.campaign.line"
    _description = "Remedy of a Campaign"
    _order = "sequence, id"
    _check_company_auto = True

    campaign_id = fields.Many2one(
        "aftersales.campaign",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        string="Part or operation",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity_needed = fields.Float(
        "Still needed",
        compute="_compute_quantity_needed",
        digits="Product Unit",
        help="For all vehicles that are still open.",
    )
    quantity_free = fields.Float(
        "In stock",
        compute="_compute_quantity_needed",
        digits="Product Unit",
        help="On hand and not promised to anybody.",
    )
    is_short = fields.Boolean(
        compute="_compute_quantity_needed", help="Not enough for all open vehicles."
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A remedy takes at least some of its part or work."
    )
    _product_uniq = models.UniqueIndex(
        "(campaign_id, product_id)",
        "This part or operation is on the campaign already. Raise its quantity.",
    )

    @api.depends("quantity", "product_id", "campaign_id.vehicle_ids.state")
    def _compute_quantity_needed(self):
        for company, lines in self.grouped("company_id").items():
            # sudo: whoever plans a campaign need not hold rights in stock; only
            # figures leave
            products = lines.sudo().product_id.with_company(company)
            free = {
                product.id: product.free_qty
                for product in products
                if product.is_storable
            }
            for line in lines:
                line.quantity_needed = line.quantity * line.campaign_id.open_count
                line.quantity_free = free.get(line.product_id.id, 0.0)
                line.is_short = (
                    line.product_id.id in free
                    and line.product_uom_id.compare(
                        line.quantity_free, line.quantity_needed
                    )
                    < 0
                )
