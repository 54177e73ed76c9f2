from odoo import fields, models


class ResCompany(models.Model):
    """What payouts are worked out by (R-INC-01)."""

    _inherit = "res.company"

    aftersales_referral_percent = fields.Float(
        "Referral Fee",
        default=5.0,
        help="Percent of the salesperson's commission that who told of the purchase "
        "gets (R-INC-01).",
    )
    aftersales_commission_percent = fields.Float(
        "Commission",
        help="Percent of an order's untaxed amount that is proposed as the "
        "salesperson's commission. 0: it is typed.",
    )
    aftersales_appeal_days = fields.Integer(
        "Days to Appeal",
        default=3,
        help="Days for which the person concerned may appeal an assessment "
        "(R-QUAL-04).",
    )

    _aftersales_payout_figures = models.Constraint(
        "CHECK(COALESCE(aftersales_referral_percent, 0) BETWEEN 0 AND 100"
        " AND COALESCE(aftersales_commission_percent, 0) BETWEEN 0 AND 100"
        " AND COALESCE(aftersales_appeal_days, 0) >= 0)",
        "Referral fee and commission are percentages between 0 and 100; days are not "
        "negative.",
    )
