from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.aftersales_deadline_alert import AftersalesDeadline
from .deadline_common import MONDAY_9, DeadlineCommon

ALERT_LOGGER = "odoo.addons.aftersales.models.aftersales_deadline_alert"


@tagged("post_install", "-at_install")
class TestDeadlineCron(DeadlineCommon):
    """Who is called when, each once (R-SLA-06)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nothing of other tests or demo data is to be alerted here.
        cls.env["aftersales.deadline"].search([]).unlink()

    def _calls(self, ticket):
        """Return the set of (milestone, kind, user) that were called for ``ticket``."""
        return sorted(
            (
                activity.aftersales_deadline_id.milestone,
                activity.aftersales_alert,
                activity.user_id.login,
            )
            for activity in self._activities(ticket)
        )

    def test_warning_then_escalation_once(self):
        ticket = self._at(MONDAY_9)
        with freeze_time(MONDAY_9 + timedelta(minutes=14)):
            self._run_cron()
            self.assertFalse(self._calls(ticket))
        with freeze_time(MONDAY_9 + timedelta(minutes=16)):
            self._run_cron()
            self._run_cron()
        warning = ("responded", "warning", "advisor")
        self.assertEqual(self._calls(ticket), [warning])
        activity = self._activities(ticket)
        self.assertEqual(activity.res_id, ticket.id)
        self.assertEqual(activity.summary, "Due soon: First response")
        with freeze_time(MONDAY_9 + timedelta(minutes=31)):
            self._run_cron()
            self._run_cron()
        escalation = ("responded", "escalation", "manager")
        self.assertEqual(self._calls(ticket), [escalation, warning])
        with freeze_time(MONDAY_9 + timedelta(minutes=40)):
            ticket.with_user(self.user_advisor).action_respond()
        self.assertFalse(self._calls(ticket), "What has been done calls nobody")
        self.assertEqual(
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search_count([("res_id", "=", ticket.id), ("active", "=", False)]),
            2,
        )

    def test_server_slept(self):
        """Run late, both are called, and the activities say it is overdue."""
        ticket = self._at(MONDAY_9)
        with freeze_time(MONDAY_9 + timedelta(days=30)):
            self._run_cron()
            self._run_cron()
        self.assertEqual(
            self._calls(ticket),
            sorted(
                (milestone, kind, user)
                for milestone, responsible in (
                    ("assigned", "advisor"),
                    ("responded", "advisor"),
                    ("arrived", "technician"),
                )
                for kind, user in (("warning", responsible), ("escalation", "manager"))
            ),
        )
        self.assertTrue(
            all(
                summary.startswith("Overdue: ")
                for summary in self._activities(ticket).mapped("summary")
            )
        )

    def test_targets_and_holds_call_nobody(self):
        ticket = self._at(MONDAY_9)
        ticket._deadline_reach("started", MONDAY_9)
        fixed = self._row(ticket, "fixed")
        self.assertEqual(fixed.state, "running")
        # Nobody is called for a target that runs out, either
        missed = self._at(MONDAY_9)
        missed._deadline_reach("started", MONDAY_9)
        with freeze_time(MONDAY_9 + timedelta(days=2)):
            self._run_cron()
            self.assertTrue(self._row(missed, "fixed").is_overdue)
        self.assertFalse(self._calls(missed))
        # Of this one steps are due that are no targets
        other = self._at(MONDAY_9)
        both = (ticket + other).with_user(self.user_advisor)
        with freeze_time(MONDAY_9):
            both.action_hold("parts")
        with freeze_time(MONDAY_9 + timedelta(days=3)):
            self._run_cron()
            self.assertFalse(self._calls(ticket) + self._calls(other))
            both.action_resume()
        with freeze_time(MONDAY_9 + timedelta(days=30)):
            self._run_cron()
            self.assertTrue(fixed.is_overdue)
        self.assertFalse(self._calls(ticket))
        called = {milestone for milestone, __, __ in self._calls(other)}
        self.assertEqual(called, {"assigned", "responded", "arrived"})

    def test_nobody_named(self):
        """Without a person on the ticket: who is on duty, then who has the role."""
        ticket = self._at(
            MONDAY_9, advisor_id=False, technician_id=False, team_id=False
        )
        now = MONDAY_9 + timedelta(hours=1)
        duty = self.env["aftersales.duty"].create(
            {
                "user_id": self.user_quality.id,
                "role": "manager",
                "date_from": now - timedelta(hours=1),
                "date_to": now + timedelta(hours=1),
            }
        )
        with freeze_time(now):
            self._run_cron()
        self.assertEqual(
            self._calls(ticket),
            [
                ("responded", "escalation", duty.user_id.login),
                ("responded", "warning", "advisor"),
            ],
        )

    def test_broken_row_does_not_stop_the_others(self):
        tickets = [self._at(MONDAY_9) for __ in range(3)]
        broken = self._row(tickets[1], "responded")
        prepare = AftersalesDeadline._prepare_alert_vals

        def fail(row, *args):
            if row.id == broken.id:
                raise ValueError("broken")
            return prepare(row, *args)

        now = MONDAY_9 + timedelta(hours=1)
        with (
            freeze_time(now),
            patch.object(
                self.env.registry["aftersales.deadline"], "_prepare_alert_vals", fail
            ),
        ):
            with self.assertLogs(ALERT_LOGGER, "ERROR") as log:
                self._run_cron()
            self.assertEqual(len(log.records), 1)
            self.assertEqual(
                [len(self._activities(ticket)) for ticket in tickets], [2, 0, 2]
            )
            # It does not block the next run, and is tried again later
            self.assertGreater(broken.alert_at, now)
            with self.assertNoLogs(ALERT_LOGGER, "ERROR"):
                self._run_cron()
        with freeze_time(now + timedelta(hours=2)):
            self._run_cron()
        self.assertEqual(len(self._activities(tickets[1])), 2)

    def test_somebody_is_told_of_a_broken_row_once(self):
        tickets = [self._at(MONDAY_9) for __ in range(2)]
        broken = self._row(tickets[0], "responded")
        prepare = AftersalesDeadline._prepare_alert_vals

        def fail(row, *args):
            if row.id == broken.id:
                raise ValueError("Nobody there")
            return prepare(row, *args)

        def told(ticket):
            kind = self.env.ref("mail.mail_activity_data_warning")
            return ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)

        now = MONDAY_9 + timedelta(hours=1)
        registry = self.env.registry["aftersales.deadline"]
        with patch.object(registry, "_prepare_alert_vals", fail):
            for hours in (0, 2, 4):
                with (
                    freeze_time(now + timedelta(hours=hours)),
                    self.assertLogs(ALERT_LOGGER, "ERROR"),
                ):
                    self._run_cron()
        manager = told(tickets[0]).user_id
        self.assertTrue(manager.has_group("aftersales.group_aftersales_manager"))
        self.assertEqual(len(told(tickets[0])), 1)
        self.assertIn("First response", told(tickets[0]).summary)
        self.assertIn("Nobody there", told(tickets[0]).note)
        self.assertEqual(broken.failure, "Nobody there")
        self.assertFalse(told(tickets[1]))
        self.assertEqual(len(self._activities(tickets[1])), 2)
        with freeze_time(now + timedelta(hours=6)):
            self._run_cron()
        self.assertFalse(broken.failure)
        self.assertTrue(broken.warned_at)

    def test_row_changed_at_that_very_moment(self):
        """A conflict with somebody's step is no fault of the row: it looks again."""
        ticket = self._at(MONDAY_9)
        alert = AftersalesDeadline._alert
        looks = []

        def conflict(rows, *args):
            looks.append(rows)
            if len(looks) < 3:
                raise SerializationFailure
            return alert(rows, *args)

        with (
            freeze_time(MONDAY_9 + timedelta(hours=1)),
            patch.object(self.env.registry["aftersales.deadline"], "_alert", conflict),
            self.assertNoLogs(ALERT_LOGGER, "ERROR"),
        ):
            self._run_cron()
        self.assertEqual(len(looks), 3)
        self.assertEqual(len(self._activities(ticket)), 2)

    def test_batches(self):
        """More rows than one batch holds, and rows of the same moment."""
        tickets = [self._at(MONDAY_9) for __ in range(7)]
        with (
            freeze_time(MONDAY_9 + timedelta(hours=1)),
            patch("odoo.addons.aftersales.models.aftersales_deadline_alert.BATCH", 2),
        ):
            self._run_cron()
        self.assertEqual([len(self._activities(ticket)) for ticket in tickets], [2] * 7)

    @mute_logger("odoo.sql_db")
    def test_database_refuses_a_second_call(self):
        ticket = self._at(MONDAY_9)
        with freeze_time(MONDAY_9 + timedelta(hours=1)):
            self._run_cron()
        activity = self._activities(ticket)[0]
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            activity.copy()

    def test_queries(self):
        """The cost of a batch does not grow with its rows, but for the inserts."""
        counts = []
        for size in (10, 40):
            tickets = [self._at(MONDAY_9) for __ in range(size)]
            self.env.flush_all()
            self.env.invalidate_all()
            rows = self.env["aftersales.deadline"].search(
                [
                    ("ticket_id", "in", [t.id for t in tickets]),
                    ("milestone", "=", "responded"),
                ]
            )
            before = self.env.cr.sql_log_count
            rows._alert(MONDAY_9 + timedelta(hours=1), {})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
