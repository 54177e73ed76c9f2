from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_settlement import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementDiscount(SettlementCommon):
    """R-SETT-08: discounts are a manager's, and never of who asked."""

    def test_percent_before_the_invoice(self):
        """10 % of 508.50 are 50.85: the invoice comes to 457.65, tax at 13 %."""
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        discount = self._discount(settlement, percent=10)
        asked = settlement.activity_ids.user_id
        self.assertTrue(asked.has_group("aftersales.group_aftersales_manager"))
        with self.assertRaisesRegex(UserError, "not decided"):
            settlement.action_check()
        self._as("manager", discount).action_approve()
        self.assertEqual(discount.amount, 50.85)
        self.assertFalse(settlement.activity_ids)
        customer = self._payer(settlement)
        self._assert_amounts(
            customer,
            estimate=508.50,
            discount=50.85,
            expected=457.65,
            billed=457.65,
            difference=0.0,
        )
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        self.assertEqual(invoice.amount_total, 457.65)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (405.0, 52.65))
        settlement.action_check()
        settlement.action_settle()
        self._assert_amounts(customer, billed=457.65, difference=0.0)

    def test_amount_after_the_invoice(self):
        """A discount on what is invoiced already is a credit note, set off at once."""
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        settlement = self._settlement(ticket)
        discount = self._discount(settlement, kind="amount", amount_asked=8.50)
        self._as("manager", discount).action_approve()
        with self.assertRaisesRegex(UserError, "is not invoiced yet"):
            settlement.action_check()
            settlement.action_settle()
        self._as("finance", ticket).action_invoice()
        refund = self._invoices(ticket) - invoice
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual(refund.amount_total, 8.50)
        self.assertEqual(invoice.amount_residual, 500.0)
        self.assertEqual(refund.amount_residual, 0.0)
        if settlement.state == "draft":
            settlement.action_check()
        settlement.action_settle()
        self._assert_amounts(
            self._payer(settlement), expected=500.0, billed=500.0, due=500.0
        )
        self._pay(invoice)
        self._as("finance", ticket).action_issue_gate_pass()

    def test_never_by_who_asked(self):
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        discount = self._discount(settlement, role="manager", percent=5)
        with self.assertRaisesRegex(UserError, "asked for this discount yourself"):
            self._as("manager", discount).action_approve()
        with self.assertRaisesRegex(UserError, "asked for this discount yourself"):
            self._as("manager", discount).action_refuse()
        for role in ("advisor", "finance", "technician"):
            with self.assertRaises(AccessError):
                self._as(role, discount).action_approve()
        with self.assertRaises(AccessError):
            self._as("manager", discount).state = "approved"
        with self.assertRaises(AccessError):
            self._as("manager", discount).requested_by_id = self.user_advisor
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            discount.sudo().write(
                {"state": "approved", "decided_by_id": self.user_manager.id}
            )
            self.env.flush_all()

    def test_refused_and_other_wishes(self):
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        discount = self._discount(settlement, percent=50)
        other = self._discount(settlement, kind="other", reason="A free car wash")
        self._as("manager", discount).action_refuse()
        self._as("manager", other).action_approve()
        self.assertFalse(discount.amount or other.amount)
        self.assertEqual(self._payer(settlement).amount_expected, 508.50)
        with self.assertRaisesRegex(UserError, "is decided on"):
            self._as("advisor", discount).percent = 10
        with self.assertRaisesRegex(UserError, "is decided on"):
            self._as("manager", discount).action_approve()
        settlement.action_check()

    def test_not_more_than_the_bill(self):
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        discount = self._discount(settlement, kind="amount", amount_asked=508.51)
        with self.assertRaisesRegex(UserError, "cannot be given on"):
            self._as("manager", discount).action_approve()
        self.assertEqual(discount.state, "requested")
        self.assertFalse(discount.sale_line_ids)

    def test_written_authorisation(self):
        """D-10: above the company's percentage it is wanted in writing."""
        self.company.aftersales_discount_written_percent = 10
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        discount = self._discount(settlement, percent=10.5)
        with self.assertRaisesRegex(UserError, "above 10 % of the bill"):
            self._as("manager", discount).action_approve()
        self._as("manager", discount).authorization = b"c2lnbmVk"
        self._as("manager", discount).action_approve()
        self.assertEqual(discount.amount, 53.39)

    def test_none_on_a_settled_ticket(self):
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        settlement = self._settle(ticket)
        with self.assertRaisesRegex(UserError, "Reopen it before"):
            self._discount(settlement, percent=5)

    def test_a_discount_takes_the_check_back(self):
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        settlement.action_check()
        discount = self._discount(settlement, percent=5)
        self._as("manager", discount).action_approve()
        self.assertEqual(settlement.state, "draft")

    def test_insurer(self):
        """Each payer has his own: 84.75 less 4.75 for the insurer alone."""
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        discount = self._discount(
            settlement, payer="insurer", kind="amount", amount_asked=4.75
        )
        self._as("manager", discount).action_approve()
        self._as("finance", ticket).action_invoice()
        self.assertEqual(self._invoices(ticket, "insurer").amount_total, 80.0)
        self.assertEqual(self._invoices(ticket).amount_total, 508.50)
