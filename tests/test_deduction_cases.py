import csv
import re
from contextlib import ExitStack
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open

from .common_deduction import DeductionCommon


@tagged("post_install", "-at_install")
class TestDeductionCases(DeductionCommon):
    """R-PAY-04, R-PAY-05: a table of stories, each on days counted from the invoice.

    ``inv A300 N100`` invoices lines A and B vouch for, N nobody does; ``due30``
    before it sets the term. ``day 41`` is the day, ``find`` the scheduled action,
    ``hold`` both offices, ``give`` Finance giving back, ``pay``, ``unpay``, ``credit``
    and ``vouch A=B`` what happens to the invoice, ``set`` the company's settings.
    ``close 100`` pays so much and writes the rest off in the window of payments, ``debt
    100`` writes off by hand, or against an ``advance`` or a ``bill``, ``keep`` against
    what is held back; ``dispute`` and ``agree`` begin and end a dispute.
    ``held``, ``owed``, ``back`` tell what is held or proposed net of what was given
    back, what is due to be given back, and what was; ``aged A3:300`` what is open, by
    guarantor and period of ageing (3 ends with the limit).
    """

    def test_table(self):
        with file_open("aftersales/tests/data/deduction_cases.csv") as file:
            cases = list(csv.DictReader(file))
        self.assertGreaterEqual(len(cases), 40)
        for case in cases:
            with self.subTest(case["case"]), self._forgotten():
                self._play(case["script"])
                self._assert_tied()

    def _forgotten(self):
        stack = ExitStack()
        point = self.env.cr.savepoint()

        def undo(*_error):
            self.env.cr.clear()
            self.env.invalidate_all()
            point.close(rollback=True)
            self.env.invalidate_all()

        stack.callback(undo)
        return stack

    def _play(self, script):
        self.move = self.payment = None
        self.days = 0
        with ExitStack() as stack:
            clock = self._day(0)
            clock.start()
            stack.callback(lambda: self.clock.stop())
            self.clock = clock
            for step in script.split(";"):
                name, *words = step.split()
                getattr(self, f"_do_{name}")(*words)

    def _amounts(self, words):
        return {word[0]: float(word[1:]) for word in words}

    def _do_day(self, number):
        self.clock.stop()
        self.clock = self._day(int(number))
        self.clock.start()

    def _do_due(self, days):
        self.days = int(days)

    def _do_set(self, name, value):
        kind = "overdue" if name == "days" else "deduction"
        field = f"aftersales_{kind}_{name}"
        self.company[field] = value if name == "from" else float(value)

    def _do_wage(self, amount):
        for employee in self.employees.values():
            employee.aftersales_wage_base = float(amount)

    def _do_rate(self, rate):
        """The next invoice is in a currency of which so many are one of ours."""
        self.currency = self.foreign = self.env["res.currency"].create(
            {"name": "ZZX", "symbol": "Z", "rounding": 0.01}
        )
        self._rate(rate, "2026-01-01")

    def _do_newrate(self, rate, day):
        self._rate(rate, day)

    def _rate(self, rate, day):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.foreign.id,
                "name": day,
                "rate": float(rate),
                "company_id": self.company.id,
            }
        )

    def _do_inv(self, *words):
        self.move = self._invoice(
            self._amounts(words), self.days, getattr(self, "currency", None)
        )
        self.currency = None

    def _do_find(self):
        # The scheduled action without its commits: a cursor of its own takes long.
        with patch.object(self.registry["ir.cron"], "_commit_progress", return_value=1):
            self.env["aftersales.deduction"]._cron_find()

    def _do_hold(self):
        self._hold_back()

    def _do_pay(self, amount):
        self.payment = self._money(self.move, float(amount))

    def _do_unpay(self):
        self.payment.move_id.line_ids.remove_move_reconcile()

    def _do_credit(self, word):
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"journal_id": self.move.journal_id.id})
        )
        refund = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        refund.invoice_line_ids.filtered(lambda line: line.name != word[0]).unlink()
        refund.invoice_line_ids.price_unit = float(word[1:])
        refund.action_post()
        self._vouch(refund)
        lines = (refund | self.move).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        if len(lines) > 1:
            lines.reconcile()

    def _do_close(self, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        ).create(
            {
                "amount": float(amount),
                "journal_id": self.bank.id,
                "currency_id": self.move.currency_id.id,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self._loss("expense").id,
            }
        )._create_payments()

    def _do_debt(self, amount, kind="expense"):
        account = self._loss(
            {"advance": "liability_current", "bill": "liability_payable"}.get(
                kind, kind
            )
        )
        self.loss = self._by_hand(account, float(amount))

    def _do_undebt(self):
        self.loss.line_ids.remove_move_reconcile()

    def _do_keep(self, amount):
        """An entry by hand against what is held; the account differs from then on."""
        journal, held, __ = self.company._aftersales_get_deduction_books()
        held.reconcile = True
        entry = self._by_hand(held, float(amount))
        self.assertEqual(
            self.company._aftersales_deduction_tie()["strays"].move_id, entry
        )
        entry.line_ids.filtered(
            lambda line: line.account_id == held
        ).account_id = self._loss("expense")

    def _loss(self, kind):
        return self.env["account.account"].create(
            {
                "name": f"Story {kind}",
                "code": f"STORY{kind[-7:]}",
                "account_type": kind,
                "reconcile": kind.startswith("liability"),
                "company_ids": self.company.ids,
            }
        )

    def _by_hand(self, account, amount):
        item = self.move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company.aftersales_deduction_journal_id.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount}),
                    Command.create(
                        {
                            "account_id": item.account_id.id,
                            "partner_id": item.partner_id.id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (
            item
            | entry.line_ids.filtered(lambda line: line.account_id == item.account_id)
        ).reconcile()
        return entry

    def _do_dispute(self):
        self.move.write(
            {"aftersales_disputed": True, "aftersales_dispute_reason": "Not ordered"}
        )

    def _do_agree(self):
        self.move.aftersales_disputed = False

    def _do_vouch(self, change):
        old, new = change.split("=")
        self._vouch(self.move, **{old: new})

    def _do_give(self):
        self._refunds().with_user(self.user_finance).action_post()

    def _do_held(self, *words):
        self._check_sums(
            words, self._deductions(), lambda row: row.amount - row.amount_refunded
        )

    def _do_owed(self, *words):
        self._check_sums(words, self._refunds(), lambda row: row.amount)

    def _do_back(self, *words):
        self._check_sums(words, self._refunds("posted"), lambda row: row.amount)

    def _do_aged(self, *words):
        self.env.flush_all()
        self.env.invalidate_all()
        keys = {user: key for key, user in self.people.items()}
        found = {}
        for row in self.env["aftersales.receivable"].search(
            [("move_id", "=", self.move.id)]
        ):
            key = keys.get(row.guarantor_id, "N") + row.bucket
            found[key] = round(found.get(key, 0.0) + row.amount_residual, 2)
        expected = dict(word.split(":") for word in words)
        self.assertEqual(found, {key: float(n) for key, n in expected.items()})

    def _do_months(self, *words):
        """The months of A's deductions, as numbers."""
        months = self._deductions("proposed", "confirmed", "posted", "returned")
        self.assertEqual(
            sorted(months.mapped("month")),
            sorted(self._month(word) for word in words),
        )

    def _month(self, word):
        year, month = re.fullmatch(r"(\d{4})-(\d\d)", word).groups()
        return self.move.invoice_date.replace(int(year), int(month), 1)

    def _check_sums(self, words, rows, value):
        expected = self._amounts(words)
        for key, user in self.people.items():
            mine = rows.filtered(lambda row, user=user: row.guarantor_id == user)
            self.assertEqual(
                round(sum(value(row) for row in mine), 2), expected.get(key, 0.0), key
            )
