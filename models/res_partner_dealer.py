from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_dealer_level_id = fields.Many2one(
        "aftersales.dealer.level",
        string="Dealer Level",
        company_dependent=True,
        check_company=True,
        groups="aftersales.group_aftersales_user",
        help="A channel partner who buys parts at the price of this level and reads "
        "the price lists on his page (R-EST-12).",
    )

    @api.depends("aftersales_dealer_level_id", "commercial_partner_id")
    def _compute_product_pricelist(self):
        return super()._compute_product_pricelist()

    def _get_aftersales_dealer_level(self):
        """Return the level of the dealer this contact belongs to; empty: no dealer."""
        self.ensure_one()
        # sudo: a setting of the customer, decided on for who asks for a price
        return self.sudo().commercial_partner_id.aftersales_dealer_level_id
