from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestSlipStep(PartsCommon):
    """What the people at the counter see of a slip, and of the parts of a ticket."""

    def test_a_slip_says_what_it_waits_for(self):
        """Parts that lie ready are not ready to go before Finance has signed."""
        ticket = self._approved((self.mirror, {"payer": "goodwill"}))
        slip = self._request(ticket)
        self.assertEqual(slip.state, "assigned")
        self.assertEqual(slip.aftersales_step, "release")
        self._release(slip)
        self.assertEqual(slip.aftersales_step, "hand_out")
        self._issue(slip)
        self.assertEqual(slip.aftersales_step, "done")
        back = self._transfer(ticket, "return", {self.mirror: 1})
        self.assertEqual(back.aftersales_step, "take_back")

    def test_released_parts_that_are_not_there(self):
        ticket = self._approved((self.mirror, {"payer": "goodwill", "quantity": 50}))
        slip = self._request(ticket)
        self._release(slip)
        slip.do_unreserve()
        self.assertEqual(slip.aftersales_step, "stock")

    def test_the_keeper_is_sent_to_his_own_step(self):
        """Odoo's own button is not his; the refusal names slip and way."""
        slip = self._request(self._approved((self.mirror, {"payer": "goodwill"})))
        self._release(slip)
        keeper = self._as("parts_keeper", slip)
        with self._refused(f"{slip.name}.*Hand out", AccessError):
            keeper.button_validate()
        self.assertEqual(slip.state, "assigned")
        self._issue(slip)
        self.assertEqual(slip.state, "done")

    def test_nothing_to_bring_back_no_button(self):
        ticket = self._approved((self.mirror, {"payer": "goodwill", "quantity": 2}))
        technical = self._as("technician", ticket)

        def flags():
            form = Form(technical)
            return form.has_part_used, form.has_part_on_loan

        self.assertEqual(flags(), (False, False))
        loan = self._transfer(ticket, "loan", {self.mirror: 1})
        self._release(loan)
        self._issue(loan)
        self.assertEqual(flags(), (False, True))
        back = self._transfer(ticket, "loan_return", {self.mirror: 1})
        self._issue(back)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        self.assertEqual(flags(), (True, False))
