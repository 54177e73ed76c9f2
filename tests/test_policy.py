from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .deadline_common import MONDAY_9, DeadlineCommon


@tagged("post_install", "-at_install")
class TestPolicy(DeadlineCommon):
    """What a company may set, and which of its policies a ticket gets."""

    def test_every_unit(self):
        cases = [
            ({"unit": "minute", "duration": 45}, datetime(2025, 3, 10, 1, 45)),
            ({"unit": "hour", "duration": 1.5}, datetime(2025, 3, 10, 2, 30)),
            (
                {"unit": "hour", "duration": 9, "clock": "working"},
                datetime(2025, 3, 11, 2),
            ),
            ({"unit": "day", "duration": 0}, datetime(2025, 3, 10, 15, 59, 59)),
            ({"unit": "day", "duration": 2}, datetime(2025, 3, 12, 15, 59, 59)),
            ({"unit": "working_day", "duration": 5}, datetime(2025, 3, 17, 9)),
            ({"unit": "month_day", "duration": 5}, datetime(2025, 4, 5, 15, 59, 59)),
            ({"unit": "end_of_shift"}, datetime(2025, 3, 10, 4)),
            (
                {
                    "unit": "before_event",
                    "duration": 2,
                    "clock": "working",
                    "event": "planned",
                },
                datetime(2025, 3, 11, 8),
            ),
            ({"unit": "none"}, False),
        ]
        policy = self._policy()
        for number, (vals, due) in enumerate(cases):
            with self.subTest(vals):
                policy.deadline_line_ids.unlink()
                vals.setdefault("anchor", "event" if "event" in vals else "report")
                self.env["aftersales.policy.deadline"].create(
                    {"policy_id": policy.id, "milestone": "responded", **vals}
                )
                # Agreed for Wednesday, 9 o'clock
                ticket = self._at(MONDAY_9, planned_at=datetime(2025, 3, 12, 1))
                self.assertEqual(ticket.deadline_ids.due, due, number)

    def test_choice_of_policy(self):
        Policy = self.env["aftersales.policy"]

        def chosen(company, ticket_type="repair", mode="onsite"):
            return Policy._get_policy(company, ticket_type, mode)

        self.assertEqual(chosen(self.company), self.field_policy)
        self.assertEqual(chosen(self.company, mode="workshop"), self.shop_policy)
        general = self._policy(name="General")
        self.assertEqual(chosen(self.company, mode="workshop"), general)
        by_mode = self._policy(name="On site", service_mode="onsite", sequence=99)
        by_type = self._policy(name="Recall", ticket_type="recall", sequence=99)
        both = self._policy(
            name="Both", ticket_type="recall", service_mode="onsite", sequence=99
        )
        self.assertEqual(chosen(self.company), by_mode)
        self.assertEqual(chosen(self.company, "recall", "remote"), by_type)
        self.assertEqual(chosen(self.company, "recall"), both)
        both.action_archive()
        self.assertEqual(chosen(self.company, "recall"), by_type)
        self.assertEqual(
            Policy._get_policies([(self.company, "repair", "onsite")]),
            {(self.company, "repair", "onsite"): by_mode},
        )
        # Another company has the templates
        other = self.env["res.company"].create({"name": "Other Service"})
        self.assertEqual(chosen(other), self.field_policy)
        with self.assertQueryCount(0):
            chosen(other)

    def test_change_of_policy_touches_new_tickets_only(self):
        ticket = self._at(MONDAY_9)
        line = self.env.ref("aftersales.policy_field_called_back")
        line.duration = 1
        ticket._deadline_reach("assigned", MONDAY_9)
        self.assertEqual(
            self._row(ticket, "called_back").due, MONDAY_9 + timedelta(hours=12)
        )
        after = self._at(MONDAY_9)
        after._deadline_reach("assigned", MONDAY_9)
        row = self._row(after, "called_back")
        self.assertEqual(row.due, MONDAY_9 + timedelta(hours=1))
        line.unlink()
        self.assertTrue(row.name)

    @mute_logger("odoo.sql_db")
    def test_refusals(self):
        policy = self._policy({"milestone": "assigned"})
        Line = self.env["aftersales.policy.deadline"]
        for vals in (
            {"milestone": "assigned"},
            {"milestone": "solution", "duration": -1},
            {"milestone": "solution", "anchor": "milestone"},
            {"milestone": "solution", "anchor": "event"},
            {"milestone": "solution", "unit": "day", "clock": "working"},
        ):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                Line.create({"policy_id": policy.id, **vals})
        with self.assertRaisesRegex(ValidationError, "count from itself"):
            Line.create(
                {
                    "policy_id": policy.id,
                    "milestone": "solution",
                    "anchor": "milestone",
                    "anchor_milestone": "solution",
                }
            )
        # A ticket has each deadline once
        ticket = self._at(MONDAY_9)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._row(ticket, "assigned").copy()
