from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestPartnerMerge(MoneyCommon):
    """Odoo's merging of contacts takes no document of after-sales away (R-PAY-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.Statement = cls.env["aftersales.statement"]
        cls.double = cls.env["res.partner"].create({"name": "Lin Freight Ltd"})

    def _begin(self, day="2025-11-01"):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_statement").method_direct_trigger()
        self.env.invalidate_all()
        return self.Statement.search([("company_id", "=", self.company.id)])

    def _agree(self, statements):
        finance = statements.with_user(self.user_finance)
        finance.action_send()
        for statement in finance:
            letter = statement.env["ir.attachment"].create(
                {"name": "letter.pdf", "raw": b"x"}
            )
            statement.write({"answer_name": "Mr Lin", "answer_ids": letter.ids})
            statement.action_record_answer()
        finance.action_confirm_finance()
        finance.action_agree()

    def _merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.double).ids, self.customer)
        self.env.invalidate_all()

    def test_agreed_names_who_stays(self):
        self._bill(
            (300.0, self._nobody()), date="2025-10-05", partner_id=self.double.id
        )
        statement = self._begin()
        self._agree(statement)
        self._bill((80.0, self._nobody()), date="2025-11-05")
        self._merge()
        self.assertFalse(self.double.exists())
        self.assertEqual(statement.partner_id, self.customer)
        self.assertEqual(statement.line_ids.partner_id, self.customer)
        self.assertEqual((statement.state, statement.amount_total), ("agreed", 300.0))
        later = self._begin("2025-12-01") - statement
        self.assertEqual((later.partner_id, later.amount_total), (self.customer, 380.0))
        # Once merged, it is frozen as before.
        with (
            self.assertRaisesRegex(Exception, "never changes"),
            mute_logger("odoo.sql_db"),
        ):
            statement.partner_id = self.env.user.partner_id
            statement.flush_recordset()

    @mute_logger("odoo.sql_db")
    def test_two_statements_of_a_month(self):
        """Nothing is merged as long as one of them would be deleted."""
        self._bill(
            (300.0, self._nobody()), date="2025-10-05", partner_id=self.double.id
        )
        self._bill((80.0, self._nobody()), date="2025-10-05")
        statements = self._begin()
        with self.assert_refused(UserError, "cannot become one contact.*Lin Freight"):
            self._merge()
        self.assertEqual(len(statements.exists()), 2)
        theirs = statements.filtered(lambda item: item.partner_id == self.double)
        theirs.with_user(self.user_finance).action_cancel()
        self._merge()
        self._begin("2025-11-02")
        self.assertEqual((statements - theirs).amount_total, 380.0)
        self._agree(statements - theirs)

    @mute_logger("odoo.sql_db")
    def test_two_agreed(self):
        self._bill(
            (300.0, self._nobody()), date="2025-10-05", partner_id=self.double.id
        )
        self._bill((80.0, self._nobody()), date="2025-10-05")
        statements = self._begin()
        self._agree(statements)
        with self.assert_refused(UserError, "cannot become one contact"):
            self._merge()
        self.assertEqual(sorted(statements.mapped("amount_total")), [80.0, 300.0])
        self.assertTrue(self.double.exists())
