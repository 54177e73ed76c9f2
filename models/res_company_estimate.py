from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_deferred_days = fields.Integer(
        string="Price of Deferred Work",
        default=90,
        help="Days for which work that is put off keeps its price (R-BEY-07).",
    )

    aftersales_estimate_risk = fields.Float(
        string="Risk of Fixed Prices",
        default=10.0,
        help="Percent added to operations when the price for removing a symptom is "
        "fixed (R-EST-01).",
    )

    _aftersales_estimate_check = models.Constraint(
        "CHECK(COALESCE(aftersales_deferred_days, 0) >= 0"
        " AND COALESCE(aftersales_estimate_risk, 0) BETWEEN 0 AND 100)",
        "The days for which a price is held cannot be negative; the risk of a fixed "
        "price lies between 0 and 100 %.",
    )
