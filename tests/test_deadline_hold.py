from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .deadline_common import MONDAY_9, DeadlineCommon


@tagged("post_install", "-at_install")
class TestDeadlineHold(DeadlineCommon):
    """Clocks that stand still, and promises that are made anew."""

    def test_hold(self):
        """On hold due times move by just that time, in the row's own clock."""
        self._policy(
            {"milestone": "responded", "duration": 2, "anchor": "report"},
            {
                "milestone": "assigned",
                "duration": 2,
                "anchor": "report",
                "clock": "working",
            },
            {
                "milestone": "solution",
                "duration": 1,
                "unit": "working_day",
                "anchor": "report",
            },
        )
        friday_16 = datetime(2025, 3, 14, 8)
        ticket = self._at(friday_16)
        working = self._row(ticket, "assigned")
        self.assertEqual(working.due, datetime(2025, 3, 17, 1))
        self.assertEqual(self._row(ticket, "solution").due, datetime(2025, 3, 17, 9))
        # From 16:30 on Friday to 9:30 on Monday: 65 h, of which 2 h are work
        ticket._deadline_pause(friday_16 + timedelta(minutes=30))
        ticket._deadline_pause(friday_16 + timedelta(minutes=45))
        self.assertEqual(working.state, "paused")
        ticket._deadline_resume(datetime(2025, 3, 17, 1, 30))
        self.assertEqual(working.state, "running")
        self.assertEqual(working.due, datetime(2025, 3, 17, 3))
        self.assertEqual(
            self._row(ticket, "responded").due, friday_16 + timedelta(hours=67)
        )
        self.assertEqual(self._row(ticket, "solution").due, datetime(2025, 3, 18, 2))

    def test_overdue_stays_overdue_on_hold(self):
        ticket = self._at(MONDAY_9)
        row = self._row(ticket, "responded")
        pause = MONDAY_9 + timedelta(hours=1)
        resume = MONDAY_9 + timedelta(hours=5)
        ticket._deadline_pause(pause)
        with freeze_time(resume):
            self.assertTrue(row.is_overdue)
            self.assertIn(row, row.search([("is_overdue", "=", True)]))
            ticket._deadline_resume(resume)
            self.assertTrue(row.is_overdue)
            # Late by half an hour before and after
            self.assertEqual(row.due, resume - timedelta(minutes=30))

    def test_reached_on_hold(self):
        """While on hold the clock stands still, whatever the time on the wall."""
        ticket = self._at(MONDAY_9)
        ticket._deadline_pause(MONDAY_9 + timedelta(minutes=20))
        ticket._deadline_reach("responded", MONDAY_9 + timedelta(hours=3))
        self.assertEqual(self._row(ticket, "responded").state, "met")
        other = self._at(MONDAY_9)
        other._deadline_pause(MONDAY_9 + timedelta(minutes=40))
        other._deadline_reach("responded", MONDAY_9 + timedelta(hours=3))
        self.assertEqual(self._row(other, "responded").state, "late")

    def test_step_begun_on_hold_stands_still(self):
        ticket = self._at(MONDAY_9)
        with freeze_time(MONDAY_9):
            ticket.with_user(self.user_advisor).action_hold("customer")
        ticket._deadline_reach("assigned", MONDAY_9 + timedelta(hours=2))
        row = self._row(ticket, "called_back")
        self.assertEqual(row.state, "paused")
        with freeze_time(MONDAY_9 + timedelta(hours=5)):
            ticket.with_user(self.user_advisor).action_resume()
        self.assertEqual(row.due, MONDAY_9 + timedelta(hours=5 + 12))

    def test_promised_time(self):
        """The shop's promise is the limit; a new promise counts anew (D-06)."""
        with freeze_time(MONDAY_9):
            ticket = self._ticket(reported_at=MONDAY_9).sudo()
        self.assertEqual(ticket.policy_id, self.shop_policy)
        ready, delivered = self._row(ticket, "ready"), self._row(ticket, "delivered")
        self.assertEqual(ready.state, "waiting")
        promised = MONDAY_9 + timedelta(hours=8)
        with freeze_time(MONDAY_9):
            ticket.promised_at = promised
        self.assertEqual((delivered.state, delivered.due), ("running", promised))
        self.assertEqual(ready.due, promised - timedelta(hours=1))
        with freeze_time(promised + timedelta(hours=1)):
            self._run_cron()
            called = len(self._activities(ticket))
            self.assertTrue(ready.escalated_at)
            ticket.promised_at = promised + timedelta(hours=24)
            self.assertFalse(ready.escalated_at)
            self.assertLess(len(self._activities(ticket)), called)
        with freeze_time(promised + timedelta(hours=2)):
            self._run_cron()
            self.assertFalse(ready.warned_at)
        with freeze_time(promised + timedelta(hours=25)):
            self._run_cron()
            self.assertTrue(ready.escalated_at)
        # Holding a ticket does not change what was promised
        ticket._deadline_pause(MONDAY_9)
        ticket._deadline_resume(MONDAY_9 + timedelta(hours=3))
        self.assertEqual(delivered.due, promised + timedelta(hours=24))
        with freeze_time(MONDAY_9):
            ticket.promised_at = False
        self.assertEqual((delivered.state, delivered.due), ("waiting", False))
