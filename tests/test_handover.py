from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_billing import BillingCommon


@tagged("post_install", "-at_install")
class TestHandover(BillingCommon):
    def _leaving(self):
        """Return a ticket at Ready, with nothing to pay and its gate pass."""
        ticket = self._diagnosed()
        self._line(ticket, self.labour, payer="goodwill")
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._finish(ticket)
        self._settle(ticket)
        self._as("finance", ticket).action_issue_gate_pass()
        return ticket

    def _handover(self, ticket):
        action = self._as("advisor", ticket).action_hand_over()
        return (
            self.env["aftersales.handover"]
            .with_user(self.user_advisor)
            .browse(action["res_id"])
        )

    def test_hand_over(self):
        """R-SETT-11..14: pass, keys, signature; then the ticket is delivered."""
        self.vehicle.next_service_odometer = 20000
        ticket = self._leaving()
        handover = self._handover(ticket)
        self.assertEqual(handover.next_service_odometer, 20000)
        self.assertEqual(handover.received_by, "Lin Freight")
        self.assertEqual(handover.handed_over_by_id, self.user_advisor)
        with self.assertRaisesRegex(UserError, "let that person sign"):
            handover.action_confirm()
        handover.signed_on_paper = True
        with self.assertRaisesRegex(UserError, "keys were given back"):
            handover.action_confirm()
        handover.keys_returned = True
        handover.action_confirm()
        self.assertEqual(handover.state, "done")
        self.assertTrue(handover.handed_over_at)
        self.assertEqual(ticket.state, "delivered")
        self.assertEqual(ticket.gate_pass_id.state, "used")
        self.assertEqual(self._handover(ticket), handover, "opened again")

    def test_signed_is_final(self):
        ticket = self._leaving()
        handover = self._handover(ticket)
        handover.write({"signed_on_paper": True, "keys_returned": True})
        handover.action_confirm()
        with self.assertRaisesRegex(UserError, "no longer be changed"):
            handover.received_by = "Somebody else"
        handover.notes = "Took the old pads along"
        with self.assertRaisesRegex(UserError, "kept as a record"):
            handover.unlink()
        with self.assertRaisesRegex(UserError, "handed over already"):
            handover.action_confirm()
        self._as("finance", ticket.gate_pass_id).cancel_reason = "Mistake"
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            self._as("finance", ticket.gate_pass_id).action_cancel()

    def test_no_pass_no_leaving(self):
        """Workshop: without a gate pass the ticket is not delivered."""
        ticket = self._leaving()
        gate_pass = self._as("finance", ticket.gate_pass_id)
        gate_pass.cancel_reason = "Paper jam"
        gate_pass.action_cancel()
        ticket.invalidate_recordset()
        handover = self._handover(ticket)
        handover.write({"signed_on_paper": True, "keys_returned": True})
        with self.assertRaisesRegex(UserError, "has not issued a gate pass"):
            handover.action_confirm()
        self.assertEqual(ticket.state, "ready")

    def test_no_delivery_past_the_handover(self):
        """With the pass alone, without the customer's signature, nothing leaves."""
        ticket = self._leaving()
        with self.assertRaisesRegex(UserError, "has not signed the handover"):
            self._as("advisor", ticket).action_deliver()

    def test_on_site_pays_or_vouches(self):
        """Without a gate pass, too: what is unpaid needs a guarantor (R-PART-04)."""
        ticket = self._diagnosed(service_mode="onsite")
        self._line(ticket, self.labour)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        technical = self._as("technician", ticket)
        technical.write({"visit_confirmed_by": "Mr Zhao", "is_packed": True})
        technical.action_set_out()
        technical.action_arrive()
        technical.action_start()
        technical.correction = "Replaced"
        technical.line_ids.action_done()
        self._finish_work(ticket)
        self._site_record(ticket)
        self.assertEqual(ticket.state, "ready")
        with self.assertRaisesRegex(UserError, "Collect the money"):
            self._as("advisor", ticket).action_deliver()
        self._as("advisor", ticket).action_vouch_credit()
        self._as("advisor", ticket).action_deliver()
        self.assertEqual(ticket.state, "delivered")

    def test_policy_on_account(self):
        """D-11: a policy may let customers settle later."""
        ticket = self._diagnosed(service_mode="onsite")
        self._line(ticket, self.labour)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        ticket.sudo().policy_id = self.env["aftersales.policy"].create(
            {"name": "Dealers", "payment_rule": "account"}
        )
        technical = self._as("technician", ticket)
        technical.write({"visit_confirmed_by": "Mr Zhao", "is_packed": True})
        technical.action_set_out()
        technical.action_arrive()
        technical.action_start()
        technical.correction = "Replaced"
        technical.line_ids.action_done()
        self._finish_work(ticket)
        self._site_record(ticket)
        self._as("advisor", ticket).action_deliver()
        self.assertEqual(ticket.state, "delivered")

    def test_one_handover(self):
        ticket = self._leaving()
        handover = self._handover(ticket)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            handover.copy({"ticket_id": ticket.id})

    def test_roles(self):
        ticket = self._leaving()
        for role in ("technician", "finance", "inspector", "parts_keeper", "quality"):
            with self.assertRaises(AccessError):
                self._as(role, ticket).action_hand_over()
        handover = self._handover(ticket)
        for role in ("technician", "finance", "inspector"):
            with self.assertRaises(AccessError):
                self._as(role, handover).signed_on_paper = True
