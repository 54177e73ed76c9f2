from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command

from .common import AftersalesCommon

# A Monday, 09:00 in the calendar of the tests (UTC).
MONDAY = datetime(2026, 3, 2, 9, 0)


class WorkshopCommon(AftersalesCommon):
    """A team of two with two bays, working 08-12 and 13-17, Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Workshop",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day} {start}",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": start + 4,
                            "day_period": "morning" if start < 12 else "afternoon",
                        }
                    )
                    for day in range(5)
                    for start in (8, 13)
                ],
            }
        )
        cls.skill = cls.env["aftersales.skill"].create({"name": "High voltage"})
        cls.team = cls.env["aftersales.team"].create(
            {
                "name": "Heavy workshop",
                "kind": "workshop",
                "company_id": cls.company.id,
                "leader_id": cls.user_dispatcher.id,
                "resource_calendar_id": cls.calendar.id,
                "member_ids": [
                    Command.set([cls.user_technician.id, cls.technician_2.id])
                ],
            }
        )
        cls.bay_1, cls.bay_2 = cls.env["aftersales.bay"].create(
            [
                {
                    "name": f"Lift {number}",
                    "kind": "lift",
                    "company_id": cls.company.id,
                    "team_id": cls.team.id,
                }
                for number in (1, 2)
            ]
        )
        cls.labour.aftersales_standard_hours = 3.0
        cls.labour.aftersales_skill_id = cls.skill
        cls.labour_2 = cls._operation("Bleed brakes", aftersales_standard_hours=1.5)

    @classmethod
    def _operation(cls, name, **vals):
        """Return a product for an operation at 60 a piece."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": 60.0,
                "taxes_id": [Command.set(cls.tax.ids)],
                **vals,
            }
        )

    def _freeze(self, moment):
        """Let time stand still at ``moment`` until the test ends."""
        frozen = freeze_time(moment, tick=False)
        frozen.start()
        self.addCleanup(frozen.stop)
        return frozen

    def _approved(self, *products, **vals):
        """Return a ticket of the team whose operations are agreed."""
        ticket = self._diagnosed(team_id=self.team.id, **vals)
        for product in products or (self.labour,):
            self._line(ticket, product)
        ticket.action_quote()
        for order in ticket.sudo().order_ids:
            order.write({"signed_by": "Mr Zhao"})
            order.action_confirm()
        if ticket.state == "quoted":
            ticket._approve("Mr Zhao", "phone")
        self._receive(ticket)
        return ticket

    def _job(self, ticket, product=None):
        """Return the job of ``product`` on ``ticket``, as nobody in particular."""
        product = product or self.labour
        return ticket.sudo().operation_ids.filtered(
            lambda job: job.line_id.product_id == product
        )
