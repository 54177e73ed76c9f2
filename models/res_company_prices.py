from odoo import fields, models

# The company's two lists of part prices: kind -> name.
PRICE_LISTS = {
    "settlement": "Dealer Settlement",
    "guide": "Market Guide",
}


class ResCompany(models.Model):
    """Settings of part prices, and of the parts that have none."""

    _inherit = "res.company"

    aftersales_core_on_visits = fields.Boolean(
        string="Core Parts on Visits",
        help="Own technicians may also fit protected core parts at the customer's "
        "place. Otherwise these parts stay on the company's premises (R-PRICE-04).",
    )
    aftersales_settlement_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Dealer Settlement List",
        check_company=True,
        help="What dealers pay for parts (R-PRICE-06). Made with the first "
        "publication.",
    )
    aftersales_guide_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Market Guide List",
        check_company=True,
        help="What dealers, and the own workshops, charge the users of vehicles for "
        "parts and work (R-PRICE-06). Made with the first publication.",
    )
    aftersales_price_factor = fields.Float(
        string="Parts to Product",
        default=2.0,
        digits=(16, 2),
        help="The settlement prices of all service parts of a product come to so many "
        "times the product's own settlement price (R-PRICE-01).",
    )
    aftersales_standard_margin = fields.Float(
        string="Margin of Standard Parts",
        default=5.0,
        digits=(16, 2),
        help="Per cent on cost; wearing parts have none (R-PRICE-03).",
    )
    aftersales_part_margin = fields.Float(
        string="Margin by Formula",
        default=60.0,
        digits=(16, 2),
        help="Per cent on cost that a price run by formula gives all parts that are "
        "neither standard nor wearing parts (R-PRICE-07).",
    )
    aftersales_guide_markup = fields.Float(
        string="Guide above Settlement",
        default=25.0,
        digits=(16, 2),
        help="Per cent that the guide price lies above what the dealer pays.",
    )
    aftersales_price_tolerance = fields.Float(
        string="Price Deviation from",
        default=15.0,
        digits=(16, 2),
        help="Per cent. A price that changes by more, or whose relation to cost lies "
        "further from that of its class, is shown as deviating (R-PRICE-05).",
    )

    _aftersales_price_numbers_check = models.Constraint(
        "CHECK(COALESCE(aftersales_price_factor, 1) > 0"
        " AND COALESCE(aftersales_standard_margin, 0) >= 0"
        " AND COALESCE(aftersales_part_margin, 0) >= 0"
        " AND COALESCE(aftersales_guide_markup, 0) >= 0"
        " AND COALESCE(aftersales_price_tolerance, 0) >= 0)",
        "Factor, margins and tolerance of part prices cannot be negative.",
    )

    def _get_aftersales_pricelist(self, kind):
        """Return the company's price list of ``kind``, made when it is missing.

        :param kind: a key of ``PRICE_LISTS``
        """
        self.ensure_one()
        # sudo: a master record of the company; who publishes has no right to create it
        company = self.sudo()
        fname = f"aftersales_{kind}_pricelist_id"
        if not company[fname]:
            company[fname] = (
                self.env["product.pricelist"]
                .sudo()
                .create(
                    {
                        "name": PRICE_LISTS[kind],
                        "company_id": company.id,
                        "currency_id": company.currency_id.id,
                        "aftersales_kind": kind,
                        # Behind every list of the company's own.
                        "sequence": 100,
                    }
                )
            )
        return company[fname]

    def _get_aftersales_repair_locations(self):
        """Return where parts go that the company uses in repairs of its own."""
        self.ensure_one()
        # sudo: settings of the company, read by every role
        company = self.sudo()
        return (
            company.aftersales_custody_location_id
            | company.aftersales_warranty_location_id
            | company.aftersales_goodwill_location_id
            | company.aftersales_internal_location_id
        )
