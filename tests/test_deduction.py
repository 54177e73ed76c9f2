import re
from contextlib import contextmanager
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_deduction import START, DeductionCommon


@tagged("post_install", "-at_install")
class TestDeduction(DeductionCommon):
    """R-PAY-04, R-PAY-05: who takes which step, and what is refused."""

    @contextmanager
    def _refused(self, words, error=UserError):
        with self.assertRaisesRegex(error, re.escape(words)), self.env.cr.savepoint():
            yield

    def _found(self, parts=None):
        self._invoice(parts or {"A": 300})
        with self._day(41):
            self._find()
        return self._deductions()

    def test_off_by_default(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(other.aftersales_deduction)
        self.assertEqual(other.aftersales_overdue_days, 40)
        self.assertEqual(other.aftersales_deduction_from, "invoice")
        self.company.aftersales_deduction = False
        self.assertFalse(self._found())

    def test_from_the_wage_and_back(self):
        deduction = self._found()
        self.assertEqual(deduction.month, date(2026, 5, 1))
        self.assertEqual(deduction.employee_id, self.employees["A"])
        with self._day(45):
            deduction.with_user(self.user_hr).action_confirm()
            self.assertEqual(deduction.confirmed_by_id, self.user_hr)
            with self._refused("wage of 2026-05: post it then"):
                deduction.with_user(self.user_finance).action_post()
        with self._day(60):
            deduction.with_user(self.user_finance).action_post()
        entry = deduction.entry_id
        self.assertEqual((entry.state, entry.date), ("posted", date(2026, 5, 1)))
        held, payroll = (
            self.company.aftersales_deduction_account_id,
            self.company.aftersales_payroll_account_id,
        )
        self.assertEqual(
            {line.account_id: line.balance for line in entry.line_ids},
            {held: -300, payroll: 300},
        )
        self._assert_tied()
        # Friday: two working days later is Tuesday.
        with self._day(67):
            self._money(deduction.move_id, 120)
        refund = self._refunds()
        self.assertEqual((refund.amount, refund.state), (120, "due"))
        self.assertEqual(refund.deadline_ids.due.date(), date(2026, 5, 12))
        with self._day(68):
            refund.with_user(self.user_finance).action_post()
        self.assertEqual(refund.deadline_ids.state, "met")
        self.assertEqual((deduction.state, deduction.amount_held), ("posted", 180))
        with self._refused("is not due"):
            refund.with_user(self.user_finance).action_post()
        with self._refused("its date stays"):
            refund.with_user(self.user_finance).date = "2026-01-01"
        with self._day(70):
            self._money(deduction.move_id, 180)
            self._refunds().with_user(self.user_finance).action_post()
        self.assertEqual((deduction.state, deduction.amount_held), ("returned", 0))
        self._assert_tied()

    def test_who_does_what(self):
        deduction = self._found()
        with self._refused("Human Resources confirm", AccessError):
            deduction.with_user(self.user_finance).action_confirm()
        with self._refused("this step belongs to", AccessError):
            deduction.with_user(self.user_hr).action_cancel()
        with self._refused("by its buttons", AccessError):
            deduction.with_user(self.user_finance).state = "posted"
        with self._refused("by its buttons", AccessError):
            deduction.with_user(self.user_finance).amount = 1
        with self._refused("proposed by the scheduled action", AccessError):
            deduction.with_user(self.user_finance).create([{}])
        deduction.with_user(self.user_hr).action_confirm()
        with self._refused("this step belongs to", AccessError):
            deduction.with_user(self.user_advisor).action_post()
        with self._refused("is kept as a record"):
            deduction.unlink()
        with self._refused("proposed by the scheduled action", AccessError):
            deduction.with_user(self.user_finance).copy()

    def test_nobody_decides_on_his_own_pay(self):
        self.people["A"].group_ids |= self.env.ref("hr.group_hr_user")
        self.people["A"].group_ids |= self.env.ref(
            "aftersales.group_aftersales_finance"
        )
        deduction = self._found()
        own = deduction.with_user(self.people["A"])
        for step in (own.action_confirm, own.action_cancel):
            with self._refused("your own pay", AccessError):
                step()

    def test_each_sees_his_own(self):
        deductions = self._found({"A": 300, "B": 200})
        mine = self.env["aftersales.deduction"].with_user(self.user_technician)
        self.assertEqual(mine.search([]).guarantor_id, self.user_technician)
        self.assertEqual(len(mine.with_user(self.user_finance).search([])), 2)
        with self.assertRaises(AccessError):
            (deductions - mine.search([])).with_user(self.user_technician).read(
                ["name"]
            )
        with Form(mine.search([])) as form:
            self.assertEqual(form.amount, 200)

    def test_wage_limits_the_month(self):
        self.company.aftersales_deduction_cap = 20
        deduction = self._found()
        with self._refused("enter the wage base"):
            deduction.with_user(self.user_hr).action_confirm()
        self.employees["A"].aftersales_wage_base = 1000
        with self._refused("at most"):
            deduction.with_user(self.user_hr).action_confirm()
        deduction.with_user(self.user_finance).action_recalculate()
        self.assertEqual(deduction.amount, 200)
        deduction.with_user(self.user_hr).action_confirm()

    def test_no_employee(self):
        self.employees["A"].user_id = False
        with self._refused("is no employee of"):
            self._found().with_user(self.user_hr).action_confirm()

    def test_employee_named_afterwards(self):
        """What the error asks for helps: no need to begin anew."""
        self.employees["A"].user_id = False
        deduction = self._found()
        self.employees["A"].user_id = self.people["A"]
        deduction.with_user(self.user_hr).action_confirm()
        self.assertEqual(deduction.employee_id, self.employees["A"])

    def test_cancelled_is_not_found_the_next_day(self):
        """What Finance withdraws is not held back from that month's wage."""
        deduction = self._found()
        deduction.with_user(self.user_finance).action_cancel()
        with self._day(42):
            self._find()
        self.assertFalse(self._deductions())
        with self._day(60):
            self._find()
        self.assertEqual(self._deductions().month, date(2026, 6, 1))

    def test_never_more_than_was_confirmed(self):
        """A payment undone after Human Resources confirmed adds to a later month."""
        move = self._invoice({"A": 300})
        payment = self._money(move, 250)
        with self._day(41):
            self._find()
            deduction = self._confirm()
        self.assertEqual(deduction.amount, 50)
        payment.move_id.line_ids.remove_move_reconcile()
        with self._day(60):
            deduction.with_user(self.user_finance).action_post()
            self.assertEqual((deduction.state, deduction.amount), ("posted", 50))
            self._find()
            self.assertEqual(self._deductions("proposed").amount, 250)

    def test_disputed_is_not_held_back(self):
        deduction = self._found()
        self._confirm()
        deduction.move_id.write(
            {"aftersales_disputed": True, "aftersales_dispute_reason": "Not ordered"}
        )
        invoice = deduction.move_id.name
        with self._day(60), self._refused(f"{invoice} is disputed (Not ordered)"):
            deduction.with_user(self.user_finance).action_post()
        self.assertFalse(deduction.entry_id)
        deduction.move_id.aftersales_disputed = False
        with self._day(60):
            deduction.with_user(self.user_finance).action_post()
        self.assertEqual(deduction.state, "posted")

    def test_closed_books(self):
        deduction = self._found()
        self._confirm()
        deduction.date = date(2026, 5, 3)
        self.company.fiscalyear_lock_date = date(2026, 5, 31)
        with self._day(60), self._refused("the books are closed until"):
            deduction.with_user(self.user_finance).action_post()
        self.assertEqual(deduction.state, "confirmed")
        deduction.date = date(2026, 6, 1)
        deduction.with_user(self.user_finance).action_post()
        self.assertEqual(deduction.entry_id.date, date(2026, 6, 1))

    def test_no_accounts(self):
        self._found()
        self._confirm()
        self.company.aftersales_payroll_account_id = False
        with self._day(60), self._refused("Payroll Clearing"):
            self._deductions().with_user(self.user_finance).action_post()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_it(self):
        deduction = self._found()
        for vals in (
            {"amount_refunded": 300.01},
            {"amount": 301},
            {"state": "posted"},
            {"month": date(2026, 5, 2)},
        ):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                deduction.write(vals)
                self.env.flush_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            deduction.create(
                {
                    "company_id": self.company.id,
                    "guarantor_id": deduction.guarantor_id.id,
                    "move_id": deduction.move_id.id,
                    "month": deduction.month,
                    "amount": 1,
                    "amount_vouched": 1,
                }
            )

    def test_stray_entry_is_shown(self):
        deduction = self._found()
        with self._day(60):
            self._hold_back()
        stray = deduction.entry_id.copy({"date": date(2026, 5, 5)})
        stray.action_post()
        tie = self.company._aftersales_deduction_tie()
        self.assertEqual(tie["difference"], 300)
        self.assertEqual(tie["strays"].move_id, stray)

    def test_slip(self):
        """F49: what was held back and what of it was given back, for the employee."""
        deduction = self._found()
        with self._day(60):
            self._hold_back()
            self._money(deduction.move_id, 120)
            self._refunds().with_user(self.user_finance).action_post()
        html, __ = (
            self.env["ir.actions.report"]
            .with_user(self.user_advisor)
            ._render_qweb_html("aftersales.report_deduction", deduction.ids)
        )
        text = html.decode()
        for words in (deduction.name, "2026-05", "300.00", "120.00", "180.00"):
            self.assertIn(words, text)
        # Open 60 days on its day, 40 are allowed; what comes in goes back in two days.
        self.assertEqual(deduction._get_days_beyond(), 20)
        self.assertIn("given back within 2 working days", text)
        self.env["aftersales.policy"]._get_document_policy(
            "deduction_refund", self.company
        ).deadline_line_ids.unit = "none"
        self.assertNotIn("within", deduction._get_refund_words())
        self.assertIn(deduction.move_id.name, text)

    def test_two_companies(self):
        """Each company by its own settings, in its own currency and books."""
        other = self.env["res.company"].create(
            {"name": "Other", "currency_id": self.env.ref("base.EUR").id}
        )
        self._setup_books(other)
        deduction = self._found()
        self.assertEqual(deduction.company_id, self.company)
        other_hr = new_test_user(
            self.env,
            "other_hr",
            groups="hr.group_hr_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            deduction.with_user(other_hr).action_confirm()
        with self._refused("Other: enter"):
            other._aftersales_get_deduction_books()

    def test_queries(self):
        """One statement or a fixed few, however many invoices."""
        moves = self.env["account.move"]
        for __ in range(6):
            moves |= self._invoice({"A": 100, "B": 50})
        model = self.env["aftersales.deduction"]
        day = START.replace(month=4, day=12)
        model._propose(self.company, moves[:1], day)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            found = model._propose(self.company, moves[1:], day)
            self.env.flush_all()
        self.assertEqual(len(found), 10)
