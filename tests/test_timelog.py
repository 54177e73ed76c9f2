from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_workshop import MONDAY, WorkshopCommon


@tagged("post_install", "-at_install")
class TestTimelog(WorkshopCommon):
    """On and off the clock (R-WORK-11, R-BEY-14)."""

    def setUp(self):
        super().setUp()
        self._freeze(MONDAY)
        self.ticket = self._approved(self.labour, self.labour_2)
        self.job = self._job(self.ticket)
        self.other = self._job(self.ticket, self.labour_2)

    def _logs(self, job=None):
        return (job or self.job).sudo().timelog_ids

    def _close_shifts(self):
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_close_shifts").method_direct_trigger()
        self.env.invalidate_all()

    def test_on_off_on_done(self):
        self._as("technician", self.job).action_clock_on()
        self.assertEqual(self.ticket.state, "in_progress")
        self.assertEqual(self.job.state, "in_progress")
        self._freeze(MONDAY + timedelta(minutes=90))
        self._as("technician", self.job).action_clock_off()
        self.assertEqual(self.job.state, "paused")
        self.assertEqual(self.job.clocked_hours, 1.5)
        self._freeze(MONDAY + timedelta(hours=2))
        self._as("technician", self.job).action_clock_on()
        self._freeze(MONDAY + timedelta(hours=3))
        self._as("technician", self.job).action_finish()
        self.assertEqual(self.job.state, "done")
        self.assertTrue(self.job.line_id.is_done)
        self.assertEqual(self.job.clocked_hours, 2.5)
        self.assertEqual(self.ticket.remaining_hours, 1.5)
        self.assertFalse(any(self._logs().mapped("entered_late")))

    def test_one_clock_a_person(self):
        self._as("technician", self.job).action_clock_on()
        with self.assert_refused(UserError, "You are on the clock of .*drive motor"):
            self._as("technician", self.other).action_clock_on()
        self.assertFalse(self._logs(self.other))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._logs().copy({"date_stop": False}).flush_recordset()

    def test_idle_time_ends_with_the_job(self):
        Timelog = self.env["aftersales.timelog"]
        idle = Timelog.with_user(self.user_technician).action_clock_idle("cleaning")
        self._freeze(MONDAY + timedelta(minutes=30))
        self._as("technician", self.job).action_clock_on()
        self.assertEqual(idle.sudo().duration, 0.5)
        with self.assert_refused(UserError, "Stop it first"):
            Timelog.with_user(self.user_technician).action_clock_idle("break")
        with self.assertRaises(AccessError):
            Timelog.with_user(self.user_finance).action_clock_idle("break")

    def test_not_another_persons_job(self):
        with self.assertRaises(AccessError):
            self.job.with_user(self.technician_2).action_clock_on()
        for role in ("advisor", "finance", "inspector"):
            with self.assertRaises(AccessError):
                self._as(role, self.job).action_clock_on()

    def test_not_on_a_line_nobody_agreed_to(self):
        self.other.line_id._decline()
        with self.assert_refused(UserError, "nothing to work on"):
            self._as("technician", self.other).action_clock_on()

    def test_not_while_on_hold(self):
        self.ticket.action_hold("parts")
        with self.assert_refused(UserError, "on hold"):
            self._as("technician", self.job).action_clock_on()

    def test_job_at_work_is_not_taken_away(self):
        self._as("technician", self.job).action_clock_on()
        with self.assert_refused(UserError, "stays with Technician"):
            self._as("dispatcher", self.job).technician_id = self.technician_2

    def test_by_hand_says_why(self):
        Timelog = self.env["aftersales.timelog"].with_user(self.user_dispatcher)
        vals = {
            "user_id": self.user_technician.id,
            "operation_id": self.job.id,
            "date_start": MONDAY - timedelta(hours=3),
            "date_stop": MONDAY - timedelta(hours=1),
        }
        with self.assert_refused(UserError, "says why in"):
            Timelog.create(vals)
        log = Timelog.create({**vals, "note": "Power cut"})
        self.assertTrue(log.entered_late)
        self.assertEqual(self.job.clocked_hours, 2.0)
        with self.assert_refused(ValidationError, "one thing at a time"):
            Timelog.create({**vals, "note": "Twice"})
        with self.assertRaises(AccessError):
            log.with_user(self.user_technician).write({"note": "Longer"})

    def test_forgotten_clock_stops_with_the_shift(self):
        """Started at 11:30, the shift ends at 12:00; a second run does nothing."""
        self._freeze(datetime(2026, 3, 2, 11, 30))
        self._as("technician", self.job).action_clock_on()
        self._freeze(datetime(2026, 3, 2, 11, 45))
        self._close_shifts()
        self.assertFalse(self._logs().date_stop)
        self._freeze(datetime(2026, 3, 2, 18, 0))
        self._close_shifts()
        self.assertEqual(self._logs().date_stop, datetime(2026, 3, 2, 12, 0))
        self.assertEqual(self.job.state, "paused")
        messages = len(self._logs().message_ids)
        self._close_shifts()
        self.assertEqual(len(self._logs().message_ids), messages)

    def test_overtime_runs_to_the_longest_time(self):
        self._freeze(datetime(2026, 3, 2, 18, 0))
        self._as("technician", self.job).action_clock_on()
        self._freeze(datetime(2026, 3, 3, 7, 0))
        self._close_shifts()
        self.assertEqual(self._logs().date_stop, datetime(2026, 3, 3, 6, 0))

    def test_own_time_only(self):
        self._as("technician", self.job).action_clock_on()
        Timelog = self.env["aftersales.timelog"]
        self.assertFalse(Timelog.with_user(self.technician_2).search([]))
        self.assertEqual(
            Timelog.with_user(self.user_technician).search([]), self._logs()
        )
