from zoneinfo import ZoneInfo

from odoo import fields, models


class AftersalesTicket(models.Model):
    """The figures of the report, on which warranty is judged (R-WAR-01)."""

    _inherit = "aftersales.ticket"

    def write(self, vals):
        moved = self.browse()
        if "vehicle_id" in vals:
            moved = self.filtered(lambda t: t.vehicle_id.id != vals["vehicle_id"])
        result = super().write(vals)
        # What was decided for one vehicle says nothing about another.
        moved.line_ids._set_decisions_aside()
        return result

    def _get_report_date(self):
        """Return the day of the report, where the company works."""
        self.ensure_one()
        company = self.company_id.sudo()
        zone = ZoneInfo(company.resource_calendar_id.tz or "UTC")
        return (
            fields.Datetime.to_datetime(self.reported_at)
            .replace(tzinfo=ZoneInfo("UTC"))
            .astimezone(zone)
            .date()
        )

    def _get_report_figures(self):
        """Return the figures on which the warranty of this ticket is judged.

        Those of the report. A reading the report lacks is the last one before it.

        :return: dict ``date``, ``odometer``, ``hours``, and with what earlier meters
            had run ``run``, ``hours_run``
        """
        figures = {
            "date": False,
            "odometer": 0.0,
            "hours": 0.0,
            "run": 0.0,
            "hours_run": 0.0,
        }
        if not self.reported_at:
            return figures
        date, vehicle = self._get_report_date(), self.vehicle_id
        figures |= {
            "date": date,
            "odometer": self.odometer or vehicle._get_reading_on("odometer", date),
            "hours": self.engine_hours or vehicle._get_reading_on("hours", date),
        }
        if vehicle:
            figures |= {
                "run": vehicle._get_run("odometer", figures["odometer"], date, self),
                "hours_run": vehicle._get_run("hours", figures["hours"], date, self),
            }
        return figures
