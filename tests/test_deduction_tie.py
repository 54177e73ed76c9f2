from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_deduction import DeductionCommon


@tagged("post_install", "-at_install")
class TestDeductionTie(DeductionCommon):
    """Deductions less refunds are the account, or Finance is told why not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Tie = cls.env["aftersales.deduction.tie"]

    def _held(self, parts):
        self._invoice(parts)
        with self._day(41):
            self._find()
        with self._day(60):
            self._hold_back()
        return self._deductions("posted")

    def _open(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        tie = self.Tie.with_user(user or self.user_finance)
        return tie.browse(tie.action_open()["res_id"])

    def test_tied(self):
        deductions = self._held({"A": 300, "B": 200})
        with self._day(62):
            self._money(deductions.move_id, 250)
            self._refunds().with_user(self.user_finance).action_post()
        tie = self._open()
        self.assertEqual(tie.display_name, "Deductions beside the Ledger")
        with Form(tie) as form:
            self.assertEqual(form.amount_held, 500)
            self.assertEqual(form.amount_refunded, 250)
            self.assertEqual(form.amount_ledger, 250)
            self.assertEqual(form.amount_difference, 0)
            self.assertFalse(form.difference_text)
        with self.assertRaises(AccessError):
            self._open(self.user_advisor)

    def test_every_difference_is_explained(self):
        deductions = self._held({"A": 300, "B": 200}).sorted("amount")
        small, large = deductions
        stray = large.entry_id.copy({"date": date(2026, 5, 5)})
        stray.action_post()
        small.entry_id.button_draft()
        tie = self._open()
        self.assertEqual(tie.amount_difference, 100)
        self.assertEqual(tie.stray_ids.move_id, stray)
        self.assertEqual(tie.differing_ids, small)
        first, second = tie.difference_text.splitlines()
        self.assertRegex(first, f"{small.name}.*200.00.*is not posted")
        self.assertRegex(second, f"{stray.name}.*300.00.*of no deduction")

    def test_another_account(self):
        deduction = self._held({"A": 300})
        other = self.company.aftersales_deduction_account_id.copy({"code": "GUAR2"})
        self.company.aftersales_deduction_account_id = other
        tie = self._open()
        self.assertEqual((tie.amount_ledger, tie.amount_difference), (0, -300))
        self.assertEqual(tie.differing_ids, deduction)
        self.assertIn("the account of the settings was", tie.difference_text)
