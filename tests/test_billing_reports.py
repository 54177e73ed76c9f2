from odoo.tests import HttpCase, tagged

from .common_billing import BillingCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestBillingReports(ReportCommon, BillingCommon, HttpCase):
    """F19 and the order, printed for real."""

    _report_prefix = ""
    _report_role = "finance"

    def test_gate_pass_pdf(self):
        """F19: who leaves with what, on which terms, released by whom and when."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._use(line, 1)
        self._finish(ticket)
        self._as("finance", ticket).action_invoice()
        self._as("advisor", ticket).action_vouch_credit()
        self._settle(ticket)
        self._as("finance", ticket).action_issue_gate_pass()
        ticket.invalidate_recordset()
        text = self._text("aftersales.report_gate_pass", ticket.gate_pass_id)
        for words in (
            "Gate Pass",
            ticket.gate_pass_id.name,
            ticket.name,
            self.vehicle.vin,
            self.vehicle.license_plate,
            "Lin Freight",
            "On credit",
            "84.75",
            "Guarantor Advisor",
            "Released by Finance",
        ):
            self.assertIn(words, text)

    def test_order_pdf(self):
        """The quotation names ticket and vehicle, and what costs nothing."""
        ticket, __ = self._mixed_ticket()
        self._line(ticket, self.brake_pads, supply="customer")
        ticket.action_quote()
        text = self._text("sale.report_saleorder", self._order(ticket), "advisor")
        for words in (
            ticket.name,
            self.vehicle.vin,
            "Nothing to pay for",
            "Covered by goodwill",
            "Brought by you",
            "508.50",
        ):
            self.assertIn(words, text)
        text = self._text("sale.report_saleorder", self._order(ticket, "insurer"))
        self.assertNotIn("Nothing to pay for", text)
