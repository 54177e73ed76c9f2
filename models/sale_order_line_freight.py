from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _aftersales_is_freight(self):
        """Return whether the line is freight; lines of other apps may join here."""
        self.ensure_one()
        # sudo: a setting of the order's company
        freight = self.company_id.sudo().aftersales_freight_product_id
        return bool(freight) and self.product_id == freight
