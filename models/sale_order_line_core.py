from odoo import api, models
from odoo.exceptions import ValidationError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.constrains("product_id")
    def _check_aftersales_core(self):
        """Nobody is sold a protected core part (R-PRICE-04)."""
        for line in self:
            if line.product_id.aftersales_part_class == "core":
                raise ValidationError(
                    self.env._(
                        "%(product)s on order %(order)s is a protected core part: it "
                        "is not sold. Use it in a repair of your own, at the "
                        "company's cost.",
                        product=line.product_id.display_name,
                        order=line.order_id.name,
                    )
                )
