from odoo import fields, models


class ResCompany(models.Model):
    """Settings of part prices, and of the parts that have none."""

    _inherit = "res.company"

    aftersales_core_on_visits = fields.Boolean(
        string="Core Parts on Visits",
        help="Own technicians may also fit protected core parts at the customer's "
        "place. Otherwise these parts stay on the company's premises (R-PRICE-04).",
    )
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
