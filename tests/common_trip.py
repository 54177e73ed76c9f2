from odoo.fields import Command

from .common import AftersalesCommon


class TripCommon(AftersalesCommon):
    """Two technicians who travel, their superior, and the company's car."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["aftersales.team"].create(
            {
                "name": "Field",
                "kind": "field",
                "leader_id": cls.user_inspector.id,
                "member_ids": [
                    Command.set((cls.user_technician | cls.technician_2).ids)
                ],
            }
        )
        people = cls.user_technician | cls.technician_2 | cls.user_advisor
        cls.employees = cls.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "work_contact_id": user.partner_id.id,
                }
                for user in people
            ]
        )
        cls.employee, cls.employee_2, cls.employee_advisor = cls.employees
        cls.car = cls.env["fleet.vehicle"].create(
            {
                "model_id": cls.vehicle_model.id,
                "license_plate": "苏A-CAR1",
                "company_id": cls.company.id,
                "odometer": 20000,
            }
        )
        cls.customer.city = "Wuxi"
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.env.user.tz = "Asia/Shanghai"

    @classmethod
    def _visit(cls, **vals):
        """Return a ticket whose technician goes to the customer."""
        ticket = cls._ticket(
            service_mode="onsite",
            planned_at="2026-03-02 01:00:00",
            **{"team_id": cls.team.id, **vals},
        )
        ticket.action_assign()
        return ticket

    @classmethod
    def _trip(cls, user=None, **vals):
        """Return a trip of two to Wuxi and back, planned by the technician."""
        tickets = vals.pop("tickets", None) or cls._visit()
        return (
            cls.env["aftersales.trip"]
            .with_user(user or cls.user_technician)
            .create(
                {
                    "ticket_ids": [Command.set(tickets.ids)],
                    "employee_ids": [Command.set((cls.employee | cls.employee_2).ids)],
                    "destination": "Wuxi, north yard",
                    "distance": 60,
                    "date_start": "2026-03-02 00:00:00",
                    "date_stop": "2026-03-04 10:00:00",
                    **vals,
                }
            )
        )

    def _approve(self, trip, car=None):
        """Have ``trip`` asked for and approved by both."""
        trip.action_submit()
        manager = self._as("vehicle_manager", trip)
        if car:
            manager.vehicle_id = car
        manager.action_approve_means()
        self._as("inspector", trip).action_approve()
        self.env.invalidate_all()
        return trip
