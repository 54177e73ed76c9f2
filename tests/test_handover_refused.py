from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_settlement import SettlementCommon


@tagged("post_install", "-at_install")
class TestHandoverRefused(SettlementCommon):
    """R-SIGN-04, R-SETT-15: refused safety work is noted and signed."""

    def test_refused_safety_work_is_signed(self):
        ticket = self._diagnosed()
        self._line(ticket, self.labour, payer="goodwill")
        pads = self._line(ticket, self.brake_pads)
        pads.is_safety = True
        pads._decline()
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._finish(ticket)
        self._settle(ticket)
        self._as("finance", ticket).action_issue_gate_pass()
        handover = (
            self.env["aftersales.handover"]
            .with_user(self.user_advisor)
            .browse(self._as("advisor", ticket).action_hand_over()["res_id"])
        )
        handover.write({"signed_on_paper": True, "keys_returned": True})
        self.assertEqual(handover.refused_safety_ids.mapped("name"), [pads.name])
        with self.assertRaisesRegex(UserError, "refused safety work.*Brake pads"):
            handover.action_confirm()
        handover.refusal_on_paper = True
        handover.action_confirm()
        self.assertEqual(ticket.state, "delivered")
