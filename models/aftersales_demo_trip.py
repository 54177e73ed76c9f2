from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command


class AftersalesDemo(models.AbstractModel):
    """On the road: one trip to be approved, one under way, one with its costs."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_trips(self):
        """Let people travel to the visits of the story. Called once, by demo data."""
        users = self._user("technician") | self._user("technician_2")
        self.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "work_contact_id": user.partner_id.id,
                    "company_id": user.company_id.id,
                }
                for user in users
                if not user.employee_id
            ]
        )
        users.invalidate_recordset()
        travellers = users.employee_id
        car = self.env["fleet.vehicle"].create(
            {
                "model_id": self.env["fleet.vehicle.model"].search([], limit=1).id,
                "license_plate": "苏E-7K152",
                "company_id": users.company_id.id,
                "odometer": 48200,
            }
        )
        visits = self.env["aftersales.ticket"].search(
            [
                ("service_mode", "=", "onsite"),
                ("state", "not in", ("new", "cancelled")),
            ],
            order="id",
            limit=3,
        )
        if not visits:
            return
        now = fields.Datetime.now().replace(minute=0, second=0)
        later = now.replace(hour=1) + timedelta(days=2)
        asked = self._plan_demo_trip(visits[-1:], travellers[1], later)
        asked.write({"distance": 320, "severe_weather": True})
        asked.action_submit()
        away = self._plan_demo_trip(visits[:1], travellers[1], now - timedelta(hours=2))
        away.write({"large_parts": True, "distance": 45, "parts_note": "Drive motor"})
        self._let_go(away, car)
        away.action_leave()
        self.env["aftersales.trip.check.in"].with_user(travellers[1].user_id).create(
            {"trip_id": away.id, "place": "Kunshan, Xuefu Road"}
        )
        self._tell_costs(visits[:2], travellers, now)

    def _plan_demo_trip(self, tickets, people, start):
        """Return a trip of ``people`` to ``tickets``, planned by the dispatcher."""
        return (
            self.env["aftersales.trip"]
            .with_user(self._user("dispatcher"))
            .create(
                {
                    "ticket_ids": [Command.set(tickets.ids)],
                    "employee_ids": [Command.set(people.ids)],
                    "destination": ", ".join(
                        {ticket.partner_id.city or "Wuxi": 1 for ticket in tickets}
                    ),
                    "date_start": start,
                    "date_stop": start + timedelta(hours=9),
                }
            )
        )

    def _let_go(self, trip, car=None):
        """Have ``trip`` approved by the superior and the vehicle manager."""
        trip.action_submit()
        manager = trip.with_user(self._user("vehicle_manager"))
        if car:
            manager.vehicle_id = car
        manager.action_approve_means()
        trip.with_user(trip.superior_id).action_approve()

    def _tell_costs(self, tickets, people, now):
        """Let two come back from a trip of two nights; the hotel was dear."""
        start = now.replace(hour=1) - timedelta(days=9)
        trip = self._plan_demo_trip(tickets, people, start)
        trip.write({"date_stop": start + timedelta(days=2, hours=4), "distance": 210})
        self._let_go(trip)
        trip.action_leave()
        trip.sudo().left_at = start
        trip.action_return()
        trip.sudo().returned_at = trip.date_stop
        trip.action_fill_allowances()
        costs = self.env["aftersales.trip.cost"].with_user(people[:1].user_id)
        trip.cost_ids.filtered(lambda cost: cost.kind == "lodging").amount = 340
        costs.create(
            [
                {
                    "trip_id": trip.id,
                    "kind": "fare",
                    "employee_id": people[0].id,
                    "name": "G7002, two seats",
                    "amount": 158,
                },
                {
                    "trip_id": trip.id,
                    "kind": "fare",
                    "employee_id": people[0].id,
                    "name": "Motorcycle taxi",
                    "amount": 20,
                    "no_receipt": True,
                },
            ]
        )
