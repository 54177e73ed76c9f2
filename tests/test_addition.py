from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_billing import SIGNATURE
from .common_workshop import MONDAY, WorkshopCommon


class AdditionCommon(WorkshopCommon):
    """A ticket at work whose technician finds something else."""

    # Browsers do not go by a frozen clock.
    frozen = True

    def setUp(self):
        super().setUp()
        promised = fields.Datetime.now() + timedelta(hours=6)
        if self.frozen:
            self._freeze(MONDAY)
            promised = datetime(2026, 3, 2, 15)
        self.company.aftersales_promise_buffer = 0
        self.ticket = self._approved()
        # sudo: the promise is the test's, however it came about
        self.ticket.sudo().promised_at = promised
        self.job = self._job(self.ticket)
        self._as("technician", self.job).action_clock_on()

    def _find(self, **vals):
        """Report a finding from the job, as the technician's phone does."""
        technical = self._as("technician", self.job)
        action = technical.action_report_finding()
        with Form.from_action(technical.env, action) as form:
            form.finding = vals.pop("finding", "Brake hose cracked")
            form.explanation = "The hose may burst under pressure"
            for name, value in vals.items():
                form[name] = value
        return form.record

    def _price(self, addition, *products):
        """Enter the lines, as the adviser."""
        for product in products or (self.brake_pads, self.labour_2):
            self._line(addition.ticket_id, product, addition_id=addition.id)
        return self._as("advisor", addition)

    def _ask(self, addition, answer, **vals):
        """Call the customer about ``addition`` and enter his answer."""
        asked = self._as("advisor", addition)
        action = asked.action_call()
        talk = (
            asked.env[action["res_model"]]
            .with_context(**action["context"])
            .create(
                {
                    "answer": answer,
                    "person": "Mr Zhao",
                    "delay_told": True,
                    "safety_told": True,
                    **vals,
                }
            )
        )
        talk.action_confirm()
        return talk


@tagged("post_install", "-at_install")
class TestAddition(AdditionCommon):
    """Additional work: found, told, answered, taken over (R-ADD-01..06, R-DISP-09)."""

    def _activities(self, addition, user):
        return addition.sudo().activity_ids.filtered(lambda a: a.user_id == user)

    def test_lines_are_entered_on_the_addition_itself(self):
        """As the adviser does, on its page *Price and time* (R-ADD-02)."""
        addition = self._as("advisor", self._find())
        with Form(addition) as form, form.line_ids.new() as line:
            line.product_id = self.brake_pads
        self.assertEqual(addition.line_ids.ticket_id, self.ticket)
        self.assertEqual(addition.line_ids.approval, "proposed")
        self.assertGreater(addition.amount_total, addition.amount_untaxed)

    def test_finding_calls_the_adviser_at_once(self):
        addition = self._find(is_safety=True)
        self.assertEqual(addition.source, "technician")
        self.assertEqual(addition.reported_by_id, self.user_technician)
        self.assertEqual(addition.operation_id, self.job)
        self.assertTrue(self._activities(addition, self.user_advisor))
        self.assertEqual(self.ticket.addition_count, 1)
        self.assertIn("Brake hose cracked", self.ticket.sudo().message_ids[0].body)

    def test_price_and_time_are_estimated_before_the_call(self):
        """R-ADD-04: 1.5 hours more after 15:00 end at 16:30."""
        addition = self._find()
        with self.assert_refused(UserError, "parts or operations"):
            self._as("advisor", addition).action_call()
        self._price(addition)
        self.assertEqual(addition.delay_hours, 1.5)
        self.assertEqual(addition.promised_after, datetime(2026, 3, 2, 16, 30))
        self.assertEqual(addition.amount_untaxed, 240)
        with self.assert_refused(UserError, "price and delay"):
            self._ask(addition, "agreed", delay_told=False)

    def test_danger_is_explained(self):
        addition = self._find(is_safety=True)
        self._price(addition)
        with self.assert_refused(UserError, "danger"):
            self._ask(addition, "refused", safety_told=False)

    def test_consent_issues_an_additional_order(self):
        addition = self._find()
        self._price(addition)
        self._ask(addition, "agreed")
        self.assertEqual(addition.state, "answered")
        self.assertEqual(addition.answer, "agreed")
        self.assertEqual(addition.answered_by, "Mr Zhao")
        self.assertEqual(addition.issued_at, MONDAY)
        order = addition.sudo().line_ids.sale_line_id.order_id
        self.assertEqual(order.state, "sale")
        self.assertEqual(len(order.order_line), 2)
        self.assertEqual(self.ticket.promised_at, datetime(2026, 3, 2, 16, 30))
        call = self.env["aftersales.call"].search([("addition_id", "=", addition.id)])
        self.assertEqual(call.ticket_id, self.ticket)
        self.assertEqual(call.outbound_type, "notice")
        # The dispatcher and who found it hear of it; the adviser's call is made.
        self.assertTrue(self._activities(addition, self.user_dispatcher))
        self.assertTrue(self._activities(addition, self.user_technician))
        self.assertFalse(self._activities(addition, self.user_advisor))
        self.assertTrue(self._job(self.ticket, self.labour_2))
        self._freeze(MONDAY + timedelta(minutes=7))
        self._as("dispatcher", addition).action_take_over()
        self.assertEqual(addition.state, "done")
        self.assertEqual(addition.workshop_told_to_id, self.user_dispatcher)
        self.assertEqual(addition.workshop_told_at, MONDAY + timedelta(minutes=7))
        self.assertEqual(addition.workshop_told_by_id, self.user_advisor)
        self.assertFalse(addition.sudo().activity_ids)

    def test_refusal_needs_the_person_who_took_the_notice(self):
        addition = self._find(is_safety=True)
        self._price(addition)
        self._ask(addition, "refused")
        self.assertEqual(addition.answer, "refused")
        self.assertEqual(set(addition.line_ids.mapped("approval")), {"declined"})
        self.assertEqual(self.ticket.promised_at, datetime(2026, 3, 2, 15))
        advisor = self._as("advisor", addition)
        with self.assert_refused(UserError, "who in the workshop"):
            advisor.action_tell_workshop()
        advisor.workshop_told_to_id = self.user_technician
        advisor.workshop_told_at = MONDAY - timedelta(hours=1)
        with self.assert_refused(UserError, "after the customer answered"):
            advisor.action_tell_workshop()
        advisor.workshop_told_at = False
        advisor.action_tell_workshop()
        self.assertEqual(addition.workshop_told_at, MONDAY)
        self.assertEqual(addition.workshop_told_by_id, self.user_advisor)
        kept = self.vehicle.recommendation_ids
        self.assertEqual(
            set(kept.mapped("name")), set(addition.line_ids.mapped("name"))
        )
        self.assertEqual(set(kept.mapped("is_safety")), {True})

    def test_a_part_of_it(self):
        addition = self._find()
        self._price(addition)
        pads = addition.line_ids[0]
        self._ask(addition, "partly", line_ids=pads.ids)
        self.assertEqual(addition.answer, "partly")
        self.assertEqual(addition.line_ids.mapped("approval"), ["approved", "declined"])
        self.assertEqual(addition.amount_agreed, 180)
        # Only parts: it takes no longer.
        self.assertEqual(self.ticket.promised_at, datetime(2026, 3, 2, 15))

    def test_not_reached_and_later(self):
        addition = self._find()
        self._price(addition)
        self._ask(addition, "not_reached", delay_told=False)
        self.assertEqual((addition.state, addition.call_count), ("reported", 1))
        self.assertTrue(self._activities(addition, self.user_advisor))
        self._ask(addition, "later")
        self.assertEqual((addition.state, addition.call_count), ("asked", 2))
        self.assertFalse(addition.answer)
        self._ask(addition, "agreed")
        self.assertEqual(addition.state, "answered")

    def test_another_finding_goes_on_waiting(self):
        """Both lie on one quotation; only what was agreed to is confirmed."""
        first, second = self._find(), self._find(finding="Mirror loose")
        self._price(first)
        self._price(second, self.mirror)
        self._as("advisor", self.ticket).action_create_quotations()
        self._ask(first, "agreed")
        self.assertEqual(first.answer, "agreed")
        self.assertEqual(second.state, "reported")
        self.assertEqual(second.line_ids.approval, "proposed")
        order = second.sudo().line_ids.sale_line_id.order_id
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.order_line.product_id, self.mirror)

    def test_the_customer_signs_in_his_portal(self):
        addition = self._find()
        self._price(addition)
        self._as("advisor", addition).action_send()
        self.assertEqual((addition.state, addition.asked_how), ("asked", "portal"))
        order = addition.sudo().line_ids.sale_line_id.order_id
        self.assertEqual(order.state, "sent")
        public = self.env.ref("base.public_user")
        signing = order.with_user(public).sudo()
        signing.write({"signed_by": "Mrs Lin", "signature": SIGNATURE})
        signing._validate_order()
        self.assertEqual(addition.answer, "agreed")
        self.assertEqual(addition.answered_by, "Mrs Lin")
        self.assertTrue(addition._get_report_signature()["image"])
        self.assertTrue(self._activities(addition, self.user_dispatcher))

    def test_the_customer_declines_in_his_portal(self):
        addition = self._find()
        self._price(addition)
        self._as("advisor", addition).action_send()
        self._as("advisor", self.ticket).action_decline_orders()
        self.assertEqual(addition.answer, "refused")
        self.assertEqual(addition.state, "answered")

    def test_line_by_line_in_the_portal(self):
        """Until he signs he may change his mind; then the answer is there."""
        addition = self._find(is_safety=True)
        self._price(addition)
        self.assertEqual(set(addition.line_ids.mapped("is_safety")), {True})
        self._as("advisor", addition).action_send()
        order = addition.sudo().line_ids.sale_line_id.order_id
        for line in addition.sudo().line_ids:
            order._aftersales_choose(line.id, "decline")
        self.assertEqual(addition.state, "asked")
        order._aftersales_choose(addition.line_ids[0].id, "approve")
        signing = order.with_user(self.env.ref("base.public_user")).sudo()
        signing.write({"signed_by": "Mrs Lin", "signature": SIGNATURE})
        signing._validate_order()
        self.assertEqual(addition.answer, "partly")
        self.assertEqual(addition.answered_by, "Mrs Lin")

    def test_refused_by_phone_what_lay_on_a_quotation(self):
        first, second = self._find(), self._find(finding="Mirror loose")
        self._price(first)
        self._price(second, self.mirror)
        self._as("advisor", self.ticket).action_create_quotations()
        self._ask(first, "refused")
        self.assertEqual(first.answer, "refused")
        self.assertEqual(set(first.line_ids.mapped("declined_by")), {"Mr Zhao"})
        self.assertEqual(second.state, "reported")
        order = second.sudo().line_ids.sale_line_id.order_id
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.order_line.product_id, self.mirror)

    def test_hold_for_the_customer_ends_with_his_answer(self):
        addition = self._find()
        self._price(addition)
        self._as("advisor", self.ticket).action_hold("customer")
        self._ask(addition, "agreed")
        self.assertFalse(self.ticket.on_hold_reason)
        self.assertEqual(addition.answer, "agreed")

    def test_nothing_is_ready_before_the_answer(self):
        addition = self._find()
        self._price(addition)
        technical = self._as("technician", self.ticket)
        technical.correction = "Replaced"
        self._as("technician", self.job).action_finish()
        self._finish_work(self.ticket)
        sheet = self._final_sheet(self.ticket)
        sheet.action_rest_ok()
        sheet.action_done()
        inspector = self._as("inspector", self.ticket)
        with self.assert_refused(UserError, "waits for the customer's answer"):
            inspector.action_pass_inspection()
        self._ask(addition, "refused")
        with self.assert_refused(UserError, "take the answer over"):
            inspector.action_pass_inspection()
        self._as("technician", addition).action_take_over()
        inspector.action_pass_inspection()
        self.assertEqual(self.ticket.state, "ready")

    def test_refused_safety_work_is_signed_for(self):
        addition = self._find(is_safety=True)
        self._price(addition)
        self._ask(addition, "refused")
        handover = self.env["aftersales.handover"].create(
            {
                "ticket_id": self.ticket.id,
                "received_by": "Mr Zhao",
                "signed_on_paper": True,
                "keys_returned": True,
            }
        )
        with self.assert_refused(UserError, "Bleed brakes"):
            handover._check_complete()
        handover.refusal_signature = SIGNATURE
        handover._check_complete()

    def test_dropped_for_a_reason(self):
        addition = self._find()
        self._price(addition)
        advisor = self._as("advisor", addition)
        with self.assert_refused(UserError, "why it is dropped"):
            advisor.action_drop()
        advisor.drop_reason = "Covered by the recall"
        advisor.action_drop()
        self.assertEqual(addition.state, "dropped")
        self.assertFalse(addition.line_ids)
        with self.assert_refused(UserError, "answered or dropped"):
            advisor.action_call()

    def test_a_cancelled_order_asks_again(self):
        addition = self._find()
        self._price(addition)
        self._ask(addition, "agreed")
        addition.sudo().line_ids.sale_line_id.order_id._action_cancel()
        self.assertEqual(addition.state, "asked")
        self.assertFalse(addition.answer)

    def test_the_answer_stays(self):
        addition = self._find()
        self._price(addition)
        with self.assertRaises(UserError):
            self._as("technician", addition).delay_hours = 9
        with self.assertRaises(AccessError):
            self._as("advisor", addition).answer = "agreed"
        self._ask(addition, "agreed")
        with self.assert_refused(UserError, "stays as it was asked"):
            self._as("advisor", addition).delay_hours = 9
        with self.assert_refused(UserError, "is answered"):
            self._line(self.ticket, self.mirror, addition_id=addition.id)
        with self.assert_refused(UserError, "on record"):
            self._as("advisor", addition).unlink()

    def test_before_the_order_it_is_no_additional_work(self):
        ticket = self._diagnosed()
        with self.assert_refused(UserError, "goes on the estimate"):
            self._as("technician", ticket).action_report_finding()

    def test_a_technician_sees_those_of_his_tickets(self):
        addition = self._find()
        Addition = self.env["aftersales.addition"]
        self.assertFalse(Addition.with_user(self.technician_2).search([]))
        self.assertEqual(Addition.with_user(self.user_technician).search([]), addition)

    def test_the_inspector_tells_the_adviser(self):
        """R-ADD-05: a point of the check sheet becomes additional work."""
        technical = self._as("technician", self.ticket)
        technical.correction = "Replaced"
        self._as("technician", self.job).action_finish()
        self._finish_work(self.ticket)
        sheet = self._as("inspector", self.ticket)._create_check_sheet("diagnosis")
        point = sheet.line_ids[0]
        point.write({"result": "defect", "note": "Leaks", "product_id": self.mirror.id})
        action = point.action_report_finding()
        with Form.from_action(point.env, action) as form:
            self.assertEqual(form.reason, "Leaks")
        addition = form.record
        self.assertEqual(addition.source, "inspector")
        self.assertEqual(addition.sudo().line_ids.product_id, self.mirror)
        self.assertTrue(point.is_proposed)
        self.assertTrue(self._activities(addition, self.user_advisor))

    def test_the_database_keeps_answers_complete(self):
        addition = self._find()
        for vals in (
            {"state": "answered"},
            {"state": "done", "answer": "refused", "answered_at": MONDAY},
            {"state": "dropped"},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                addition.sudo().write(vals)
                self.env.flush_all()
