from datetime import date

from odoo.tests import tagged

from .common_deduction import DeductionCommon
from .common_lock import LockMixin
from .test_trip_cost import TripCostCommon


@tagged("post_install", "-at_install")
class TestLockDatesDeduction(LockMixin, DeductionCommon):
    """R-PAY-04, R-PAY-05: what is held back, given back, and told to payroll."""

    def test_deduction_and_refund(self):
        move = self._invoice({"A": 300})
        with self._day(41):
            self._find()
        deduction = self._confirm()
        with self._day(60):
            mine = deduction.with_user(self.user_finance)
            self._assert_closed(
                date(2026, 5, 31), mine.action_post, [deduction.name], deduction
            )
            mine.action_post()
            self._money(move, 300)
            refund = self._refunds()
            self._assert_closed(
                date(2026, 5, 31),
                refund.with_user(self.user_finance).action_post,
                [deduction.name],
                refund,
                deduction,
            )
        # Neither payouts nor the accounts of a month write into the books.
        self.company.hard_lock_date = date(2026, 5, 31)
        entries = self._entries()
        with self._day(62):
            payout = self.env["aftersales.payout"]
            payout._collect(self.company, date(2026, 5, 1))
            payout = payout.search([("company_id", "=", self.company.id)])
            payout.with_user(self.user_finance).action_release()
        self.assertEqual(payout.state, "released")
        self.assertEqual(self._entries(), entries)
        self._assert_tied()


@tagged("post_install", "-at_install")
class TestLockDatesTrip(TripCostCommon):
    def test_expense(self):
        """R-EXP-06: handed in at any time; Odoo posts on the first day that is open."""
        trip = self._back(persons=1)
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        trip.action_settle()
        expense = trip.sudo().expense_ids
        expense.action_approve()
        expense._post_without_wizard()
        self.assertEqual((trip.state, expense.state), ("settled", "posted"))
        self.assertGreater(expense.account_move_id.date, date(2026, 3, 31))
        self.assertEqual(expense.account_move_id.amount_total, 90)
        self.assertEqual(expense.account_move_id.state, "posted")
