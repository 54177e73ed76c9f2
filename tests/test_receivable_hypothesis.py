import os
from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged

from .common_money import MoneyCommon

# More of them: AFTERSALES_EXAMPLES=100 scripts/test tests/test_receivable_hypothesis.py
EXAMPLES = int(os.environ.get("AFTERSALES_EXAMPLES", "3"))
STEPS = (
    "invoice",
    "invoice",
    "foreign",
    "instalments",
    "pay",
    "pay",
    "credit",
    "credit_set_off",
    "advance",
    "set_off",
    "undo",
    "change_guarantor",
    "reset",
)
STEP_LISTS = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        st.integers(0, 9),
        st.integers(1, 60000),
        st.integers(1, 60000),
    ),
    min_size=2,
    max_size=9,
)
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
GROUPINGS = (
    "commercial_partner_id",
    "guarantor_id",
    "collector_id",
    "ticket_id",
    "kind",
    "bucket",
    "currency_id",
    "account_id",
    "is_long_overdue",
)


class RolledBack(Exception):
    """Ends an example; nothing of it stays."""


@tagged("post_install", "-at_install")
class TestReceivableHypothesis(MoneyCommon):
    """The sum of the open receivables by any grouping is the ledger's (R-PAY-08).

    Whatever was billed, in instalments and foreign money, paid in part or in advance,
    credited, set off, undone and vouched for by others, in whatever order.
    """

    @given(STEP_LISTS)
    @SETTINGS
    def test_any_grouping_is_the_ledger(self, steps):
        try:
            with self.env.cr.savepoint():
                self.moves = self.env["account.move"]
                for step in steps:
                    self._step(*step)
                self._check()
                raise RolledBack
        except RolledBack:
            self.env.invalidate_all(flush=False)

    @given(STEP_LISTS)
    @SETTINGS
    def test_an_agreed_statement_never_changes(self, steps):
        """Whatever is booked afterwards, also for days before (R-PAY-03)."""
        try:
            with self.env.cr.savepoint():
                self.moves = self._bill(
                    (300.0, self.user_technician),
                    (50.0, self._nobody()),
                    date="2025-09-20",
                )
                month = fields.Date.to_date("2025-09-01")
                Statement = self.env["aftersales.statement"]
                statements = Statement._begin(self.company, month).with_user(
                    self.user_finance
                )
                statements.action_send()
                statements.action_confirm_finance()
                statements.sudo().line_ids.holder_name = "Mr Lin"
                statements.action_agree()
                agreed = self._snapshot(statements)
                for step in steps:
                    self._step(*step)
                self.assertFalse(Statement._begin(self.company, month) & statements)
                self.assertEqual(self._snapshot(statements), agreed)
                raise RolledBack
        except RolledBack:
            self.env.invalidate_all(flush=False)

    def _snapshot(self, statements):
        """Return what the database says of these statements, links to entries apart."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = ["state", "amount_total", "amount_overdue", "date_cutoff"]
        of_lines = ["name", "amount", "amount_currency", "date_due", "days_overdue"]
        return [
            (statement.read(names), statement.line_ids.read(of_lines))
            for statement in statements.sudo()
        ]

    def _who(self, number):
        return (self.user_advisor, self.user_manager, self._nobody())[number % 3]

    def _day(self, number):
        return f"2025-{9 + number % 2:02}-{1 + number * 3:02}"

    def _step(self, name, number, first, second):
        lines = (
            (first / 100, self._who(number)),
            (second / 100, self._who(number + 1)),
            ((first + second) / 300, self._who(number // 2)),
        )
        open_invoices = self.moves.filtered(
            lambda move: move.move_type == "out_invoice" and move.amount_residual
        )
        invoice = (
            open_invoices[number % len(open_invoices) :][:1]
            if (open_invoices)
            else open_invoices
        )
        if name == "invoice":
            self.moves |= self._bill(*lines, date=self._day(number))
        elif name == "foreign":
            self.moves |= self._bill(
                *lines, date=self._day(number), currency_id=self.eur.id
            )
        elif name == "instalments":
            self.moves |= self._bill(
                *lines,
                date=self._day(number),
                invoice_payment_term_id=self.halves.id,
            )
        elif name == "advance":
            self._advance(first / 100, date=self._day(number))
        elif not invoice:
            return
        elif name == "pay":
            self._receive_money(invoice, first / 100, date=self._day(number))
        elif name in ("credit", "credit_set_off"):
            refund = self._credit(
                invoice, min(first / 100, invoice.amount_total), date=self._day(number)
            )
            self.moves |= refund
            if name == "credit_set_off":
                self._set_off(invoice, refund)
        elif name == "set_off":
            payments = self.env["account.payment"].search(
                [("aftersales_ticket_id", "=", self.ticket.id)]
            )
            self._set_off(invoice, payments.move_id)
        elif name == "undo":
            invoice.line_ids.remove_move_reconcile()
        elif name == "reset":
            invoice.button_draft()
            invoice.action_post()
        elif name == "change_guarantor":
            invoice.invoice_line_ids[0].sudo().aftersales_guarantor_id = self._who(
                number
            )

    def _check(self):
        ledger = self._ledger()
        for fname in GROUPINGS:
            found = self._open_by(fname)
            self.assertAlmostEqual(sum(found.values()), ledger, 2, fname)
        for day in ("2025-09-15", "2025-09-30", "2025-10-31"):
            rows = self.Receivable._get_open(self.company, fields.Date.to_date(day))
            self.assertAlmostEqual(
                sum(row["amount_residual"] for row in rows), self._ledger(day), 2, day
            )
        # Who answers for how much: as the one rule says, to the cent.
        shares = defaultdict(float)
        for row in self._rows([("kind", "!=", "payment")]):
            key = (row.move_id, row.guarantor_id)
            shares[key, "currency"] += row.amount_residual_currency
            shares[key, "company"] += row.amount_residual
        for move, guarantees in self.moves._aftersales_guarantees().items():
            for user, (amount, own) in guarantees.items():
                for kind, expected in (("currency", amount), ("company", own)):
                    found = shares.pop(((move, user), kind), 0.0)
                    self.assertAlmostEqual(found, expected, 2, (move, user, kind))
        self.assertFalse([share for share in shares.values() if abs(share) > 0.001])
