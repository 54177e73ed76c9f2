from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_workshop import MONDAY, WorkshopCommon

MORNING = datetime(2026, 3, 2, 8)
NOON = datetime(2026, 3, 2, 12)


class ShiftCommon(WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.calendar
        # One team whose readiness is asked for.
        cls.env["aftersales.team"].search(
            [("kind", "in", ("workshop", "factory")), ("id", "!=", cls.team.id)]
        ).active = False

    def _open_day(self, moment=MORNING - timedelta(hours=2)):
        """Return the day's shifts as the scheduled action opens them."""
        freezer = freeze_time(moment, tick=False)
        frozen = freezer.start()
        self.addCleanup(freezer.stop)
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_open_shifts").method_direct_trigger()
        shifts = self.env["aftersales.shift"].search(
            [("company_id", "=", self.company.id)], order="date_start"
        )
        return shifts, frozen

    def _walk(self, shift, frozen, start, minutes, findings=()):
        """Walk one round as the dispatcher; return it."""
        frozen.move_to(start)
        dispatcher = self._as("dispatcher", shift)
        action = dispatcher.action_start_round()
        patrol = dispatcher.env["aftersales.patrol"].browse(action["res_id"])
        with Form(patrol) as form:
            for name, user in findings:
                with form.finding_ids.new() as line:
                    line.name = name
                    line.user_id = user
        frozen.move_to(start + timedelta(minutes=minutes))
        patrol.action_stop()
        return patrol

    def _deadline(self, shift, milestone):
        return shift.deadline_ids.filtered(lambda row: row.milestone == milestone)


@tagged("post_install", "-at_install")
class TestShift(ShiftCommon):
    """The dispatcher's rounds, four of 25 minutes in a shift of four hours (B-29)."""

    def test_shifts_open_with_the_working_hours(self):
        shifts, _frozen = self._open_day()
        self.assertEqual(
            shifts.mapped("date_start"), [MORNING, datetime(2026, 3, 2, 13)]
        )
        self.assertEqual(shifts.mapped("date_stop"), [NOON, datetime(2026, 3, 2, 17)])
        self.assertEqual(shifts.mapped("rounds_wanted"), [4, 4])
        self.assertEqual(shifts.mapped("is_first"), [True, False])
        self.assertEqual(shifts.dispatcher_id, self.user_dispatcher)
        # Once more: nothing is left to do.
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_open_shifts").method_direct_trigger()
        self.assertEqual(
            self.env["aftersales.shift"].search_count(
                [("company_id", "=", self.company.id)]
            ),
            2,
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            shifts[0].sudo().copy().flush_recordset()

    def test_no_work_no_shift(self):
        shifts, _frozen = self._open_day(datetime(2026, 3, 1, 9))
        self.assertFalse(shifts)
        Shift = self.env["aftersales.shift"].with_user(self.user_dispatcher)
        with self.assert_refused(UserError, "does not work today"):
            Shift.action_open_current()

    def test_figures_are_settings(self):
        self.company.aftersales_patrol_rounds = 2
        self.company.aftersales_patrol_minutes = 10
        self.company.aftersales_patrol_shift_hours = 8
        shifts, frozen = self._open_day()
        self.assertEqual(shifts.mapped("rounds_wanted"), [1, 1])
        patrol = self._walk(shifts[0], frozen, MORNING, 12)
        self.assertTrue(patrol.counts)
        self.assertFalse(shifts[0].rounds_missing)

    def test_four_rounds_fulfil_the_shift(self):
        (shift, _later), frozen = self._open_day()
        self.assertEqual(self._deadline(shift, "patrolled").due, NOON)
        for number in range(4):
            self.assertEqual(self._deadline(shift, "patrolled").state, "running")
            start = MORNING + timedelta(minutes=50 * number)
            self._walk(shift, frozen, start, 25 + number)
        self.assertEqual((shift.round_count, shift.rounds_missing), (4, 0))
        self.assertEqual(shift.patrol_minutes, 25 + 26 + 27 + 28)
        self.assertEqual(self._deadline(shift, "patrolled").state, "met")
        self._as("dispatcher", shift).action_close()
        self.assertEqual(shift.state, "closed")

    def test_a_short_round_does_not_count(self):
        (shift, _later), frozen = self._open_day()
        patrol = self._walk(shift, frozen, MORNING, 24)
        self.assertEqual(patrol.minutes, 24)
        self.assertFalse(patrol.counts)
        self.assertEqual(shift.rounds_missing, 4)

    def test_missing_rounds_are_called_and_explained(self):
        (shift, _later), frozen = self._open_day()
        self._walk(shift, frozen, MORNING, 30)
        dispatcher = self._as("dispatcher", shift)
        with self.assert_refused(UserError, "is not over and lacks 3 rounds"):
            dispatcher.action_close()
        frozen.move_to(NOON + timedelta(minutes=1))
        with self.enter_registry_test_mode():
            cron = self.env.ref("aftersales.cron_escalate_deadlines")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        row = self._deadline(shift, "patrolled")
        called = shift.activity_ids.filtered(
            lambda activity: activity.aftersales_deadline_id == row
        )
        self.assertEqual(
            sorted(called.mapped("aftersales_alert")), ["escalation", "warning"]
        )
        warned = called.filtered(lambda call: call.aftersales_alert == "warning")
        self.assertEqual(warned.user_id, self.user_dispatcher)
        with self.assert_refused(UserError, "lacks 3 rounds of 25 minutes. Write why"):
            dispatcher.action_close()
        dispatcher.close_reason = "Alone in the workshop, a lift had failed"
        dispatcher.action_close()
        self.assertEqual(row.state, "late")
        self.assertFalse(called.exists().filtered("active"))

    def test_database_wants_the_reason(self):
        (shift, _later), _frozen = self._open_day()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            shift.sudo().write({"state": "closed"})
            shift.flush_recordset()

    def test_forgotten_round_ends_with_the_shift(self):
        (shift, _later), frozen = self._open_day()
        frozen.move_to(MORNING)
        self._as("dispatcher", shift).action_start_round()
        frozen.move_to(NOON + timedelta(hours=2))
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_open_shifts").method_direct_trigger()
        patrol = shift.patrol_ids
        self.assertEqual(patrol.date_stop, NOON)
        self.assertTrue(patrol.is_forgotten)
        self.assertFalse(patrol.counts)

    def test_one_round_at_a_time_and_in_the_shift(self):
        (shift, later), frozen = self._open_day()
        with self.assert_refused(UserError, "is not at work now"):
            self._as("dispatcher", shift).action_start_round()
        frozen.move_to(MORNING)
        self._as("dispatcher", shift).action_start_round()
        with self.assert_refused(UserError, "Stop it first"):
            self._as("dispatcher", shift).action_start_round()
        with self.assertRaises(AccessError):
            self._as("technician", shift).action_start_round()
        patrol = self._as("dispatcher", shift.patrol_ids)
        with self.assert_refused(UserError, "taken by the buttons"):
            patrol.date_start = MORNING - timedelta(hours=1)
        with self.assert_refused(UserError, "come from the working hours"):
            self._as("dispatcher", later).rounds_wanted = 0
        with self.assert_refused(UserError, "whoever walks it"):
            self._as("manager", shift.patrol_ids).action_stop()

    def test_findings_call_people_and_are_handled(self):
        (shift, _later), frozen = self._open_day()
        patrol = self._walk(
            shift, frozen, MORNING, 30, [("Lift 2 drips oil", self.user_technician)]
        )
        finding = patrol.finding_ids
        self.assertEqual(finding.shift_id, shift)
        self.assertEqual(finding.activity_ids.user_id, self.user_technician)
        with self.assertRaises(AccessError):
            self._as("finance", finding).action_handled()
        mine = self._as("technician", finding)
        with self.assert_refused(UserError, "write what was done"):
            mine.action_handled()
        mine.measure = "Seal replaced"
        mine.action_handled()
        self.assertEqual(finding.state, "handled")
        self.assertEqual(finding.handled_by_id, self.user_technician)
        self.assertFalse(finding.activity_ids)
        with self.assert_refused(UserError, "its button Handled"):
            mine.write({"state": "open"})


@tagged("post_install", "-at_install")
class TestReadiness(ShiftCommon):
    """Before the day's start, and on the site (R-DISP-03, R-DISP-12; C-40)."""

    def test_first_shift_brings_the_checks(self):
        (shift, later), _frozen = self._open_day()
        self.assertEqual(
            sorted(shift.readiness_ids.mapped("kind")), ["readiness", "site"]
        )
        self.assertFalse(later.readiness_ids)
        sheet = shift.readiness_ids.filtered("team_id")
        self.assertEqual(sheet.date, date(2026, 3, 2))
        self.assertEqual(
            set(sheet.line_ids.mapped("area")),
            {"people", "equipment", "parts", "repair_parts", "order"},
        )
        self.assertEqual(self._deadline(shift, "ready_checked").due, MORNING)
        self.assertFalse(self._deadline(later, "ready_checked"))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            sheet.copy({"team_id": self.team.id}).flush_recordset()

    def test_problems_call_whoever_sees_to_them(self):
        (shift, _later), frozen = self._open_day()
        sheet = self._as(
            "dispatcher", shift.readiness_ids.filtered(lambda s: s.kind == "readiness")
        )
        sheet.absent_ids = self.technician_2
        self.assertEqual(sheet.present_count, 1)
        with self.assert_refused(UserError, "say how it is with"):
            sheet.action_done()
        parts = sheet.line_ids.filtered(lambda line: line.area == "parts")
        parts.action_problem()
        sheet.action_rest_ok()
        with self.assert_refused(UserError, "Parts of today's work"):
            sheet.action_done()
        parts.note = "Two motors have not come"
        frozen.move_to(MORNING - timedelta(minutes=20))
        sheet.action_done()
        finding = parts.finding_id
        self.assertEqual(finding.user_id, self.user_parts_keeper)
        self.assertEqual(finding.activity_ids.user_id, self.user_parts_keeper)
        self.assertIn("Two motors have not come", finding.name)
        self.assertEqual(sheet.problem_count, 1)
        self.assertEqual(self._deadline(shift, "ready_checked").state, "met")
        self.assertEqual(self._deadline(shift, "site_checked").state, "running")
        with self.assert_refused(UserError, "is done"):
            sheet.note = "Later thought"

    def test_late_check_is_late(self):
        (shift, _later), frozen = self._open_day()
        frozen.move_to(MORNING + timedelta(minutes=5))
        for sheet in self._as("dispatcher", shift.readiness_ids):
            sheet.action_rest_ok()
            sheet.action_done()
        self.assertEqual(self._deadline(shift, "ready_checked").state, "late")
        self.assertEqual(self._deadline(shift, "site_checked").state, "met")
        self.assertFalse(shift.checks_open)

    def test_only_the_dispatcher_checks(self):
        (shift, _later), _frozen = self._open_day()
        with self.assertRaises(AccessError):
            self._as("technician", shift.readiness_ids).action_done()
        self.assertEqual(MONDAY.date(), shift.date)
