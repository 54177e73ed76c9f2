from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from .common_money import MoneyCommon
from .common_speed import SpeedCommon

TIE = "odoo.addons.aftersales.models.res_company_receivable_tie"
MONTH = (date(2025, 10, 1), date(2025, 10, 31))


@tagged("post_install", "-at_install")
class TestMoneySpeed(SpeedCommon, MoneyCommon):
    """Ageing and dealers' settlement cost as many queries for many items as for few."""

    def _cost(self, work):
        """Return the queries of ``work`` from empty caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = work()
        self.env.flush_all()
        return found, self.env.cr.sql_log_count - before

    def _dealers(self, count, invoices=1):
        """Return new dealers who are settled by month, each with invoices."""
        dealers = self.env["res.partner"].create(
            [{"name": f"Dealer {number}"} for number in range(count)]
        )
        dealers.with_company(self.company).aftersales_settlement_cycle = "month"
        for dealer in dealers:
            for __ in range(invoices):
                self._bill((9.0, self._nobody()), partner_id=dealer.id)
        return dealers

    def test_ageing(self):
        rows = self.Receivable.with_user(self.user_finance)
        specification = self._specification(rows, "list")

        def load():
            page = rows.web_search_read([], specification, limit=80)
            rows.formatted_read_group([], ["bucket"], ["amount_residual:sum"])
            return page["length"]

        costs = []
        for more in (1, 3, 12):
            for __ in range(more):
                partner = self.env["res.partner"].create({"name": "Somebody"})
                self._bill(
                    (30.0, self.user_technician),
                    (5.0, self._nobody()),
                    partner_id=partner.id,
                )
            costs.append(self._cost(load))
        self.assertEqual([length for length, __ in costs], [2, 8, 32])
        self.assertEqual(costs[1][1], costs[2][1])
        self.assertLessEqual(costs[2][1], 25)

    def test_beside_the_ledger(self):
        """Each item that differs is named, and none costs a query of its own."""
        company = self.company.sudo()
        costs = []
        for more in (1, 3, 12):
            for __ in range(more):
                self._bill((30.0, self.user_technician))
            tie, cost = self._cost(
                lambda: company._aftersales_receivable_tie(date(2025, 12, 31))
            )
            costs.append((len(tie["reasons"]), cost))
        self.assertEqual([found for found, __ in costs], [1, 4, 16])
        self.assertEqual(costs[1][1], costs[2][1])

    def test_the_largest_differences_are_told(self):
        """Hundreds of differences: words for the largest, the items of all."""
        for amount in (30.0, 500.0, 70.0):
            self._bill((amount, self.user_technician))
        with patch(f"{TIE}.TOLD", 1):
            tie = self.company.sudo()._aftersales_receivable_tie(date(2025, 12, 31))
        self.assertEqual(len(tie["items"]), 3)
        self.assertEqual(len(tie["reasons"]), 2)
        self.assertIn("500.00", tie["reasons"][0])
        self.assertIn("and 2 more", tie["reasons"][1])
        self.assertIn("100.00", tie["reasons"][1])

    def test_settlement_of_many_dealers(self):
        """Who has something to settle is found for all of them at once."""
        batches = self.env["aftersales.settlement.batch"]
        costs = []
        for count in (1, 2, 9):
            dealers = self._dealers(count)
            sheets, cost = self._cost(
                lambda dealers=dealers: batches._begin(
                    self.company, "month", MONTH, dealers
                )
            )
            self.assertEqual(len(sheets), count)
            costs.append(cost)
        # A number out of the sequence, and the log of each document.
        self.assertLessEqual(costs[2], costs[1] + 7 * 2)

    def test_settlement_of_many_invoices(self):
        batches = self.env["aftersales.settlement.batch"]
        costs = []
        for count in (1, 2, 12):
            sheet = batches._begin(
                self.company, "month", MONTH, self._dealers(1, count)
            )
            costs.append(self._cost(sheet._invoice)[1])
            self.assertEqual((sheet.state, sheet.move_count), ("invoiced", count))
        # Odoo asks once for each entry that is written to.
        self.assertLessEqual(costs[2], costs[1] + 10)
