from odoo.tests import tagged

from .common_month import MonthCommon


@tagged("post_install", "-at_install")
class TestAccountMonth(MonthCommon):
    """The accountant's month, 500 invoices in two currencies (R-PAY-03 to R-PAY-05)."""

    invoice_count = 500

    def test_month(self):
        self._live_the_month()


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
