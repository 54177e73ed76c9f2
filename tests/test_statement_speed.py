from odoo import fields
from odoo.tests import tagged

from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestStatementSpeed(MoneyCommon):
    """The run of a month costs as many queries for many items as for few."""

    def _cost(self, month):
        """Return how many queries it takes to begin the statements of a month."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = self.env["aftersales.statement"]._begin(
            self.company, fields.Date.to_date(month)
        )
        self.env.flush_all()
        return found, self.env.cr.sql_log_count - before

    def _bills(self, count, date):
        for __ in range(count):
            self._bill((30.0, self.user_technician), (5.0, self._nobody()), date=date)

    def test_as_many_queries_for_many_items(self):
        self._bills(1, "2025-08-20")
        # What is read once.
        self._cost("2025-08-01")
        self._bills(2, "2025-09-20")
        few, cost_few = self._cost("2025-09-01")
        self._bills(12, "2025-10-20")
        many, cost_many = self._cost("2025-10-01")
        # An invoice stands once with its customer and once with who vouches for it.
        self.assertEqual(sum(few.mapped("line_count")), 3 * 2)
        self.assertEqual(sum(many.mapped("line_count")), 15 * 2)
        self.assertLessEqual(cost_many, cost_few + 3)
