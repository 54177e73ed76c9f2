from odoo.tests import HttpCase, tagged

from .common_parts import PartsCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestPartsReports(ReportCommon, PartsCommon, HttpCase):
    """F31, F32 and the label of an old part, printed for real."""

    _report_role = "parts_keeper"

    def test_slips_and_label_pdf(self):
        self.pump.aftersales_recover_old_part = "yes"
        ticket = self._approved((self.pump, {"payer": "warranty", "quantity": 2}))
        self._judge(ticket.line_ids)
        loan = self._transfer(ticket, "loan", {self.pump: 1})
        text = self._text("report_parts_slip", loan)
        for words in ("Loan Slip", loan.name, "not released", "To be back by"):
            self.assertIn(words, text)
        loan.with_user(self.user_technician).action_aftersales_cancel()
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip, lots=self.serials[:2])
        item = ticket.sudo().part_return_ids.with_user(self.user_parts_keeper)
        item.write({"old_serial": "OLD-77", "fault_note": "Seal worn, leaks"})
        item.quantity_in = 1
        item.action_receive()
        text = self._text("report_parts_slip", slip)
        for words in (
            "Parts Issue Slip",
            slip.name,
            ticket.name,
            self.vehicle.vin,
            "PUMP-1, PUMP-2",
            "Warranty",
            "Released by Finance",
            "Old part received ✓ received Parts Keeper",
        ):
            self.assertIn(words, text)
        back = self._transfer(ticket, "return", {self.serials[1]: 1})
        self.assertIn("Parts Return Slip", self._text("report_parts_slip", back))
        text = self._text("report_old_part_label", item)
        for words in (ticket.name, self.vehicle.vin, "OLD-77", "Seal worn, leaks"):
            self.assertIn(words, text)
