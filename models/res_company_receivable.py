from odoo import fields, models


class ResCompany(models.Model):
    """Periods of the ageing of receivables (R-PAY-08)."""

    _inherit = "res.company"

    aftersales_ageing_first = fields.Integer(
        "First Period of Ageing",
        default=10,
        help="Days overdue up to which an open item counts to the first period.",
    )
    aftersales_ageing_second = fields.Integer("Second Period of Ageing", default=20)
    aftersales_ageing_last = fields.Integer(
        "Last Period of Ageing",
        default=90,
        help="The third period ends with the days after which money is long overdue, "
        "the fourth with these; older items stand apart.",
    )

    _aftersales_ageing_check = models.Constraint(
        "CHECK(aftersales_ageing_first > 0"
        " AND aftersales_ageing_second > aftersales_ageing_first"
        " AND aftersales_ageing_last > aftersales_ageing_second)",
        "The periods of ageing follow one another.",
    )

    def _aftersales_ageing_days(self):
        """Return the last day of each period of ageing but the last, in days."""
        self.ensure_one()
        # sudo: a setting that names periods, for whoever looks at them
        company = self.sudo()
        limit = company.aftersales_overdue_days
        return (
            min(company.aftersales_ageing_first, limit),
            min(company.aftersales_ageing_second, limit),
            limit,
            max(company.aftersales_ageing_last, limit),
        )
