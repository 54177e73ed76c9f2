from odoo import api, models

# Who may know what dealers pay.
PRICE_GROUPS = (
    "aftersales.group_aftersales_advisor",
    "aftersales.group_aftersales_parts_keeper",
    "aftersales.group_aftersales_finance",
    "sales_team.group_sale_salesman",
    "product.group_product_manager",
    "base.group_system",
)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.private
    def aftersales_reads_settlement_prices(self):
        """Return whether the user may see what dealers pay (R-EST-12).

        Asked by the record rules of price lists; prices themselves are found by the
        system, whoever makes a quotation.
        """
        self.ensure_one()
        return any(self.has_group(group) for group in PRICE_GROUPS)
