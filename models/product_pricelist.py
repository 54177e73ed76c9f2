from odoo import api, fields, models


class ProductPricelist(models.Model):
    """The company's lists of part prices, and who is priced by which (R-PRICE-06)."""

    _inherit = "product.pricelist"

    aftersales_kind = fields.Selection(
        [
            ("settlement", "Dealer settlement"),
            ("guide", "Market guide"),
            ("level", "Dealer level"),
        ],
        string="After-Sales List",
        readonly=True,
        copy=False,
        help="Its prices are published by Finance from a price run.",
    )

    _aftersales_one_of_a_kind = models.UniqueIndex(
        "(company_id, aftersales_kind)"
        " WHERE aftersales_kind IN ('settlement', 'guide')",
        "The company has this list of part prices already.",
    )

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        # Nobody is priced like a dealer because no other list was found.
        return [
            *super()._get_partner_pricelist_multi_search_domain_hook(company_id),
            ("aftersales_kind", "not in", ("settlement", "level")),
        ]

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Dealers take the list of their level, others the guide list for want of
        another one; a list of the customer's own goes before both."""
        result = super()._get_partner_pricelist_multi(partner_ids)
        # sudo: settings of company and customer, whoever asks for a price
        company = self.env.company.sudo()
        guide = company.aftersales_guide_pricelist_id.filtered("active")
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        for partner in partners:
            own = partner.specific_property_product_pricelist
            if own and result.get(partner.id) == own:
                continue
            level = partner.commercial_partner_id.aftersales_dealer_level_id
            chosen = level._get_pricelist() if level else self.browse()
            if not chosen and not result.get(partner.id):
                chosen = guide
            if chosen:
                result[partner.id] = chosen.with_env(self.env)
        return result
