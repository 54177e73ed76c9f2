from odoo.tests import tagged

from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestReceivableEdges(MoneyCommon):
    """R-PAY-08: shares are the ledger's, also on invoices that are not plain."""

    def _assert_shared(self, invoice, expected):
        """Assert who answers for how much, told by SQL, by Python and by the ledger."""
        rows = self._rows([("move_id", "=", invoice.id)])
        found = {}
        for row in rows:
            user = row.guarantor_id
            found[user] = round(found.get(user, 0.0) + row.amount_residual, 2)
        self.assertEqual(found, expected)
        told = invoice._aftersales_guarantees()[invoice]
        self.assertEqual(
            {user: round(own, 2) for user, (__, own) in told.items()}, expected
        )
        self.assertEqual(
            round(sum(found.values()), 2), round(invoice.amount_residual_signed, 2)
        )
        self.assertEqual(
            round(sum(self._rows().mapped("amount_residual")), 2), self._ledger()
        )

    def _pay_partly(self, invoice, amount):
        self._receive_money(invoice, amount)
        self.env.flush_all()

    def test_negative_lines(self):
        """A discount that nobody answers for is paid first: by what is open of it."""
        a, b, nobody = self.user_advisor, self.user_technician, self._nobody()
        invoice = self._bill((300.0, a), (100.0, b), (-50.0, nobody))
        self._assert_shared(invoice, {a: 262.5, b: 87.5})
        self._pay_partly(invoice, 100.0)
        self._assert_shared(invoice, {a: 187.5, b: 62.5})
        invoice = self._bill((300.0, a), (-100.0, b))
        self._assert_shared(invoice, {a: 200.0})
        invoice = self._bill((33.33, a), (-0.01, a), (0.01, b), (66.67, nobody))
        self._assert_shared(invoice, {a: 33.32, b: 0.01, nobody: 66.67})

    def test_cash_rounding(self):
        a, nobody = self.user_advisor, self._nobody()
        tax = self.env["account.tax"].create(
            {"name": "Seven", "amount": 7, "company_id": self.company.id}
        )
        for strategy in ("add_invoice_line", "biggest_tax"):
            with self.subTest(strategy):
                rounding = self.env["account.cash.rounding"].create(
                    {
                        "name": strategy,
                        "rounding": 0.5,
                        "strategy": strategy,
                        "rounding_method": "UP",
                        "profit_account_id": self._account("income").id,
                        "loss_account_id": self._account("expense").id,
                    }
                )
                invoice = self._bill((300.2, a), (100.1, nobody), post=False)
                invoice.invoice_line_ids.tax_ids = tax
                invoice.invoice_cash_rounding_id = rounding
                invoice.action_post()
                invoice.invoice_line_ids.filtered(
                    lambda line: line.price_unit == 300.2
                ).sudo().aftersales_guarantor_id = a
                self.assertEqual(invoice.amount_total, 428.5)
                # What is rounded up belongs to the largest share.
                self._assert_shared(invoice, {a: 321.39, nobody: 107.11})
                self._pay_partly(invoice, 200.0)
                self._assert_shared(invoice, {a: 228.5})

    def _account(self, kind):
        return self.env["account.account"].search(
            [("account_type", "=", kind), ("company_ids", "in", self.company.ids)],
            limit=1,
        )

    def test_early_discount(self):
        a, nobody = self.user_advisor, self._nobody()
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % in ten days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        invoice = self._bill(
            (300.0, a), (100.0, nobody), invoice_payment_term_id=terms.id
        )
        self._assert_shared(invoice, {a: 300.0, nobody: 100.0})
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"payment_date": "2025-10-05", "journal_id": self.bank.id}
        )._create_payments()
        self.assertEqual(invoice.amount_residual, 0.0)
        self._assert_shared(invoice, {})
