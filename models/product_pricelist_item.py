from odoo import api, models
from odoo.exceptions import ValidationError


class ProductPricelistItem(models.Model):
    """Protected core parts have no price, whatever the list says (R-PRICE-04)."""

    _inherit = "product.pricelist.item"

    @api.constrains("product_id", "product_tmpl_id")
    def _check_aftersales_core(self):
        for item in self:
            product = item.product_id or item.product_tmpl_id
            if product.aftersales_part_class == "core":
                raise ValidationError(
                    self.env._(
                        "%(product)s is a protected core part and has no price on "
                        "%(pricelist)s.",
                        product=product.display_name,
                        pricelist=item.pricelist_id.name or "-",
                    )
                )

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        if product.aftersales_part_class == "core":
            return 0.0
        return super()._compute_price(
            product, quantity, uom, date, currency=currency, **kwargs
        )
