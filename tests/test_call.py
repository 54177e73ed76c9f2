from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .followup_common import FollowupCommon


@tagged("post_install", "-at_install")
class TestCall(FollowupCommon):
    """The call register."""

    def _call(self, user=None, **vals):
        vals = {
            "direction": "in",
            "inbound_type": "repair",
            "partner_id": self.driver.id,
            "vehicle_id": self.vehicle.id,
            "summary": "No drive since this morning",
            **vals,
        }
        return (
            self.env["aftersales.call"]
            .with_user(user or self.user_advisor)
            .create(vals)
        )

    def test_numbers_and_phone(self):
        first, second = self._call(), self._call()
        self.assertTrue(first.name.startswith("CALL"))
        self.assertNotEqual(first.name, second.name)
        self.assertEqual(first.phone, self.driver.phone)
        self.assertEqual(first.user_id, self.user_advisor)

    def test_where_the_caller_works_is_kept(self):
        """R-CUST-08: employer, work address and phone, for later contact."""
        call = self._call(
            employer="Harbour Logistics",
            work_address="Pier 4",
            work_phone="+86 755 8888 7777",
        )
        self.assertEqual(self.driver.aftersales_employer, "Harbour Logistics")
        self.assertEqual(self.driver.aftersales_work_address, "Pier 4")
        self.assertEqual(self.driver.aftersales_work_phone, "+86 755 8888 7777")
        call.work_address = "Pier 5"
        self.assertEqual(self.driver.aftersales_work_address, "Pier 5")
        # The next call shows them, also to who may not change customers
        again = self._call(user=self.user_technician)
        self.assertEqual(again.employer, "Harbour Logistics")
        again.work_phone = "+86 755 8888 0000"
        self.assertEqual(self.driver.aftersales_work_phone, "+86 755 8888 0000")
        # Another caller does not inherit the first one's
        again.partner_id = self.customer
        self.assertFalse(again.employer)
        self.assertFalse(self.customer.aftersales_employer)

    def test_a_caller_without_a_file_gets_one(self):
        form = Form(self.env["aftersales.call"].with_user(self.user_advisor))
        form.inbound_type = "consultation"
        form.summary = "What does a battery cost?"
        form.caller_name = "Ms Tan"
        form.employer = "Harbour Logistics"
        form.work_address = "Pier 4"
        call = form.save()
        with self.assertRaisesRegex(UserError, "name and phone"):
            call.action_make_contact()
        call.phone = "138 0000 4321"
        call.action_make_contact()
        contact = call.partner_id
        self.assertEqual(contact.name, "Ms Tan")
        self.assertEqual(contact.phone, "138 0000 4321")
        self.assertEqual(contact.company_name, "Harbour Logistics")
        self.assertEqual(contact.aftersales_work_address, "Pier 4")
        with self.assertRaises(UserError):
            call.action_make_contact()
        # She calls again, and nobody knows her voice: no second file
        again = self._call(
            partner_id=False,
            caller_name="ms tan",
            phone="13800004321",
            work_address="Pier 9",
        )
        again.action_make_contact()
        self.assertEqual(again.partner_id, contact)
        self.assertEqual(contact.aftersales_work_address, "Pier 9")
        self.assertEqual(contact.aftersales_employer, "Harbour Logistics")

    def test_incoming_call_becomes_a_ticket(self):
        date = fields.Datetime.now() - timedelta(hours=1)
        call = self._call(date=date)
        action = call.action_create_ticket()
        ticket = call.ticket_id
        self.assertEqual(action["res_id"], ticket.id)
        self.assertEqual(ticket.ticket_type, "repair")
        self.assertEqual(ticket.channel, "phone")
        self.assertEqual(ticket.complaint, call.summary)
        self.assertEqual(ticket.vehicle_id, self.vehicle)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.contact_id, self.driver)
        self.assertEqual(ticket.reported_at, date)
        self.assertEqual(ticket.call_ids, call)
        with self.assertRaises(UserError):
            call.action_create_ticket()

    def test_every_concern_has_its_flow(self):
        for concern, mode in (
            ("consultation", "remote"),
            ("parts", "parts"),
            ("complaint", "workshop"),
            ("feedback", "workshop"),
            ("other", "workshop"),
        ):
            with self.subTest(concern=concern):
                call = self._call(inbound_type=concern)
                call.action_create_ticket()
                self.assertEqual(call.ticket_id.ticket_type, concern)
                self.assertEqual(call.ticket_id.service_mode, mode)

    def test_outgoing_call_becomes_no_ticket(self):
        call = self._call(
            direction="out", inbound_type=False, outbound_type="promotion"
        )
        with self.assertRaises(UserError):
            call.action_create_ticket()

    def test_type_fits_direction(self):
        for vals in (
            {"inbound_type": False},
            {"direction": "out"},
            {"outbound_type": "care"},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._call(**vals)

    def test_answered_within_three_rings(self):
        """R-INT-19: more than three rings is late; missed calls are counted."""
        calls = self._call(answered_in_rings=3) | self._call(answered_in_rings=4)
        calls |= self._call(is_missed=True)
        self.assertEqual(calls.mapped("is_late"), [False, True, False])
        counted = self.env["aftersales.call"]._read_group(
            [("id", "in", calls.ids)], ["is_missed", "is_late"], ["__count"]
        )
        self.assertEqual(
            sorted(counted), [(False, False, 1), (False, True, 1), (True, False, 1)]
        )
        self.company.aftersales_answer_rings = 5
        self.assertFalse(self._call(answered_in_rings=4).is_late, "a setting")
        self.assertTrue(calls[1].is_late, "what was late stays late")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._call(
                direction="out",
                inbound_type=False,
                outbound_type="care",
                is_missed=True,
            )

    def test_no_call_from_the_future(self):
        with self.assertRaises(ValidationError):
            self._call(date=fields.Datetime.now() + timedelta(hours=1))

    def test_form_of_an_advisor(self):
        with Form(self.env["aftersales.call"].with_user(self.user_advisor)) as form:
            form.direction = "in"
            form.inbound_type = "complaint"
            form.vehicle_id = self.vehicle
            form.summary = "It howls again"
        self.assertEqual(form.record.partner_id, self.driver)

    def test_calls_in_the_files(self):
        call = self._call()
        call.action_create_ticket()
        for record, field in (
            (call.ticket_id, "call_count"),
            (self.vehicle, "call_count"),
            (self.driver, "aftersales_call_count"),
            (self.customer, "aftersales_call_count"),
        ):
            self.assertEqual(record.with_user(self.user_advisor)[field], 1)
        action = self.customer.with_user(self.user_advisor)
        action = action.action_aftersales_view_calls()
        self.assertEqual(self.env["aftersales.call"].search(action["domain"]), call)
        self.assertEqual(
            self.vehicle.with_user(self.user_finance).call_count, 0, "not his to see"
        )

    def test_the_register_keeps_its_calls(self):
        call = self._call()
        for role in ("advisor", "quality", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, call).unlink()

    def test_prints(self):
        call = self._call()
        reports = self.env["ir.actions.report"].with_user(self.user_advisor)
        html, __ = reports._render_qweb_html("aftersales.report_call_record", call.ids)
        self.assertIn(call.name, html.decode())
        self.assertIn("No drive since this morning", html.decode())
        followup = self._followup()
        followup.write(
            {
                "satisfied": "dissatisfied",
                "complaint_text": "It howls again",
                "score": 40,
            }
        )
        followup.action_done()
        calls = call | followup.call_ids
        html, __ = reports._render_qweb_html("aftersales.report_call_record", calls.ids)
        self.assertIn("It howls again", html.decode())
        html, __ = reports._render_qweb_html(
            "aftersales.report_call_register", calls.ids
        )
        for one in calls:
            self.assertIn(one.name, html.decode())
