from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import RecordCapturer, tagged
from odoo.tools import mute_logger

from .followup_common import FollowupCommon

NOW = datetime(2026, 3, 2, 8, 30)
LOGGER = "odoo.addons.aftersales.models.aftersales_followup_cron"


@tagged("post_install", "-at_install")
class TestFollowupCron(FollowupCommon):
    """What happens by itself, once."""

    def test_opens_when_the_window_opens(self):
        with freeze_time(NOW):
            followup = self._followup()
        with freeze_time(NOW + timedelta(days=2, hours=23)):
            self._run_cron()
            self.assertEqual(followup.state, "planned")
            self.assertFalse(self._activities(followup))
        with freeze_time(NOW + timedelta(days=3)):
            self._run_cron()
            self.assertEqual(followup.state, "open")
            activity = self._activities(followup)
            self.assertEqual(activity.user_id, self.user_advisor)
            self.assertEqual(activity.date_deadline, (NOW + timedelta(days=7)).date())

    def test_second_run_does_nothing(self):
        followups = self._followups(3)
        self._run_cron()
        self._run_cron()
        self.assertEqual(len(self._activities(followups)), 3)
        self.assertEqual(set(followups.mapped("state")), {"open"})

    def test_nothing_is_lost_while_the_server_slept(self):
        with freeze_time(NOW):
            followup = self._followup()
        with freeze_time(NOW + timedelta(days=40)):
            self._run_cron()
            self._run_cron()
        self.assertEqual(followup.state, "open")
        self.assertEqual(len(self._activities(followup)), 1)
        overdue = self._activities(followup, "activity_followup_overdue")
        self.assertEqual(len(overdue), 1)
        self.assertEqual(overdue.user_id, self.user_manager)

    def test_overdue_is_reported_once(self):
        with freeze_time(NOW):
            followup = self._followup()
        with freeze_time(NOW + timedelta(days=3)):
            self._run_cron()
        with freeze_time(NOW + timedelta(days=7, seconds=-1)):
            self._run_cron()
            self.assertFalse(followup.escalated_at)
        for later in (8, 9):
            with freeze_time(NOW + timedelta(days=later)):
                self._run_cron()
        self.assertEqual(followup.escalated_at, NOW + timedelta(days=8))
        self.assertEqual(
            len(self._activities(followup, "activity_followup_overdue")), 1
        )

    def test_unsolved_point_goes_to_the_supervisor_after_two_days(self):
        with freeze_time(NOW):
            followup = self._followup()
            followup.write(
                {"satisfied": "dissatisfied", "complaint_text": "It howls again"}
            )
            followup.action_done()
        with freeze_time(NOW + timedelta(days=2)):
            self._run_cron()
            self.assertEqual(followup.issue_state, "solving")
        for later in (1, 2):
            with freeze_time(NOW + timedelta(days=2, seconds=later)):
                self._run_cron()
        self.assertEqual(followup.issue_state, "reported")
        activity = self._activities(followup.request_ids, "activity_followup_request")
        self.assertEqual(activity.user_id, self.user_manager)

    def test_solution_not_told_on_its_day(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        with freeze_time(NOW):
            followup = self._followup()
            followup.write(
                {
                    "satisfied": "dissatisfied",
                    "complaint_text": "It howls again",
                }
            )
            followup.action_done()
            request = followup.request_ids
            request.solution = "New bearing"
            request.action_solve()
        # 08:30 UTC is 16:30 in Shanghai; its day ends at 16:00 UTC.
        with freeze_time(NOW.replace(hour=15, minute=59)):
            self._run_cron()
            self.assertFalse(request.escalated_at)
        for minute in (1, 30):
            with freeze_time(NOW.replace(hour=16, minute=minute)):
                self._run_cron()
        self.assertTrue(request.escalated_at)
        self.assertEqual(len(self._activities(request, "activity_followup_request")), 1)

    def test_broken_record_does_not_stop_the_others(self):
        followups = self._followups(4)
        broken = followups[1]
        Followup = self.env.registry["aftersales.followup"]
        open_followups = Followup._open

        def _open(records):
            if broken.id in records.ids:
                raise ValueError("No such customer")
            return open_followups(records)

        with patch.object(Followup, "_open", _open), mute_logger(LOGGER):
            self._run_cron()
            self._run_cron()
        self.assertEqual(set((followups - broken).mapped("state")), {"open"})
        self.assertEqual(broken.state, "planned")
        self.assertEqual(broken.failure, "No such customer")
        self.assertEqual(len(self._activities(followups)), 3)
        warning = broken.activity_ids
        self.assertEqual(len(warning), 1, "somebody is asked to look, once")
        self._run_cron()
        self.assertEqual(broken.state, "open")
        self.assertFalse(broken.failure)

    def test_planning_wakes_the_cron_in_time(self):
        with RecordCapturer(
            self.env["ir.cron.trigger"], [("cron_id", "=", self.cron.id)]
        ) as triggers:
            followup = self._followup()
        self.assertEqual(triggers.records.mapped("call_at"), [followup.window_start])

    def test_nobody_designated_goes_to_the_supervisor(self):
        followup = self._followups(1, clerk_id=False)
        self._run_cron()
        self.assertEqual(self._activities(followup).user_id, self.user_manager)

    def test_queries_do_not_grow_with_the_rows(self):
        def spent(method, count):
            followups = self._followups(count)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["aftersales.followup"]._do_batch(followups, method)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        for method in ("_open", "_escalate"):
            with self.subTest(method=method):
                spent(method, 2)
                few, many = spent(method, 2), spent(method, 60)
                self.assertLessEqual(many, few + 10)
