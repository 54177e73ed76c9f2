from pytz import timezone, utc

from odoo import fields, models


class ResCompany(models.Model):
    """When Purchasing is told what the services of the day have used."""

    _inherit = "res.company"

    aftersales_consumption_report = fields.Boolean(
        string="Tell Purchasing the day's consumption",
        default=True,
        help="One report a day of the parts that completed services have used "
        "(R-PART-10).",
    )
    aftersales_consumption_hour = fields.Float(
        string="Consumption told at",
        default=17.0,
        help="Hour of the day where the company works. What is completed "
        "later follows on the same day.",
    )

    _aftersales_consumption_hour_check = models.Constraint(
        "CHECK(aftersales_consumption_hour IS NULL"
        " OR (aftersales_consumption_hour >= 0 AND aftersales_consumption_hour < 24))",
        "The hour at which the consumption is told lies between 0:00 and 23:59.",
    )

    def _aftersales_local(self, moment):
        """Return ``moment`` (naive UTC) where the company works."""
        self.ensure_one()
        # sudo: the company's working hours, whoever asks
        zone = timezone(self.sudo().resource_calendar_id.tz or "UTC")
        return utc.localize(moment).astimezone(zone)
