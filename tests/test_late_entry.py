from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_workshop import MONDAY, WorkshopCommon


@tagged("post_install", "-at_install")
class TestLateEntry(WorkshopCommon):
    """True times from forms filled in by hand, marked as entered later (R-BEY-18)."""

    def setUp(self):
        super().setUp()
        # The steps of the morning, taken at noon when the computer was back.
        self._freeze(MONDAY)
        self.ticket = self._ticket(team_id=self.team.id)
        self.ticket.action_assign()
        self._freeze(MONDAY + timedelta(hours=4))
        technical = self._as("technician", self.ticket)
        technical.action_call_back()
        technical.write({"cause": "Worn", "diagnosis_consent_by": "Mr Zhao"})
        technical.action_diagnose()

    def _late(self, role="manager", **vals):
        late = self.env["aftersales.late"].with_user(self.users[role])
        late = late.with_context(default_ticket_id=self.ticket.id)
        return late.create({"reason": "No power", **vals})

    def _step(self, late, stamp):
        return late.line_ids.filtered(lambda line: line.stamp == stamp)

    def test_true_time_is_marked_and_counts(self):
        deadline = self.ticket.deadline_ids.filtered(
            lambda row: row.milestone == "responded"
        )
        self.assertEqual(deadline.state, "late")
        late = self._late()
        true = MONDAY + timedelta(minutes=10)
        self._step(late, "called_back_at").true_at = true
        late.action_confirm()
        self.assertEqual(self.ticket.called_back_at, true)
        self.assertEqual(deadline.reached, true)
        self.assertEqual(deadline.state, "met")
        entry = self.ticket.late_entry_ids
        self.assertEqual(entry.true_at, true)
        self.assertEqual(entry.recorded_at, MONDAY + timedelta(hours=4))
        self.assertEqual(entry.user_id, self.user_manager)
        self.assertEqual(entry.entered_at, MONDAY + timedelta(hours=4))
        self.assertEqual(self.ticket.late_entry_count, 1)
        self.assertIn("No power", self.ticket.message_ids[0].body)

    def test_refusals(self):
        late = self._late()
        with self.assert_refused(UserError, "enter a true time"):
            late.action_confirm()
        line = self._step(late, "diagnosed_at")
        for moment in (MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=5)):
            line.true_at = moment
            with self.assert_refused(UserError, "before the report, or has not come"):
                late.action_confirm()
        line.true_at = MONDAY + timedelta(hours=1)
        late.reason = False
        with self.assert_refused(UserError, "say why"):
            late.action_confirm()
        self.assertFalse(self.ticket.late_entry_ids)

    def test_steps_do_not_run_backwards(self):
        self._line_of_work()
        late = self._late()
        self._step(late, "started_at").true_at = MONDAY + timedelta(hours=1)
        with self.assert_refused(UserError, "cannot be before"):
            late.action_confirm()
        for stamp, minutes in (("diagnosed_at", 20), ("consent_at", 30)):
            self._step(late, stamp).true_at = MONDAY + timedelta(minutes=minutes)
        late.action_confirm()
        self.assertEqual(self.ticket.started_at, MONDAY + timedelta(hours=1))
        self.assertEqual(self.ticket.late_entry_count, 3)

    def _line_of_work(self):
        ticket = self.ticket
        self._line(ticket, self.labour)
        ticket.action_quote()
        for order in ticket.sudo().order_ids:
            order.write({"signed_by": "Mr Zhao"})
            order.action_confirm()
        if ticket.state == "quoted":
            ticket._approve("Mr Zhao", "phone")
        self._receive(ticket)
        self._as("technician", ticket).action_start()

    def test_time_on_a_job(self):
        self._line_of_work()
        job = self._job(self.ticket)
        time = {
            "operation_id": job.id,
            "user_id": self.user_technician.id,
            "date_start": MONDAY + timedelta(hours=1),
            "date_stop": MONDAY + timedelta(hours=3),
        }
        self._late(time_ids=[Command.create(time)]).action_confirm()
        self.assertEqual(job.clocked_hours, 2)
        self.assertTrue(job.timelog_ids.entered_late)
        self.assertEqual(job.timelog_ids.note, "No power")
        with self.assert_refused(ValidationError, "was on the clock"):
            self._late(time_ids=[Command.create(time)]).action_confirm()

    def test_a_right_by_name(self):
        with self.assertRaises(AccessError):
            self._late("dispatcher")
        self.user_dispatcher.sudo().group_ids |= self.env.ref(
            "aftersales.group_aftersales_late_entry"
        )
        late = self._late("dispatcher")
        self._step(late, "called_back_at").true_at = MONDAY + timedelta(hours=1)
        late.action_confirm()
        self.assertEqual(self.ticket.late_entry_ids.user_id, self.user_dispatcher)
        with self.assertRaises(AccessError):
            self.env["aftersales.late.entry"].with_user(self.user_manager).create(
                {"ticket_id": self.ticket.id}
            )
        with self.assertRaises(AccessError):
            self.ticket.late_entry_ids.with_user(self.user_manager).reason = "x"
        self.assertLessEqual(self.ticket.late_entry_ids.true_at, fields.Datetime.now())
