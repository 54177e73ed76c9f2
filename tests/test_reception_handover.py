from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_reception import ReceptionCommon


@tagged("post_install", "-at_install")
class TestReceptionHandover(ReceptionCommon):
    """What was taken over goes back (R-SETT-12, R-SETT-13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._diagnosed()
        cls._line(cls.ticket, cls.labour, payer="goodwill")

    def _leaving(self, **vals):
        reception = self._received(**vals)
        ticket = self.ticket
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._finish(ticket)
        self._settle(ticket)
        self._as("finance", ticket).action_issue_gate_pass()
        action = self._as("advisor", ticket).action_hand_over()
        handover = (
            self.env["aftersales.handover"]
            .with_user(self.user_advisor)
            .browse(action["res_id"])
        )
        handover.write({"signed_on_paper": True, "keys_returned": True})
        return reception, handover

    def test_items_missing(self):
        reception, handover = self._leaving()
        with self.assertRaisesRegex(UserError, r"Jack \(0/1\), Blanket \(0/2\)"):
            handover.action_confirm()
        handover.action_all_returned()
        handover.item_ids[1].quantity_returned = 1
        with self.assertRaisesRegex(UserError, r"counted: Blanket \(1/2\)"):
            handover.action_confirm()
        self.assertEqual(self.ticket.state, "ready")
        handover.item_ids[1].return_note = "One burnt in the cab, paid for"
        with self.assertRaisesRegex(UserError, "sign for it separately"):
            handover.action_confirm()
        handover.missing_on_paper = True
        handover.action_confirm()
        self.assertEqual(self.ticket.state, "delivered")
        self.assertTrue(handover.items_returned)
        self.assertEqual(reception.state, "returned")
        with self.assertRaisesRegex(UserError, "has left"):
            reception.item_ids[1].quantity_returned = 2
        # Key and box are free for the next one.
        following = self._received(self._ticket(reported_at="2026-01-01"))
        self.assertEqual(following.key_number, "1")
        self.assertEqual(following.box_number, "17")

    def test_papers_missing(self):
        reception = self._reception()
        reception.paper_ids[0].is_taken = True
        reception, handover = self._leaving()
        handover.item_ids.write({"quantity_returned": 1})
        handover.item_ids[1].quantity_returned = 2
        with self.assertRaisesRegex(UserError, "not given back: Registration"):
            handover.action_confirm()
        handover.action_all_returned()
        handover.action_confirm()
        self.assertTrue(handover.papers_returned)
        self.assertFalse(reception.paper_ids[1].is_returned, "was never handed in")

    def test_key_is_out(self):
        reception, handover = self._leaving()
        handover.action_all_returned()
        self._as("technician", reception).action_key_out()
        with self.assertRaisesRegex(UserError, "key 1 is with Technician"):
            handover.action_confirm()
        reception.action_key_in()
        handover.action_confirm()

    def test_covers(self):
        """R-RECV-12: put on before the customer, taken off at handover."""
        __, handover = self._leaving(covers_on=True)
        handover.action_all_returned()
        with self.assertRaisesRegex(UserError, "protective covers off"):
            handover.action_confirm()
        handover.covers_removed = True
        handover.action_confirm()

    def test_reception_left_open(self):
        """Nobody hands over against a reception that the customer never signed."""
        reception, handover = self._leaving()
        handover.action_all_returned()
        reception.action_reopen()
        with self.assertRaisesRegex(UserError, "reception is not signed"):
            handover.action_confirm()

    def test_given_back_without_repair(self):
        """R-RECV-04: the customer takes the vehicle away unrepaired."""
        reception = self._received()
        with self.assertRaisesRegex(UserError, "is at work"):
            reception.action_return()
        self.ticket._set_state("cancelled")
        with self.assertRaisesRegex(UserError, "not returned as counted"):
            reception.action_return()
        reception.action_all_returned()
        reception.action_return()
        self.assertEqual(reception.state, "returned")
