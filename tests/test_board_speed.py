from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common_speed import SpeedCommon
from .common_workshop import MONDAY, WorkshopCommon

# The first one only fills the caches of the registry.
SIZES = (3, 6, 20, 40, 60)
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

    def setUp(self):
        super().setUp()
        self.made = 0

    def _fill(self, count):
        """Let there be ``count`` open tickets, jobs and appointments this week."""
        numbers = range(self.made, count)
        self.made = count
        tickets = self.env["aftersales.ticket"].create(
            [
                {
                    "vehicle_id": self.vehicles[number % 10].id,
                    "partner_id": self.vehicles[number % 10].partner_id.id,
                    "complaint": "No drive",
                    "team_id": self.team.id,
                    "technician_id": self.people[number % 2].id,
                    "reported_at": MONDAY,
                    "promised_at": MONDAY + timedelta(days=number % 5),
                }
                for number in numbers
            ]
        )
        lines = self.env["aftersales.ticket.line"].create(
            [
                {"ticket_id": ticket.id, "product_id": self.labour.id}
                for ticket in tickets
            ]
        )
        self.env["aftersales.operation"].create(
            [
                {
                    "line_id": line.id,
                    "ticket_id": line.ticket_id.id,
                    "team_id": self.team.id,
                    "technician_id": self.people[number % 2].id,
                    "skill_id": self.skill.id,
                    "bay_id": (self.bay_1 | self.bay_2)[number % 2].id,
                    "state": "assigned",
                    "planned_hours": 1,
                    "planned_start": MONDAY + timedelta(hours=number),
                }
                for number, line in zip(numbers, lines, strict=True)
            ]
        )
        self.env["aftersales.appointment"].create(
            [
                {
                    "partner_id": self.vehicles[number % 10].partner_id.id,
                    "vehicle_id": self.vehicles[number % 10].id,
                    "complaint": "Yearly service",
                    "planned_start": MONDAY + timedelta(hours=number),
                    "team_id": self.team.id,
                    "advisor_id": self.user_advisor.id,
                    "line_ids": [Command.create({"product_id": self.labour_2.id})],
                }
                for number in numbers
            ]
        )
        self.env.flush_all()

    def _assert_constant(self, screens):
        """Expect each screen to cost at most its queries, the same at every size.

        :param screens: dict of name -> (function that loads it, queries)
        """
        costs = {name: [] for name in screens}
        for size in SIZES:
            self._fill(size)
            for name, (load, queries) in screens.items():
                load()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                if not costs[name]:
                    load()
                else:
                    with self.assertQueryCount(queries):
                        load()
                costs[name].append(self.cr.sql_log_count - before)
        for name, found in costs.items():
            # The first count has its own two queries.
            self.assertEqual(found[2:], found[2:3] * (len(SIZES) - 2), name)

    def _jobs(self, user):
        return self.env["aftersales.operation"].with_user(user)

    def test_board(self):
        """By technician, by bay, by team: the dispatcher's three looks (R-DISP-04)."""
        jobs = self._jobs(self.user_dispatcher)
        specification = self._specification(jobs, "list")
        self._assert_constant(
            {
                "technician": (self._kanban(jobs, "technician_id"), 21),
                "bay": (self._kanban(jobs, "bay_id"), 19),
                "team": (self._kanban(jobs, "team_id"), 19),
                "list": (
                    lambda: jobs.web_search_read([], specification, limit=80),
                    12,
                ),
            }
        )

    def test_board_of_a_technician(self):
        jobs = self._jobs(self.user_technician)
        self._assert_constant({"own jobs": (self._kanban(jobs, "state"), 20)})

    def test_calendars(self):
        jobs = self._jobs(self.user_dispatcher)
        appointments = self.env["aftersales.appointment"].with_user(self.user_advisor)
        self._assert_constant(
            {
                "jobs": (self._calendar(jobs, *WEEK), 8),
                "appointments": (self._calendar(appointments, *WEEK), 8),
            }
        )

    def test_tickets(self):
        tickets = self.env["aftersales.ticket"].with_user(self.user_advisor)
        specification = self._specification(tickets, "list")
        self._assert_constant(
            {
                "kanban": (self._kanban(tickets, "state"), 13),
                "list": (
                    lambda: tickets.web_search_read([], specification, limit=80),
                    11,
                ),
            }
        )
