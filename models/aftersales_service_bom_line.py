from odoo import api, fields, models


class AftersalesServiceBomLine(models.Model):
    _name = "aftersales.service.bom.line"
    _description = "Service Part"
    _order = "sequence, id"
    _check_company_auto = True

    bom_id = fields.Many2one(
        "aftersales.service.bom",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="bom_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    quantity = fields.Float(
        default=1.0, required=True, digits="Product Unit", help="Fitted per vehicle."
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    part_class = fields.Selection(
        related="product_id.aftersales_part_class", string="Class"
    )
    position = fields.Char("Pos.", help="Number in the picture of the parts list.")
    image_128 = fields.Image(related="product_id.image_128")
    note = fields.Char(string="Remarks")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A service part is fitted at least once."
    )
    _part_uniq = models.Constraint(
        "UNIQUE (bom_id, product_id)",
        "This part is already on the list. Raise its quantity instead.",
    )

    @api.constrains("product_id")
    def _check_no_cycle(self):
        self.bom_id._check_no_cycle()
