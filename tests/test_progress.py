from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_workshop import MONDAY
from .test_addition import AdditionCommon

NOON = datetime(2026, 3, 2, 12)


class ProgressCommon(AdditionCommon):
    """A ticket begun on Monday at 9 and promised for 15 o'clock: five hours of work."""

    def _deadline(self, milestone):
        return self.ticket.sudo().deadline_ids.filtered(
            lambda row: row.milestone == milestone
        )

    def _check(self, **vals):
        """Ask the workshop, as the adviser does on the ticket."""
        advisor = self._as("advisor", self.ticket)
        action = advisor.action_check_progress()
        with Form.from_action(advisor.env, action) as form:
            for name, value in vals.items():
                form[name] = value
        return form.record

    def _tell(self, delay, **vals):
        advisor = self._as("advisor", delay)
        advisor.write(
            {
                "cause": "parts",
                "reason": "The bearing comes tomorrow only.",
                "told_how": "phone",
                "apologised": True,
                **vals,
            }
        )
        advisor.action_tell()


@tagged("post_install", "-at_install")
class TestProgress(ProgressCommon):
    """Asked at 70-80 %, the customer told before the promise (R-PROG, R-SETT-03/04)."""

    def test_asked_between_70_and_80_percent_of_the_planned_time(self):
        row = self._deadline("progress_checked")
        self.assertEqual(row.state, "running")
        # 3.5 and 4 of 5 hours of work, over the lunch break.
        self.assertEqual(row.warning_at, datetime(2026, 3, 2, 13, 30))
        self.assertEqual(row.due, datetime(2026, 3, 2, 14))
        self.assertEqual(row.user_id, self.user_advisor)

    def test_percentages_are_settings(self):
        self.company.write(
            {
                "aftersales_progress_percent": 20,
                "aftersales_progress_late_percent": 40,
            }
        )
        self.ticket.sudo()._progress_plan_changed()
        row = self._deadline("progress_checked")
        self.assertEqual(row.warning_at, datetime(2026, 3, 2, 10))
        self.assertEqual(row.due, datetime(2026, 3, 2, 11))

    def test_follows_the_plan_of_the_jobs(self):
        """Three hours on the plan, begun at 9: asked at 11:06, late at 11:24."""
        self._as("dispatcher", self.job).planned_start = datetime(2026, 3, 2, 13)
        row = self._deadline("progress_checked")
        self.assertEqual(row.warning_at, datetime(2026, 3, 2, 11, 6))
        self.assertEqual(row.due, datetime(2026, 3, 2, 11, 24))

    def test_the_adviser_is_called_once_then_his_supervisor(self):
        row = self._deadline("progress_checked")
        self._freeze(datetime(2026, 3, 2, 13, 31))
        for __ in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales.cron_escalate_deadlines"
                ).method_direct_trigger()
        calls = self.ticket.sudo().activity_ids.filtered(
            lambda activity: activity.aftersales_deadline_id == row
        )
        self.assertEqual(calls.user_id, self.user_advisor)
        self.assertEqual(len(calls), 1)
        self._freeze(datetime(2026, 3, 2, 14, 1))
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_escalate_deadlines").method_direct_trigger()
        self.assertTrue(row.escalated_at)
        self._check()
        self.assertEqual(row.state, "late")

    def test_on_time(self):
        self._freeze(datetime(2026, 3, 2, 13, 40))
        # The clock has run since 9: the three hours are over.
        check = self._check()
        self.assertEqual(check.expected_at, datetime(2026, 3, 2, 13, 40))
        self.assertEqual(check.result, "on_time")
        self.assertEqual(check.answered_by_id, self.user_technician)
        self.assertEqual(self._deadline("progress_checked").state, "met")
        self.assertFalse(check.activity_ids)
        self.assertEqual(round(check.progress), 73)
        self.assertFalse(check.is_late)

    def test_danger_calls_for_measures(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self.env["aftersales.progress.check"].create(
                    {
                        "ticket_id": self.ticket.id,
                        "answered_by_id": self.user_technician.id,
                        "expected_at": NOON,
                        "result": "at_risk",
                    }
                )
        check = self._check(
            expected_at=datetime(2026, 3, 2, 14, 50),
            result="at_risk",
            anomalies="Bolt sheared",
            measures="Second man to help",
        )
        self.assertEqual(check.sudo().activity_ids.user_id, self.user_dispatcher)
        self.assertFalse(self.ticket.delay_count)
        with self.assert_refused(UserError, "stays on record"):
            self._as("advisor", check).result = "on_time"

    def test_late_prepares_the_notice_of_the_delay(self):
        self._check(
            expected_at=datetime(2026, 3, 3, 10),
            anomalies="Bearing not there",
            measures="Bearing by courier",
        )
        delay = self.ticket.sudo().delay_ids
        self.assertEqual(delay.state, "draft")
        self.assertEqual(delay.old_promised_at, datetime(2026, 3, 2, 15))
        self.assertEqual(delay.new_promised_at, datetime(2026, 3, 3, 10))
        self.assertEqual(delay.activity_ids.user_id, self.user_advisor)
        self.assertTrue(self._as("advisor", self.ticket).delay_to_tell)
        # Nothing is promised before the customer knows.
        self.assertEqual(self.ticket.promised_at, datetime(2026, 3, 2, 15))
        with self.assert_refused(UserError, "apologise"):
            self._tell(delay, apologised=False)
        self._tell(delay)
        self.assertEqual(self.ticket.promised_at, datetime(2026, 3, 3, 10))
        self.assertEqual(delay.told_by_id, self.user_advisor)
        self.assertTrue(delay.is_in_time)
        self.assertFalse(delay.activity_ids)
        call = self.env["aftersales.call"].search([("ticket_id", "=", self.ticket.id)])
        self.assertIn("The bearing comes tomorrow only", call.answer)
        self.assertEqual(call.outbound_type, "notice")
        with self.assert_refused(UserError, "stays on record"):
            self._as("advisor", delay).reason = "Another"

    def test_told_too_late(self):
        delay = self.ticket.sudo()._prepare_delay(datetime(2026, 3, 2, 17), False)
        self._freeze(datetime(2026, 3, 2, 14, 1))
        self._tell(delay)
        self.assertFalse(delay.is_in_time)

    def test_a_message_reaches_the_customer(self):
        delay = self.ticket.sudo()._prepare_delay(datetime(2026, 3, 2, 17), False)
        self._tell(delay, told_how="message")
        message = self.ticket.sudo().message_ids.filtered(
            lambda message: "Please excuse the delay" in (message.body or "")
        )
        self.assertIn(self.customer, message.partner_ids)
        self.assertFalse(message.is_internal)

    def test_a_promise_put_off_by_hand_is_told_too(self):
        """Whoever moves the time on the form, the customer hears of it, once."""
        self._as("advisor", self.ticket).promised_at = datetime(2026, 3, 2, 16)
        self._as("advisor", self.ticket).promised_at = datetime(2026, 3, 2, 17)
        delay = self.ticket.sudo().delay_ids
        self.assertEqual(len(delay), 1)
        self.assertEqual(delay.old_promised_at, datetime(2026, 3, 2, 15))
        self.assertEqual(delay.new_promised_at, datetime(2026, 3, 2, 17))

    def test_consent_to_additional_work_is_in_the_history(self):
        addition = self._find()
        self._price(addition)
        self._ask(addition, "agreed")
        delay = self.ticket.sudo().delay_ids
        self.assertEqual(delay.addition_id, addition)
        self.assertEqual((delay.state, delay.cause), ("told", "additional"))
        self.assertEqual(delay.told_to, "Mr Zhao")
        self.assertEqual(delay.new_promised_at, self.ticket.promised_at)

    # -- Ready notice ------------------------------------------------------------------

    def test_ready_notice_an_hour_ahead(self):
        self.assertEqual(self._deadline("ready_notified").due, MONDAY.replace(hour=14))

    def test_four_hours_ahead_for_a_long_job(self):
        self.ticket.sudo().with_context(
            aftersales_delay_told=True
        ).promised_at = datetime(2026, 3, 4, 15)
        row = self._deadline("ready_notified")
        self.assertEqual(row.due, datetime(2026, 3, 4, 11))
        self.company.aftersales_notice_long_days = 5
        self.ticket.sudo()._progress_plan_changed()
        self.assertEqual(row.due, datetime(2026, 3, 4, 14))

    def _notify(self, **vals):
        advisor = self._as("advisor", self.ticket)
        action = advisor.action_notify_ready()
        notice = (
            advisor.env[action["res_model"]]
            .with_context(**action["context"])
            .create(vals)
        )
        notice.action_confirm()

    def test_notice_by_phone(self):
        self._notify(reached=False)
        self.assertFalse(self.ticket.ready_notified_at)
        self.assertEqual(self._deadline("ready_notified").state, "running")
        self._notify(person="Mrs Lin")
        self.assertEqual(self.ticket.ready_notified_at, MONDAY)
        self.assertEqual(self._deadline("ready_notified").state, "met")
        calls = self.env["aftersales.call"].search([("ticket_id", "=", self.ticket.id)])
        self.assertEqual(set(calls.mapped("reached")), {True, False})
        with self.assert_refused(UserError, "of the delay instead"):
            self._notify(ready_at=self.ticket.promised_at + timedelta(hours=1))

    def test_notice_after_its_time_is_late(self):
        self._freeze(datetime(2026, 3, 2, 14, 30))
        self._notify(how="in_person")
        self.assertEqual(self._deadline("ready_notified").state, "late")

    def test_work_finished_early_is_not_asked_after(self):
        technical = self._as("technician", self.ticket)
        technical.correction = "Replaced"
        self._as("technician", self.job).action_finish()
        self._finish_work(self.ticket)
        self.assertEqual(self._deadline("progress_checked").state, "cancelled")

    def test_only_for_vehicles_in_our_hands(self):
        ticket = self._ticket(
            service_mode="onsite",
            promised_at=datetime(2026, 3, 3, 9),
            policy_id=self.env.ref("aftersales.policy_workshop").id,
        )
        self.assertFalse(
            ticket.deadline_ids.filtered(
                lambda row: row.milestone in ("ready_notified", "progress_checked")
            )
        )
        with self.assert_refused(UserError, "in our hands"):
            ticket.action_notify_ready()

    def test_only_steps_write_what_was_told(self):
        delay = self.ticket.sudo()._prepare_delay(NOON + timedelta(hours=9), False)
        with self.assertRaises(AccessError):
            self._as("advisor", delay).state = "told"
        with self.assertRaises(AccessError):
            self._as("technician", delay).reason = "Mine"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                delay.write({"state": "told"})
                self.env.flush_all()
