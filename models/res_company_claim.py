from odoo import fields, models


class ResCompany(models.Model):
    """What a claim must fulfil before it goes out (R-BEY-09)."""

    _inherit = "res.company"

    aftersales_claim_days = fields.Integer(
        "Claims go out within",
        default=30,
        help="Days after the repair within which a claim is submitted to the maker. "
        "0: no limit.",
    )
    aftersales_claim_duplicate_days = fields.Integer(
        "Same claim within",
        default=30,
        help="Days within which the same part or operation for the same vehicle is "
        "announced as claimed twice. 0: never.",
    )
    aftersales_claim_labour_percent = fields.Float(
        "Labour up to",
        default=100.0,
        help="Percent of an operation's standard hours that may be claimed. 0: no "
        "limit.",
    )
    aftersales_claim_evidence = fields.Selection(
        [
            ("never", "Never"),
            ("goodwill", "For goodwill"),
            ("always", "For every claim"),
        ],
        string="Claims need evidence",
        required=True,
        default="goodwill",
        help="When a photo or test record must be attached to claim or ticket.",
    )
    aftersales_claim_preauth_amount = fields.Monetary(
        "Pre-authorisation from",
        default=0.0,
        help="Claims of more than this, without tax, need a pre-authorisation of the "
        "maker. 0: none does.",
    )
    aftersales_claim_uplift = fields.Float(
        "Uplift on recoveries",
        default=0.0,
        help="Percent added to our cost when it is claimed from a supplier, where his "
        "contract says nothing else.",
    )

    _aftersales_claim_limits_check = models.Constraint(
        "CHECK(COALESCE(aftersales_claim_days, 0) >= 0"
        " AND COALESCE(aftersales_claim_duplicate_days, 0) >= 0"
        " AND COALESCE(aftersales_claim_labour_percent, 0) >= 0"
        " AND COALESCE(aftersales_claim_preauth_amount, 0) >= 0"
        " AND COALESCE(aftersales_claim_uplift, 0) >= 0)",
        "Limits of claims cannot be negative.",
    )
