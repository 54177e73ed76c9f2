from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models

# Roles that are reached day and night, with the demo users who take turns.
WATCHES = {
    "advisor": ("advisor", "dispatcher", "manager"),
    "technician": ("technician", "technician_2"),
}
WEEKS_BACK, WEEKS_AHEAD = 2, 12
CHANGE = time(8)
FRIDAY = 4


class AftersalesDemo(models.AbstractModel):
    """Who answers the hotline, by day, by night and on weekends."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_roster(self):
        """Enter the turns of duty around today. Called once, by the demo data."""
        company = self.env.ref("base.main_company")
        zone = ZoneInfo(company.resource_calendar_id.tz or "UTC")
        today = fields.Date.context_today(self)
        monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK)
        self.env["aftersales.duty"].create(
            [
                {
                    "company_id": company.id,
                    "role": role,
                    "user_id": self._user(people[(number + week) % len(people)]).id,
                    "date_from": self._to_utc(first, zone),
                    "date_to": self._to_utc(last, zone),
                }
                for week in range(WEEKS_BACK + WEEKS_AHEAD)
                for number, first, last in self._get_turns(
                    monday + timedelta(weeks=week)
                )
                for role, people in WATCHES.items()
            ]
        )

    def _get_turns(self, monday):
        """Return number, first and last day of a week's turns: four days, a weekend."""
        days = [monday + timedelta(days=number) for number in range(FRIDAY + 1)]
        return [
            (number, day, day + timedelta(days=3 if number == FRIDAY else 1))
            for number, day in enumerate(days)
        ]

    def _to_utc(self, day, zone):
        local = datetime.combine(day, CHANGE, tzinfo=zone)
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
