from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_deferred_days = fields.Integer(
        string="Price of Deferred Work",
        default=90,
        help="Days for which work that is put off keeps its price (R-BEY-07).",
    )

    _aftersales_estimate_check = models.Constraint(
        "CHECK(COALESCE(aftersales_deferred_days, 0) >= 0)",
        "The days for which a price is held cannot be negative.",
    )
