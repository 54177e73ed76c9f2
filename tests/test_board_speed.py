from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common_speed import SpeedCommon
from .common_workshop import MONDAY, WorkshopCommon

SIZES = (6, 30, 60)
WEEK = (datetime(2026, 3, 1), datetime(2026, 3, 9))


@tagged("post_install", "-at_install")
class TestBoardSpeed(SpeedCommon, WorkshopCommon):
    """Board and calendars cost a fixed number of queries, however many rows.

    How long they take with a thousand open tickets is in ``benchmarks/``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.user_technician | cls.technician_2
        cls.vehicles = cls.env["aftersales.vehicle"].create(
            [
                {
                    "serial_number": f"SPEED-{number}",
                    "license_plate": f"苏S{number:05d}",
                    "model_id": cls.vehicle_model.id,
                    "partner_id": cls.env["res.partner"]
                    .create({"name": f"Customer {number}"})
                    .id,
                }
                for number in range(10)
            ]
        )
        cls.made = 0

    @classmethod
    def _fill(cls, count):
        """Let there be ``count`` open tickets, jobs and appointments this week."""
        numbers = range(cls.made, count)
        cls.made = count
        tickets = cls.env["aftersales.ticket"].create(
            [
                {
                    "vehicle_id": cls.vehicles[number % 10].id,
                    "partner_id": cls.vehicles[number % 10].partner_id.id,
                    "complaint": "No drive",
                    "team_id": cls.team.id,
                    "technician_id": cls.people[number % 2].id,
                    "reported_at": MONDAY,
                    "promised_at": MONDAY + timedelta(days=number % 5),
                }
                for number in numbers
            ]
        )
        lines = cls.env["aftersales.ticket.line"].create(
            [
                {"ticket_id": ticket.id, "product_id": cls.labour.id}
                for ticket in tickets
            ]
        )
        cls.env["aftersales.operation"].create(
            [
                {
                    "line_id": line.id,
                    "ticket_id": line.ticket_id.id,
                    "team_id": cls.team.id,
                    "technician_id": cls.people[number % 2].id,
                    "skill_id": cls.skill.id,
                    "bay_id": (cls.bay_1 | cls.bay_2)[number % 2].id,
                    "state": "assigned",
                    "planned_hours": 1,
                    "planned_start": MONDAY + timedelta(hours=number),
                }
                for number, line in zip(numbers, lines, strict=True)
            ]
        )
        cls.env["aftersales.appointment"].create(
            [
                {
                    "partner_id": cls.vehicles[number % 10].partner_id.id,
                    "vehicle_id": cls.vehicles[number % 10].id,
                    "complaint": "Yearly service",
                    "planned_start": MONDAY + timedelta(hours=number),
                    "team_id": cls.team.id,
                    "advisor_id": cls.user_advisor.id,
                    "line_ids": [Command.create({"product_id": cls.labour_2.id})],
                }
                for number in numbers
            ]
        )
        cls.env.flush_all()

    def _assert_constant(self, load, queries):
        """Expect ``load`` to cost at most ``queries``, the same at every size."""
        costs = []
        for size in SIZES:
            self._fill(size)
            load()
            self.env.invalidate_all()
            # What every request knows already
            self.env.user.all_group_ids, self.env.company.ids  # noqa: B018
            before = self.cr.sql_log_count
            with self.assertQueryCount(queries):
                load()
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs, costs[:1] * len(SIZES))

    def _jobs(self, user):
        return self.env["aftersales.operation"].with_user(user)

    def test_board(self):
        """By technician, by bay, by team: the dispatcher's three looks (R-DISP-04)."""
        for groupby, queries in (("technician_id", 0), ("bay_id", 0), ("team_id", 0)):
            with self.subTest(groupby=groupby):
                self.__class__.made = 0
                load = self._kanban(self._jobs(self.user_dispatcher), groupby)
                self._assert_constant(load, queries)

    def test_board_of_a_technician(self):
        load = self._kanban(self._jobs(self.user_technician), "state")
        self._assert_constant(load, 0)

    def test_calendar_of_jobs(self):
        load = self._calendar(self._jobs(self.user_dispatcher), *WEEK)
        self._assert_constant(load, 0)

    def test_calendar_of_appointments(self):
        model = self.env["aftersales.appointment"].with_user(self.user_advisor)
        self._assert_constant(self._calendar(model, *WEEK), 0)

    def test_kanban_of_tickets(self):
        model = self.env["aftersales.ticket"].with_user(self.user_advisor)
        self._assert_constant(self._kanban(model, "state"), 0)

    def test_list_of_jobs(self):
        model = self._jobs(self.user_dispatcher)
        specification = self._specification(model, "list")
        self._assert_constant(
            lambda: model.web_search_read([], specification, limit=80), 0
        )
