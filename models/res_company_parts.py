from odoo import api, fields, models
from odoo.fields import Domain

# Locations outside every warehouse that the addon keeps for each company:
# field on the company -> (name, usage).
PARTS_LOCATIONS = {
    "custody": ("Technician Custody", "internal"),
    "old_part": ("Old Parts", "internal"),
    "reuse": ("Parts to Recondition", "internal"),
    "warranty": ("Warranty Cost", "inventory"),
    "goodwill": ("Goodwill Cost", "inventory"),
    "internal": ("Internal Repair Cost", "inventory"),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_custody_location_id = fields.Many2one(
        "stock.location",
        string="Technician Custody",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Parts on loan to technicians: still ours, no longer for sale.",
    )
    aftersales_old_part_location_id = fields.Many2one(
        "stock.location",
        string="Old Parts Zone",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Replaced parts wait here, apart from all stock (R-OLD-01).",
    )
    aftersales_reuse_location_id = fields.Many2one(
        "stock.location",
        string="Parts to Recondition",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Old parts that are made fit for use again wait here, apart from all "
        "stock (R-OLD-06).",
    )
    aftersales_warranty_location_id = fields.Many2one(
        "stock.location", string="Warranty Cost Location", check_company=True
    )
    aftersales_goodwill_location_id = fields.Many2one(
        "stock.location", string="Goodwill Cost Location", check_company=True
    )
    aftersales_internal_location_id = fields.Many2one(
        "stock.location", string="Internal Cost Location", check_company=True
    )
    aftersales_small_part_price = fields.Monetary(
        string="Small Part up to",
        default=50.0,
        help="The old part of a warranty part up to this price need not be recovered "
        "(R-WAR-03).",
    )
    aftersales_small_part_signature = fields.Boolean(
        string="Finance signs for small parts",
        help="Small parts, too, are only left with the customer when Finance agrees.",
    )
    aftersales_old_part_days = fields.Integer(
        string="Old part due after",
        default=30,
        help="Days after the issue of a warranty part within which the old part has "
        "to be in the zone for old parts.",
    )
    aftersales_old_part_owner_id = fields.Many2one(
        "res.partner",
        string="Owner of Old Parts",
        help="To whom old parts belong when nobody else bears the warranty; empty: "
        "the customer. They are never our own stock.",
    )
    aftersales_loan_days = fields.Integer(
        string="Loan due after",
        default=7,
        help="Days within which a part on loan comes back or is issued (R-PART-17).",
    )
    aftersales_close_needs_old_parts = fields.Boolean(
        string="Close only with old parts",
        default=True,
        help="A ticket is not closed while an old part of it is due and not charged.",
    )

    _aftersales_small_part_price_check = models.Constraint(
        "CHECK(aftersales_small_part_price IS NULL"
        " OR aftersales_small_part_price >= 0)",
        "The price of a small part cannot be negative.",
    )
    _aftersales_parts_days_check = models.Constraint(
        "CHECK((aftersales_old_part_days IS NULL OR aftersales_old_part_days >= 0)"
        " AND (aftersales_loan_days IS NULL OR aftersales_loan_days >= 0))",
        "Days within which parts come back cannot be negative.",
    )

    @api.model
    def _aftersales_location_field(self, kind):
        """Return the name of the field that holds the location of ``kind``."""
        return f"aftersales_{kind}_location_id"

    def _get_aftersales_location(self, kind):
        """Return the company's location for ``kind``, made when it is missing.

        :param kind: a key of ``PARTS_LOCATIONS``
        """
        self.ensure_one()
        # sudo: a master record every slip needs; who asks has no right to create it
        company = self.sudo()
        fname = self._aftersales_location_field(kind)
        if not company[fname]:
            name, usage = PARTS_LOCATIONS[kind]
            company[fname] = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": name,
                        "usage": usage,
                        "company_id": company.id,
                        # No parent: outside every warehouse, in no quantity on hand.
                        "location_id": False,
                    }
                )
            )
        return company[fname]

    @api.model
    def _create_aftersales_locations(self):
        """Give every company that exists already the locations new ones get."""
        missing = Domain.OR(
            Domain(self._aftersales_location_field(kind), "=", False)
            for kind in PARTS_LOCATIONS
        )
        for company in self.search(missing):
            for kind in PARTS_LOCATIONS:
                company._get_aftersales_location(kind)

    def _create_per_company_locations(self):
        result = super()._create_per_company_locations()
        for kind in PARTS_LOCATIONS:
            self._get_aftersales_location(kind)
        return result
