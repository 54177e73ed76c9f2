from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_money import MoneyCommon
from .common_month import ChartMixin
from .test_trip_cost import TripCostCommon


@tagged("post_install", "-at_install")
class TestBooksChina(ChartMixin, MoneyCommon, TripCostCommon):
    """R-PAY-10, R-EXP-06 by the Chinese chart of accounts: its accounts are found, or
    asked for."""

    chart = "cn"
    chart_module = "l10n_cn"
    country = "cn"

    def _account(self, code):
        """Return an account of the chart by the beginning of its number."""
        return self.env["account.account"].search(
            [("code", "=like", f"{code}%"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )

    def test_bonus(self):
        self.company.aftersales_bonus_since = "2025-01-01"
        level = self.env["aftersales.dealer.level"].create(
            {"name": "Gold", "bonus_percent": 2.5, "company_id": self.company.id}
        )
        self.customer.with_company(self.company).aftersales_dealer_level_id = level
        invoice = self._bill((1000.0, self._nobody()))
        self._receive_money(invoice, 1000.0)
        bonus = self.env["aftersales.bonus"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "date_from": "2025-10-01",
                "date_to": "2025-10-31",
                "percent": 2.5,
                "invoice_ids": [Command.set(invoice.ids)],
            }
        )
        confirm = bonus.with_user(self.user_finance).action_confirm
        with self.assertRaisesRegex(UserError, "enter the account of dealers' bonuses"):
            confirm()
        # 销售费用, selling expenses: bookkeepers open an account of its own under it.
        selling = self._account("5601")
        self.assertEqual(selling.account_type, "expense")
        self.company.aftersales_bonus_account_id = selling
        confirm()
        refund = bonus.refund_id
        self.assertEqual((refund.state, refund.amount_total), ("posted", 25.0))
        items = refund.line_ids.sorted("display_type")
        self.assertEqual(
            {item.account_id: item.balance for item in items},
            {
                selling: 25.0,
                self.customer.with_company(
                    self.company
                ).property_account_receivable_id: -25.0,
            },
        )
        tie = self.company._aftersales_bonus_tie()
        self.assertEqual((tie["ledger"], tie["difference"]), (25.0, 0.0))

    def test_expense_of_a_trip(self):
        trip = self._back(persons=1)
        trip.action_settle()
        expense = trip.sudo().expense_ids
        expense.action_approve()
        expense._post_without_wizard()
        entry = expense.account_move_id
        self.assertEqual((entry.state, expense.total_amount), ("posted", 90.0))
        self.assertEqual(sum(entry.line_ids.mapped("balance")), 0.0)
        cost = entry.line_ids.filtered(lambda item: item.display_type == "product")
        self.assertIn(cost.account_id.account_type, ("expense", "expense_direct_cost"))
        self.assertIn(self.company, cost.account_id.company_ids)
        self.assertEqual(cost.currency_id, self.env.ref("base.CNY"))
        self.assertGreaterEqual(entry.date, fields.Date.to_date("2026-03-04"))

    def test_expense_without_an_account(self):
        """Where the chart names none, Odoo asks for it, and nothing is posted."""
        self.company.expense_account_id = False
        trip = self._back(persons=1)
        trip.action_settle()
        expense = trip.sudo().expense_ids
        product = expense.product_id.with_company(self.company)
        if product.product_tmpl_id._get_product_accounts()["expense"]:
            product.categ_id.property_account_expense_categ_id = False
        expense.account_id = False
        expense.action_approve()
        with self.assertRaisesRegex(UserError, "account"), self.env.cr.savepoint():
            expense._post_without_wizard()
        self.env.invalidate_all()
        self.assertFalse(expense.account_move_id)
