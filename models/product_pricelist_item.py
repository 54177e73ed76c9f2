from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class ProductPricelistItem(models.Model):
    """Prices that Finance published, and parts that have none (R-PRICE-04, 08)."""

    _inherit = "product.pricelist.item"

    aftersales_run_line_id = fields.Many2one(
        "aftersales.price.run.line",
        string="Published by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

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

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._aftersales_check_published()
        return items

    def write(self, vals):
        self._aftersales_check_published()
        result = super().write(vals)
        if "pricelist_id" in vals:
            self._aftersales_check_published()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_by_run(self):
        self._aftersales_check_published()

    def _aftersales_check_published(self):
        """Refuse to change by hand what only a publication changes.

        :raises AccessError: naming the list
        """
        if self.env.su:
            return
        for item in self:
            if item.pricelist_id.aftersales_kind:
                raise AccessError(
                    self.env._(
                        "The prices of %(pricelist)s are published by Finance. Make a "
                        "price run and have it published.",
                        pricelist=item.pricelist_id.name,
                    )
                )

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        if product.aftersales_part_class == "core":
            return 0.0
        return super()._compute_price(
            product, quantity, uom, date, currency=currency, **kwargs
        )
