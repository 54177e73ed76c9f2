import os
from collections import defaultdict
from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common_deduction import START, DeductionCommon

# More of them: AFTERSALES_EXAMPLES=100 scripts/test tests/test_money_hypothesis.py
EXAMPLES = int(os.environ.get("AFTERSALES_EXAMPLES", "3"))
STEPS = (
    "invoice",
    "pay",
    "pay",
    "undo",
    "credit",
    "writeoff",
    "dispute",
    "find",
    "find",
    "hold",
    "hold",
    "give",
    "state",
)
STEP_LISTS = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 20), st.integers(1, 40000)),
    min_size=3,
    max_size=12,
)


class RolledBack(Exception):
    """Ends an example; nothing of it stays."""


@tagged("post_install", "-at_install")
class TestMoneyHypothesis(DeductionCommon):
    """Invoices, money that comes and goes, credit notes, disputes, deductions, refunds
    and statements, in whatever order (R-PAY-03 to R-PAY-05).

    Deductions less refunds are the account; from nobody more is held than is open, or
    written off, on his word; a statement of the month is the receivable accounts.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss = cls.income.copy({"account_type": "expense", "code": "LOST1"})

    @given(STEP_LISTS)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def test_whatever_happens(self, steps):
        # Every story begins with money that is overdue.
        self._live([("invoice", 0, 30000), ("find", 41, 1), ("hold", 20, 1), *steps])

    def test_owed_again_and_paid_in_part(self):
        """Half paid and given back, undone, held again: no more than is open."""
        self._live(
            [
                ("invoice", 0, 30000),
                ("find", 41, 1),
                ("hold", 20, 1),
                ("pay", 0, 30000),
                ("give", 0, 1),
                ("undo", 0, 1),
                ("find", 0, 1),
                ("hold", 20, 1),
                ("pay", 0, 30000),
                ("give", 0, 1),
            ]
        )

    def test_credit_note_for_one_guarantor(self):
        """What each gets back is known as soon as the credit note is posted."""
        self._live(
            [
                ("invoice", 0, 30000),
                ("find", 41, 1),
                ("hold", 20, 1),
                ("credit", 19, 32366),
                ("give", 4, 1),
            ]
        )

    def _live(self, steps):
        try:
            with self.env.cr.savepoint():
                self.moves = self.payments = self.env["account.move"]
                self.lost = defaultdict(float)
                day = 0
                for name, days, amount in steps:
                    day += days
                    with self._day(day):
                        getattr(self, f"_do_{name}")(days, amount / 100)
                        self._check(name)
                with self._day(day):
                    self._do_find(0, 0)
                    self._do_give(0, 0)
                    self._check("end")
                    self._check_month()
                raise RolledBack
        except RolledBack:
            self.env.invalidate_all(flush=False)

    def _pick(self, number):
        """Return one of the invoices that is open, or none."""
        found = self.moves.filtered("amount_residual")
        return found[number % len(found)] if found else found

    def _do_invoice(self, number, amount):
        self.moves |= self._invoice(
            {"A": amount, "B": round(amount / 2, 2), "N": round(amount / 3, 2)}
        )

    def _do_pay(self, number, amount):
        move = self._pick(number)
        if move:
            self.payments |= self._money(move, amount).move_id

    def _do_undo(self, number, amount):
        self.payments.line_ids.remove_move_reconcile()
        self.lost.clear()

    def _do_credit(self, number, amount):
        move = self._pick(number)
        if move:
            refund = move._reverse_moves([{"invoice_date": date.today()}])
            (refund.invoice_line_ids[1:]).unlink()
            line = refund.invoice_line_ids
            line.price_unit = min(amount, line.price_unit)
            refund.action_post()
            self._vouch(refund)

    def _do_writeoff(self, number, amount):
        move = self._pick(number)
        if move:
            amount = min(amount, move.amount_residual)
            self.lost[move] += amount
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            )
            self.payments |= (
                wizard.create(
                    {
                        "amount": move.amount_residual - amount,
                        "journal_id": self.bank.id,
                        "payment_difference_handling": "reconcile",
                        "writeoff_account_id": self.loss.id,
                    }
                )
                ._create_payments()
                .move_id
            )

    def _do_dispute(self, number, amount):
        move = self._pick(number)
        if move:
            move.write(
                {
                    "aftersales_disputed": not move.aftersales_disputed,
                    "aftersales_dispute_reason": "Quantity",
                }
            )

    def _do_find(self, number, amount):
        with patch.object(self.registry["ir.cron"], "_commit_progress", return_value=1):
            self.env["aftersales.deduction"]._cron_find()

    def _do_hold(self, number, amount):
        deductions = self._confirm() | self._deductions("confirmed")
        deductions = deductions.filtered(
            lambda deduction: not deduction.move_id.aftersales_disputed
        )
        for deduction in deductions:
            deduction.date = max(deduction.month, date.today())
        deductions.with_user(self.user_finance).action_post()

    def _do_give(self, number, amount):
        self._refunds().with_user(self.user_finance).action_post()

    def _do_state(self, number, amount):
        first = date.today().replace(day=1)
        if first > START:
            self.env["aftersales.statement"]._begin(
                self.company, (first - timedelta(days=1)).replace(day=1)
            )

    def _check(self, name):
        self._assert_tied()
        shares = self.moves._aftersales_guarantees()
        held = self._deductions("posted", "returned")
        for deduction in held:
            self.assertGreaterEqual(deduction.amount, deduction.amount_refunded)
        if name not in ("give", "end"):
            return
        self.assertFalse(self._refunds())
        for (move, user), mine in held.grouped(
            lambda deduction: (deduction.move_id, deduction.guarantor_id)
        ).items():
            __, still_open = shares[move].get(user, (0.0, 0.0))
            self.assertLessEqual(
                round(sum(mine.mapped("amount_held")), 2),
                round(max(still_open, 0.0) + self.lost[move], 2),
                (name, move.name, user.name),
            )

    def _check_month(self):
        first = date.today().replace(day=1)
        day = first - timedelta(days=1)
        if first <= START:
            return
        self.env["aftersales.statement"]._begin(self.company, day.replace(day=1))
        tie = self.company._aftersales_receivable_tie(day)
        self.assertEqual(tie["difference"], 0.0, tie["reasons"])
