from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_settlement import SettlementCommon

TOTAL = 152.55  # 75 and 60, with 13 %


@tagged("post_install", "-at_install")
class TestSettlementGate(SettlementCommon):
    """A dealer on account drives out of the workshop, and is invoiced when his cycle
    has ended (R-PAY-09)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.card = cls.customer.with_company(cls.company)
        cls.card.aftersales_settlement_cycle = "month"
        cls.today = fields.Date.today()
        cls.next = cls.today.replace(day=1) + relativedelta(months=1)

    def _repaired(self):
        """Return a ticket at Ready, one mirror and one hour for the dealer."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        self._line(ticket, self.labour)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._use(line, 1)
        self._finish(ticket)
        return ticket

    def _issue(self, ticket):
        settlement = self._settlement(ticket)
        if settlement.state == "draft":
            settlement.action_check()
        if settlement.state == "checked":
            settlement.action_settle()
        self._as("finance", ticket).action_issue_gate_pass()
        ticket.invalidate_recordset()
        return ticket.gate_pass_id

    def _run(self, day):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_settlement_batch").method_direct_trigger()
        self.env.invalidate_all()

    def _billed(self, ticket, days):
        """Return the ticket's invoice, due ``days`` ago."""
        self._as("finance", ticket).action_invoice()
        invoice = ticket.sudo().invoice_ids
        due = self.today - relativedelta(days=days)
        invoice.button_draft()
        invoice.write({"invoice_payment_term_id": False, "invoice_date_due": due})
        invoice.action_post()
        self.assertEqual(invoice.invoice_date_due, due)
        return invoice

    def test_leaves_and_is_invoiced_with_the_cycle(self):
        """Out of the gate without an invoice, closed, invoiced once."""
        ticket = self._repaired()
        # Whoever looks is told why there is no invoice.
        self.assertTrue(self._as("technician", ticket).is_on_account)
        gate_pass = self._issue(ticket)
        self.assertEqual((gate_pass.reason, gate_pass.amount_open), ("account", TOTAL))
        self.assertFalse(gate_pass.guarantor_ids)
        self.assertFalse(ticket.sudo().invoice_ids)
        # Not invoiced, and owed all the same.
        self.assertEqual(ticket.settlement_id.amount_due, TOTAL)
        self.assertEqual(ticket.settlement_id.line_ids.amount_due, TOTAL)
        advisor = self._as("advisor", ticket)
        handover = self.env["aftersales.handover"].browse(
            advisor.action_hand_over()["res_id"]
        )
        handover = self._as("advisor", handover)
        handover.write({"signed_on_paper": True, "keys_returned": True})
        handover.action_confirm()
        self._as("technician", ticket).action_report_back()
        advisor.action_close()
        self.assertEqual(ticket.state, "closed")
        self._run(self.next)
        invoice = ticket.sudo().invoice_ids
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", TOTAL))
        self.assertEqual(invoice.invoice_date, self.next - relativedelta(days=1))
        self.assertEqual(invoice.aftersales_batch_id.partner_id, self.customer)
        self.assertEqual(ticket.settlement_id.amount_billed, TOTAL)
        self._run(self.next + relativedelta(days=1))
        self._run(self.next + relativedelta(months=1))
        self.assertEqual(ticket.sudo().invoice_ids, invoice)
        self.assertEqual(self._order(ticket).invoice_status, "invoiced")
        self.assertFalse(ticket.is_on_account)

    def test_invoiced_already_and_not_due(self):
        """Who was invoiced at once after all still has his terms."""
        ticket = self._repaired()
        self._billed(ticket, -30)
        gate_pass = self._issue(ticket)
        self.assertEqual((gate_pass.reason, gate_pass.amount_open), ("account", TOTAL))

    def test_overdue(self):
        """Who does not keep his terms is invoiced first, and pays or is vouched for."""
        old = self._billed(self._repaired(), 1)
        ticket = self._repaired()
        with self.assertRaisesRegex(UserError, f"{old.name} has been overdue since"):
            self._issue(ticket)
        invoice = self._billed(ticket, 0)
        with self.assertRaisesRegex(UserError, f"{invoice.name} is unpaid by"):
            self._issue(ticket)
        self._as("advisor", ticket).action_vouch_credit()
        self.assertEqual(self._issue(ticket).reason, "credit")

    def test_disputed_or_paid_is_not_overdue(self):
        disputed, paid = (self._billed(self._repaired(), 50) for __ in range(2))
        disputed.write(
            {"aftersales_disputed": True, "aftersales_dispute_reason": "Not ours"}
        )
        self._pay(paid)
        self.assertEqual(self._issue(self._repaired()).reason, "account")

    def test_everybody_else_as_before(self):
        """Settled by order, or paying at handover by his card: invoiced first."""
        ticket = self._repaired()
        for vals in (
            {"aftersales_settlement_cycle": "order"},
            {
                "aftersales_settlement_cycle": "month",
                "aftersales_payment_rule": "handover",
            },
            {
                "aftersales_settlement_cycle": "order",
                "aftersales_payment_rule": "account",
            },
        ):
            self.card.write(vals)
            with self.subTest(vals), self.assertRaisesRegex(UserError, "not invoiced"):
                self._issue(ticket)

    def test_other_payers_are_invoiced_first(self):
        """Only the dealer's own order waits for the end of his cycle."""
        ticket = self._diagnosed(warranty_provider_id=self.maker.id)
        line = self._line(ticket, self.motor, payer="warranty")
        self._line(ticket, self.labour)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._use(line, 1)
        self._finish(ticket)
        order = self._order(ticket, "warranty")
        with self.assertRaisesRegex(UserError, f"{order.name} is not invoiced yet"):
            self._issue(ticket)
        order._aftersales_invoice().action_post()
        gate_pass = self._issue(ticket)
        self.assertEqual((gate_pass.reason, gate_pass.amount_open), ("account", 67.8))

    def test_guarantor_of_a_part_is_named(self):
        """Who vouched is on the pass, and does not issue it himself."""
        ticket = self._repaired()
        self._as("manager", ticket).action_vouch_credit()
        self._settle(ticket)
        with self.assertRaisesRegex(UserError, "answer for the money yourself"):
            self._as("manager", ticket).action_issue_gate_pass()
        gate_pass = self._issue(ticket)
        self.assertEqual(gate_pass.reason, "account")
        self.assertEqual(gate_pass.guarantor_ids, self.user_manager)
