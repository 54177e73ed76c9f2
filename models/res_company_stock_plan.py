from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the reserve plan and of the age of stock (R-STK-01, R-STK-02)."""

    _inherit = "res.company"

    aftersales_stock_age_months = fields.Integer(
        string="Target Age of Stock", default=3, help="Months (R-STK-02)."
    )
    aftersales_stock_age_share = fields.Float(
        string="Share within the Target Age",
        default=80.0,
        digits=(16, 1),
        help="Per cent of the value in stock that is not older (R-STK-02).",
    )
    aftersales_reserve_months = fields.Integer(
        string="History for the Reserve Plan",
        default=12,
        help="Months of use that the plan is computed from (R-STK-01).",
    )
    aftersales_reserve_min_days = fields.Integer(
        string="Reserve Lasts at Least",
        default=15,
        help="Days of use: below this the part is ordered anew.",
    )
    aftersales_reserve_max_days = fields.Integer(
        string="Reserve Lasts at Most",
        default=60,
        help="Days of use that are ordered up to; below the target age, or stock "
        "grows old.",
    )
    aftersales_reserve_min_use = fields.Integer(
        string="Used in at Least",
        default=2,
        help="Months of the history: a part that was used in fewer is ordered when it "
        "is needed.",
    )

    _aftersales_stock_plan_check = models.Constraint(
        "CHECK(COALESCE(aftersales_stock_age_months, 1) > 0"
        " AND COALESCE(aftersales_stock_age_share, 0) BETWEEN 0 AND 100"
        " AND COALESCE(aftersales_reserve_months, 1) > 0"
        " AND COALESCE(aftersales_reserve_min_use, 0) >= 0"
        " AND COALESCE(aftersales_reserve_min_days, 0) >= 0"
        " AND COALESCE(aftersales_reserve_max_days, 0)"
        " >= COALESCE(aftersales_reserve_min_days, 0))",
        "The plan needs a history, and lasts at most no shorter than at least.",
    )

    def _get_aftersales_age_rate(self):
        """Return value of parts in stock, value within the target age, and per cent."""
        self.ensure_one()
        self.env.flush_all()
        # sudo: three sums of the company; who reads a plan has no stock rights
        rows = (
            self.env["aftersales.stock.age"]
            .sudo()
            ._read_group(
                [("company_id", "=", self.id)], [], ["value:sum", "young_value:sum"]
            )
        )
        value, young = (amount or 0.0 for amount in rows[0])
        return value, young, young / value * 100 if value else 100.0
