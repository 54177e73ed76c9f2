from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_settlement import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementPrices(SettlementCommon):
    """R-SETT-07, R-EST-09: published prices, or a manager's word."""

    def _quoted(self, **vals):
        ticket = self._diagnosed()
        line = self._line(ticket, self.labour, **vals)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._finish(ticket)
        return ticket, line

    def test_published_price_needs_nobody(self):
        ticket, line = self._quoted()
        self.assertEqual(line.price_published, 60.0)
        self.assertFalse(line.is_off_list)
        self._settlement(ticket).action_check()

    def test_other_price_blocks_until_approved(self):
        for vals in ({"price_unit": 59.99}, {"price_unit": 70}, {"discount": 5}):
            with self.subTest(**vals), self.cr.savepoint():
                ticket, line = self._quoted(**vals)
                self.assertTrue(line.is_off_list)
                settlement = self._settlement(ticket)
                with self.assertRaisesRegex(
                    UserError, "Published prices: A manager approves .*Replace drive"
                ):
                    settlement.action_check()
                with self.assertRaises(AccessError):
                    self._as("advisor", line).action_approve_price()
                self._as("manager", line).action_approve_price()
                self.assertEqual(line.price_approved_by_id, self.user_manager)
                settlement.action_check()

    def test_not_by_who_entered_it(self):
        ticket = self._diagnosed()
        line = self._line(ticket, self.labour)
        manager = self._as("manager", line)
        manager.price_unit = 10
        with self.assertRaisesRegex(UserError, "entered this price yourself"):
            manager.action_approve_price()
        with self.assertRaises(AccessError):
            manager.price_approved_by_id = self.user_finance
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            line.sudo().price_approved_by_id = self.user_manager
            self.env.flush_all()

    def test_a_new_price_needs_a_new_word(self):
        ticket = self._diagnosed()
        line = self._line(ticket, self.labour, price_unit=50)
        self._as("manager", line).action_approve_price()
        self._as("advisor", line).price_unit = 40
        self.assertFalse(line.price_approved_by_id)
        self.assertEqual(ticket.line_ids._needs_price_approval(), line)

    def test_covered_and_declined_lines_are_free(self):
        """Nobody is billed for them."""
        ticket = self._diagnosed()
        self._line(ticket, self.labour, payer="goodwill", price_unit=1)
        self._line(ticket, self.labour, price_unit=1)._decline()
        self.assertFalse(ticket.line_ids._needs_price_approval())

    def test_advance_without_what_is_on_credit(self):
        """R-PART-03, 04: in advance is asked what does not leave on somebody's word.

        Pads 2 × 180 = 360.00, with 13 % 406.80; the mirror of 75 goes on credit.
        """
        ticket = self._diagnosed()
        self._line(ticket, self.brake_pads, quantity=2)
        mirror = self._line(ticket, self.mirror)
        self._as("technician", mirror).write(
            {"release_basis": "credit", "guarantor_id": self.user_technician.id}
        )
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._as("finance", ticket).action_invoice_deposit()
        self.assertEqual(self._invoices(ticket).amount_total, 406.80)

    def test_nothing_in_advance_when_all_is_on_credit(self):
        ticket = self._diagnosed()
        mirror = self._line(ticket, self.mirror)
        self._as("technician", mirror).write(
            {"release_basis": "credit", "guarantor_id": self.user_technician.id}
        )
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        with self.assertRaisesRegex(UserError, "given on credit"):
            self._as("finance", ticket).action_invoice_deposit()
        self.assertFalse(ticket.sudo().invoice_ids)

    def test_premium_of_a_fixed_price(self):
        """R-EST-01: the company's own premium is published, a higher one is not."""
        self.company.aftersales_estimate_risk = 10
        ticket = self._diagnosed(estimate_method="symptom")
        line = self._line(ticket, self.labour)
        self.assertEqual((line.price_unit, line.price_published), (66.0, 66.0))
        self.assertFalse(line.is_off_list)
        self._as("advisor", ticket).estimate_risk = 30
        self.assertEqual(line.price_unit, 78.0)
        self.assertTrue(line.is_off_list)
