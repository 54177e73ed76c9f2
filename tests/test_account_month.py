from unittest.mock import patch

from odoo.tests import tagged

from .common_month import MonthCommon
from .common_tour import TourCommon


@tagged("post_install", "-at_install")
class TestAccountMonth(MonthCommon, TourCommon):
    """The accountant's month, 500 invoices in two currencies (R-PAY-03 to R-PAY-05).

    What Finance do to one guarantor's statement, to one invoice and to the deductions,
    the accountant does in the browser.
    """

    invoice_count = 500

    def test_month(self):
        self._live_the_month()

    def _printed(self):
        """Note which documents are printed, in ``self.prints``."""
        self.prints = []
        Report = self.env.registry["ir.actions.report"]
        render = Report._render_qweb_pdf

        def _render_qweb_pdf(this, report_ref, res_ids=None, data=None):
            self.prints.append((report_ref, res_ids))
            return render(this, report_ref, res_ids=res_ids, data=data)

        return patch.object(Report, "_render_qweb_pdf", _render_qweb_pdf)

    def _agree(self, statements):
        guarantor = self.people["A"]
        own = statements.filtered(lambda statement: statement.user_id == guarantor)
        with self._printed():
            self._tour("finance", "account_send", "/odoo/aftersales-tickets")
            self.assertEqual(own.sent_by_id, self.user_finance)
            self.assertEqual(own.line_ids.mapped("amount_difference")[0], -10.0)
            own.with_user(guarantor).action_confirm_own()
            paid = (
                self.env["aftersales.receivable"]
                .search(
                    [("company_id", "=", self.company.id), ("bucket", "=", "1")],
                    limit=1,
                )
                .move_id
            )
            self._tour(
                "finance", "account_agree", f"/odoo/aftersales-statements/{own.id}"
            )
        self.assertEqual(own.state, "agreed")
        self.assertEqual(self.prints, [("aftersales.report_statement", own.ids)])
        self.assertEqual(paid.payment_state, "paid")
        return super()._agree(statements - own)

    def _hold_back(self):
        deductions = self._confirm()
        with self._printed():
            self._tour("finance", "account_hold", "/odoo/aftersales-tickets")
        self.assertEqual(set(deductions.mapped("state")), {"posted"})
        payout = self.env["aftersales.payout"].search(
            [("user_id", "=", self.people["A"].id), ("state", "=", "released")]
        )
        self.assertEqual(payout.released_by_id, self.user_finance)
        self.assertEqual(
            -payout.amount_total,
            sum(
                deductions.filtered(
                    lambda deduction: deduction.guarantor_id == self.people["A"]
                ).mapped("amount")
            ),
        )
        self.assertEqual(self.prints, [("aftersales.report_payout", payout.ids)])
        return deductions


@tagged("post_install", "-at_install")
class TestAccountMonthChina(MonthCommon):
    """The same by the Chinese chart of accounts, which books reversals negative."""

    chart = "cn"
    chart_module = "l10n_cn"
    country = "cn"

    def test_month(self):
        self.assertEqual(self.company.chart_template, "cn")
        self.assertEqual(self.company.currency_id.name, "CNY")
        self.assertTrue(self.company.account_storno)
        self._live_the_month()
