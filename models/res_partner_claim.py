from odoo import fields, models


class ResPartner(models.Model):
    """What a supplier's contract says about recoveries (R-BEY-09)."""

    _inherit = "res.partner"

    aftersales_claim_uplift = fields.Float(
        "Uplift on recoveries",
        help="Percent added to our cost when it is claimed from this supplier, by "
        "contract. 0: the company's.",
    )

    _aftersales_claim_uplift_check = models.Constraint(
        "CHECK(COALESCE(aftersales_claim_uplift, 0) >= 0)",
        "An uplift cannot be negative.",
    )
