from odoo.tests import tagged

from .common_money import MoneyCommon
from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestWriteOff(MoneyCommon):
    """R-PART-03, R-PAY-08: what counts as money, when an invoice is settled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss = cls.env["account.account"].create(
            {
                "name": "Bad debts",
                "code": "LOSS1",
                "account_type": "expense",
                "company_ids": cls.company.ids,
            }
        )

    def _close(self, invoice, amount=None, date="2025-10-05", **vals):
        """Pay ``invoice`` by Odoo's own wizard, and close it with that."""
        if amount is not None:
            vals["amount"] = amount
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": date, "journal_id": self.bank.id, **vals})
        )
        wizard._create_payments()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        return wizard

    def _write_off(self, invoice, amount):
        return self._close(
            invoice,
            amount,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.loss.id,
        )

    def _money(self, invoice):
        return invoice._aftersales_money()[invoice]

    def test_money_is_what_was_paid(self):
        invoice = self._bill((300.0, self._nobody()))
        self._write_off(invoice, 100.0)
        self.assertEqual(self._money(invoice), 100.0)
        self.assertEqual(invoice._aftersales_written_off(), 200.0)

    def test_written_off_whole(self):
        invoice = self._bill((300.0, self._nobody()))
        self._write_off(invoice, 0.0)
        self.assertEqual(self._money(invoice), 0.0)
        self.assertEqual(invoice._aftersales_written_off(), 300.0)

    def test_two_invoices_one_payment(self):
        """What is written off is shared as the payment is."""
        invoices = self._bill((300.0, self._nobody()))
        invoices |= self._bill((100.0, self._nobody()))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create(
            {
                "amount": 300.0,
                "group_payment": True,
                "journal_id": self.bank.id,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.loss.id,
            }
        )._create_payments()
        self.assertEqual(list(invoices._aftersales_money().values()), [225.0, 75.0])

    def test_paid_back_less_than_credited(self):
        refund = self._credit(self._bill((300.0, self._nobody())), 300.0)
        self._write_off(refund, 100.0)
        self.assertEqual(self._money(refund), -100.0)

    def test_early_discount_is_agreed(self):
        """Who pays 2 % less in time, tax included, has paid all."""
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10, "company_id": self.company.id}
        )
        for kind in ("included", "excluded", "mixed"):
            with self.subTest(kind):
                terms = self.env["account.payment.term"].create(
                    {
                        "name": f"2 % in ten days, {kind}",
                        "early_discount": True,
                        "discount_percentage": 2,
                        "discount_days": 10,
                        "early_pay_discount_computation": kind,
                    }
                )
                invoice = self._bill(
                    (300.0, self.user_advisor),
                    post=False,
                    invoice_payment_term_id=terms.id,
                )
                invoice.invoice_line_ids.tax_ids = tax
                invoice.action_post()
                wizard = self._close(invoice)
                self.assertLess(wizard.amount, invoice.amount_total)
                self.assertEqual(self._money(invoice), invoice.amount_total)
                self.assertEqual(invoice._aftersales_written_off(), 0.0)

    def test_exchange_difference_is_paid(self):
        invoice = self._bill((210.0, self._nobody()), currency_id=self.eur.id)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "name": "2025-10-04",
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        self._close(invoice)
        self.assertTrue(
            invoice.line_ids.matched_credit_ids.exchange_move_id, "no difference"
        )
        self.assertEqual(self._money(invoice), 210.0)
        self.assertEqual(invoice._aftersales_written_off(), 0.0)

    def test_closed_as_exchange_difference(self):
        """Ours, paid in another currency: the rest is closed as a difference."""
        invoice = self._bill((300.0, self._nobody()))
        account = self.company.expense_currency_exchange_account_id
        self._close(
            invoice,
            200.0,
            currency_id=self.eur.id,
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
        )
        self.assertEqual(self._money(invoice), 300.0)
        self.assertEqual(invoice._aftersales_written_off(), 0.0)

    def test_bank_statement(self):
        """A line of the bank, with the rest written off in the same entry."""
        invoice = self._bill((300.0, self._nobody()))
        item = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": "Customer",
                "partner_id": self.customer.id,
                "amount": 100.0,
                "date": "2025-10-05",
            }
        )
        __, suspense, __ = line._seek_for_lines()
        entry = line.move_id.with_context(force_delete=True, skip_readonly_check=True)
        entry.write(
            {
                "line_ids": [
                    (1, suspense.id, {"account_id": item.account_id.id, "credit": 300}),
                    (0, 0, {"account_id": self.loss.id, "debit": 200}),
                ]
            }
        )
        (item | suspense).reconcile()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self._money(invoice), 100.0)


@tagged("post_install", "-at_install")
class TestWriteOffGate(PartsCommon):
    def test_parts_written_off_do_not_leave(self):
        """R-PART-03: a deposit closed by a write-off releases nothing."""
        ticket = self._approved((self.brake_pads, {"quantity": 2}))
        order = ticket.sudo().order_ids
        deposit = self._pay(order, order.amount_total)
        deposit.line_ids.remove_move_reconcile()
        self.assertEqual(order._aftersales_amount_received(), 0.0)
        account = self.env["account.account"].create(
            {
                "name": "Bad debts",
                "code": "LOSS1",
                "account_type": "expense",
                "company_ids": self.company.ids,
            }
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=deposit.ids
        ).create(
            {
                "amount": 100.0,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": account.id,
            }
        )._create_payments()
        self.assertEqual(deposit.amount_residual, 0.0)
        self.assertEqual(order._aftersales_amount_received(), 100.0)
        slip = self._request(ticket)
        with self._refused(slip.name):
            self._release(slip)
