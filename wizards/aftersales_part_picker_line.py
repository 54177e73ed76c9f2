from odoo import api, fields, models


class AftersalesPartPickerLine(models.TransientModel):
    _name = "aftersales.part.picker.line"
    _description = "Part That Fits"
    _rec_name = "product_id"

    picker_id = fields.Many2one(
        "aftersales.part.picker", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    module_id = fields.Many2one("product.product", string="In Module", readonly=True)
    image_128 = fields.Image(related="product_id.image_128")
    default_code = fields.Char(related="product_id.default_code")
    part_class = fields.Selection(related="product_id.aftersales_part_class")
    position = fields.Char("Pos.", readonly=True)
    level = fields.Integer(readonly=True)
    fitted = fields.Float("In the Vehicle", digits="Product Unit", readonly=True)
    quantity = fields.Float("Needed", digits="Product Unit")
    is_shown = fields.Boolean(default=True)
    available = fields.Float(
        "In Stock",
        digits="Product Unit",
        compute="_compute_available",
        help="Free in the company's warehouses.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(COALESCE(quantity, 0) >= 0)", "A quantity cannot be negative."
    )

    @api.depends("product_id")
    def _compute_available(self):
        for company, lines in self.grouped(
            lambda line: line.picker_id.company_id
        ).items():
            # sudo: roles have no stock rights; only a free quantity is shown
            products = lines.product_id.sudo().with_company(company)
            free = {product.id: product.free_qty for product in products}
            for line in lines:
                line.available = free.get(line.product_id.id, 0.0)

    def _get_words(self):
        """Return what the line can be found by, in lower case."""
        self.ensure_one()
        return " ".join(
            (
                self.product_id.display_name or "",
                self.position or "",
                self.module_id.display_name or "",
            )
        ).lower()

    def _get_payer(self):
        """Return who pays: for a protected part nobody outside can."""
        self.ensure_one()
        picker = self.picker_id
        if self.part_class == "core" and picker.ticket_id._get_payer_partner(
            picker.payer
        ):
            return "internal"
        return picker.payer
