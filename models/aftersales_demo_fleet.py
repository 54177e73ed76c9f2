from datetime import timedelta

from odoo import api, fields, models

# Days ago on which a demo vehicle's meter was read, before the story's tickets.
READ_DAYS_AGO = (400, 230, 90)


class AftersalesDemo(models.AbstractModel):
    """What the demo vehicles have behind them when the story begins."""

    _inherit = "aftersales.demo"

    @api.model
    def _drive_fleet(self):
        """Give the demo vehicles readings, services, dates and work left undone.

        Called once, by the demo data, before the tickets are played.
        """
        today = fields.Date.context_today(self)
        advisor = self._user("advisor")
        self.env.ref("base.main_company").aftersales_hotline = "400 555 0100"
        vehicles = self.env["aftersales.vehicle"].search(
            [("delivery_date", "!=", False)], order="id"
        )
        readings = []
        for number, vehicle in enumerate(vehicles):
            age = (today - vehicle.delivery_date).days
            daily = 26 + number % 5 * 11
            readings += [
                {
                    "vehicle_id": vehicle.id,
                    "date": today - timedelta(days=ago),
                    "value": (age - ago) * daily,
                    "source": "manual",
                }
                for ago in READ_DAYS_AGO
                if ago < age
            ]
            serviced = 20 + number * 23 % 185
            values = {
                "user_id": advisor.id,
                "annual_inspection_date": today
                + timedelta(days=number * 31 % 340 - 12),
            }
            if serviced + 150 < age:
                values["last_service_date"] = today - timedelta(days=serviced)
                values["last_service_odometer"] = (age - serviced) * daily
            vehicle.write(values)
        self.env["aftersales.vehicle.reading"].create(readings)
        self._leave_undone(vehicles)

    def _leave_undone(self, vehicles):
        """Enter work that was recommended and not done."""
        works = (
            ("Front brake pads, 20 % left", "demo_part_pads", True),
            ("Wiper blades streak", "demo_part_wiper", False),
            ("Coolant pump sweats, watch the level", "demo_part_pump", False),
            ("Outer mirror cracked", "demo_part_mirror", True),
        )
        self.env["aftersales.vehicle.recommendation"].create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "name": name,
                    "product_id": self.env.ref(f"aftersales.{part}").id,
                    "is_safety": is_safety,
                }
                for vehicle, (name, part, is_safety) in zip(
                    vehicles[1::5], works, strict=False
                )
            ]
        )

    def _get_odometer(self, vehicle, days):
        """Return what a demo vehicle's meter showed ``days`` ago."""
        if not vehicle.odometer_date:
            return 60 * (1 + days % 7)
        today = fields.Date.context_today(self)
        driven = (today - vehicle.odometer_date).days - days
        daily = vehicle.average_daily_distance or 40
        return round(vehicle.odometer + driven * daily)

    @api.model
    def _fill_check_sheets(self):
        """Begin check sheets of some tickets; all but the last are done."""
        tickets = self.env["aftersales.ticket"].search(
            [
                ("state", "in", ("diagnosed", "approved", "in_progress")),
                ("service_mode", "=", "workshop"),
            ],
            order="id",
            limit=3,
        )
        for ticket in tickets:
            technical = ticket.with_user(ticket.technician_id)
            sheet = self.env["aftersales.inspection"].browse(
                technical.action_new_check_sheet()["res_id"]
            )
            sheet = sheet.with_user(ticket.technician_id)
            sheet.line_ids[:1].action_ok()
            sheet.line_ids[1:2].action_attention()
            sheet.line_ids[1:2].note = "Scratched on the right"
            if ticket != tickets[-1:]:
                sheet.action_rest_ok()
                sheet.action_done()

    def _step_lend(self, ticket, lines, options):
        technical = ticket.with_user(ticket.technician_id)
        wizard = self.env["aftersales.parts.transfer"].browse(
            technical.action_loan_parts()["res_id"]
        )
        wizard = wizard.with_user(ticket.technician_id)
        wizard.line_ids[:1].quantity = 1
        wizard.action_confirm()
