from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_lock import LockMixin
from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestBonus(LockMixin, MoneyCommon):
    """Dealers are credited a share of what they have paid (R-PAY-10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.company.aftersales_bonus_since = "2025-01-01"
        cls.account = cls.env["account.account"].create(
            {
                "name": "Dealers' bonuses",
                "code": "BONUS1",
                "account_type": "expense",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.company.aftersales_bonus_account_id = cls.account
        cls.level = cls.env["aftersales.dealer.level"].create(
            {"name": "Gold", "bonus_percent": 2.5, "company_id": cls.company.id}
        )
        cls.dealer = cls.customer.with_company(cls.company)
        cls.dealer.aftersales_dealer_level_id = cls.level
        cls.Bonus = cls.env["aftersales.bonus"]

    def _run(self, day="2025-11-01"):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_bonus").method_direct_trigger()
        self.env.invalidate_all()
        return self.Bonus.search([("company_id", "=", self.company.id)], order="id")

    def _paid(self, amount, date="2025-10-01"):
        invoice = self._bill((amount, self._nobody()), date=date)
        self._receive_money(invoice, amount)
        return invoice

    def test_of_what_is_paid_once(self):
        """Paid counts, open does not yet; late money counts to the next cycle."""
        first = self._paid(1000.0)
        late = self._bill((200.0, self._nobody()))
        bonus = self._run()
        self.assertEqual((bonus.partner_id, bonus.state), (self.customer, "draft"))
        self.assertEqual((bonus.amount_base, bonus.amount), (1000.0, 25.0))
        self.assertEqual(
            (bonus.date_from, bonus.date_to), (date(2025, 10, 1), date(2025, 10, 31))
        )
        self.assertEqual(bonus.invoice_ids, first)
        self.assertEqual(self._run("2025-11-02"), bonus)
        self._receive_money(late, 200.0, date="2025-11-10")
        second = self._run("2025-12-01") - bonus
        self.assertEqual((second.invoice_ids, second.amount), (late, 5.0))
        self.assertFalse(self._run("2026-01-01") - bonus - second)

    def test_credit_note_lowers_it(self):
        invoice = self._bill((1000.0, self._nobody()))
        self._set_off(invoice, self._credit(invoice, 400.0))
        self._receive_money(invoice, 600.0)
        gone = self._bill((70.0, self._nobody()))
        self._set_off(gone, self._credit(gone, 70.0))
        self.assertEqual(self._run().amount_base, 600.0)

    def test_undone_before_it_is_credited(self):
        """A payment that was undone, an invoice cancelled: they count no more."""
        self._paid(100.0)
        bounced, wrong = self._paid(1000.0), self._paid(400.0)
        bonus = self._run()
        self.assertEqual(bonus.amount_base, 1500.0)
        (bounced | wrong).line_ids.remove_move_reconcile()
        wrong.button_draft()
        wrong.button_cancel()
        self.assertEqual((bonus.amount_base, bonus.amount), (100.0, 2.5))
        bonus.with_user(self.user_finance).action_confirm()
        self.assertEqual(bonus.refund_id.amount_total, 2.5)
        self.assertEqual(len(bonus.invoice_ids), 1)
        self._receive_money(bounced, 1000.0, date="2025-11-10")
        later = self._run("2025-12-01") - bonus
        self.assertEqual((later.invoice_ids, later.amount), (bounced, 25.0))
        bounced.line_ids.remove_move_reconcile()
        with self.assertRaisesRegex(UserError, "comes to nothing"):
            later.with_user(self.user_finance).action_confirm()
        later.with_user(self.user_finance).action_cancel()
        self.assertFalse(bounced.aftersales_bonus_id)

    def test_what_the_bank_has_not_seen_counts_later(self):
        """A payment without an entry says nothing of how much of it is paid."""
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        invoice = self._bill((1000.0, self._nobody()))
        with patch.object(
            self.registry["account.move"],
            "_get_invoice_in_payment_state",
            return_value="in_payment",
        ):
            self._receive_money(invoice, 10.0)
            self.assertEqual(invoice.payment_state, "in_payment")
        self.assertFalse(self._run())

    def test_credited_and_used_for_parts(self):
        """Finance confirm; a credit note on its account waits to be used; it ties."""
        self._paid(1000.0)
        bonus = self._run().with_user(self.user_finance)
        with self.assertRaises(AccessError):
            bonus.with_user(self.user_advisor).action_confirm()
        with self.assertRaises(AccessError):
            bonus.state = "confirmed"
        with self.assertRaises(AccessError):
            bonus.amount = 5000
        bonus.action_confirm()
        refund = bonus.sudo().refund_id
        self.assertEqual((refund.move_type, refund.state), ("out_refund", "posted"))
        self.assertEqual(refund.amount_total, 25.0)
        self.assertEqual(refund.invoice_line_ids.account_id, self.account)
        self.assertEqual(
            (bonus.amount_unused, bonus.confirmed_by_id), (25.0, self.user_finance)
        )
        parts = self._bill((100.0, self._nobody()), date="2025-11-05")
        self._set_off(parts, refund)
        self.assertEqual((parts.amount_residual, bonus.amount_unused), (75.0, 0.0))
        tie = self.env["aftersales.bonus.tie"].with_user(self.user_finance)
        tie = tie.browse(tie.action_open()["res_id"])
        self.assertEqual(
            (tie.amount_ledger, tie.amount_bonuses, tie.amount_difference),
            (25.0, 25.0, 0.0),
        )
        self.assertFalse(tie.stray_ids)
        with self.assertRaisesRegex(UserError, "is already"):
            bonus.action_confirm()
        # The bonus itself earns none.
        self.assertFalse(
            self._run("2025-12-01").filtered(lambda b: refund in b.invoice_ids)
        )

    def test_strays_are_found(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        other = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({"account_id": self.account.id, "balance": 9}),
                    Command.create({"account_id": other.id, "balance": -9}),
                ],
            }
        )
        entry.action_post()
        tie = self.company._aftersales_bonus_tie()
        self.assertEqual(tie["difference"], 9.0)
        self.assertEqual(tie["strays"].move_id, entry)

    def test_not_granted_counts_no_more(self):
        self._paid(1000.0)
        bonus = self._run()
        bonus.with_user(self.user_finance).action_cancel()
        self.assertEqual(self._run("2025-12-01"), bonus)
        with self.assertRaisesRegex(UserError, "kept as a record"):
            bonus.unlink()

    def test_own_percent_and_none(self):
        self._paid(1000.0)
        self.dealer.aftersales_bonus_percent = 10.0
        self.assertEqual(self._run().amount, 100.0)
        with self.assertRaises(ValidationError):
            self.dealer.aftersales_bonus_percent = 101.0
        other = self.env["res.partner"].create({"name": "No dealer"})
        invoice = self._bill((50.0, self._nobody()), partner_id=other.id)
        self._receive_money(invoice, 50.0)
        self.assertNotIn(other, self._run("2025-12-01").partner_id)

    def test_first_and_last_day_count(self):
        self.company.aftersales_bonus_since = "2025-10-02"
        self._paid(1.0, date="2025-10-01")
        self._paid(10.0, date="2025-10-02")
        self._paid(100.0, date="2025-10-31")
        self._paid(1000.0, date="2025-11-01")
        self.assertEqual(self._run().amount_base, 110.0)

    def test_old_invoices_and_other_business(self):
        self._paid(1000.0, date="2024-12-31")
        other = self._bill((80.0, self._nobody()), aftersales_ticket_id=False)
        self._receive_money(other, 80.0)
        self.assertFalse(self._run())

    def test_without_account(self):
        self._paid(1000.0)
        bonus = self._run()
        self.company.aftersales_bonus_account_id = False
        with self.assertRaisesRegex(UserError, "enter the account of dealers"):
            bonus.with_user(self.user_finance).action_confirm()
        self.assertEqual(bonus.state, "draft")

    def test_once_a_cycle_in_the_database(self):
        self._paid(1000.0)
        bonus = self._run()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                bonus.sudo().copy(
                    {
                        "company_id": self.company.id,
                        "partner_id": self.customer.id,
                        "date_from": bonus.date_from,
                        "date_to": bonus.date_to,
                        "percent": 1.0,
                    }
                )
                self.env.flush_all()

    def test_closed_books(self):
        """No credit note slips into another month by itself."""
        self._paid(1000.0)
        bonus = self._run()
        confirm = bonus.with_user(self.user_finance).action_confirm
        day = fields.Date.today() + timedelta(days=30)
        self._assert_closed(day, confirm, [bonus.name], bonus)
        confirm()
        self.assertEqual(bonus.refund_id.date, fields.Date.today())
