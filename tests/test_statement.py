from datetime import date, datetime
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestStatement(MoneyCommon):
    """By the fifth both sides agree on what is open (R-PAY-03, F46)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.Statement = cls.env["aftersales.statement"]
        cls.dealer = cls.env["res.partner"].create({"name": "Gold Dealer"})
        cls.dealer.aftersales_dealer_level_id = cls.env[
            "aftersales.dealer.level"
        ].create({"name": "Gold"})
        cls.invoice = cls._bill(
            (300.0, cls.user_technician), (50.0, cls._nobody()), date="2025-09-20"
        )
        cls.other = cls._bill(
            (80.0, cls._nobody()), date="2025-10-05", partner_id=cls.dealer.id
        )
        cls._bill((999.0, cls._nobody()), date="2025-11-01")
        cls._receive_money(cls.invoice, 100.0, date="2025-11-02")

    def _begin(self, day="2025-11-01"):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_statement").method_direct_trigger()
        self.env.invalidate_all()
        found = self.Statement.search([("company_id", "=", self.company.id)])
        return {statement.kind: statement for statement in found}

    def _sent(self, kind="guarantor"):
        statement = self._begin()[kind].with_user(self.user_finance)
        statement.action_send()
        return statement

    def test_begun_for_each_holder(self):
        found = self._begin()
        self.assertEqual(
            {
                kind: (item.user_id or item.partner_id, item.amount_total)
                for kind, item in found.items()
            },
            {
                "guarantor": (self.user_technician, 300.0),
                "customer": (self.customer, 350.0),
                "dealer": (self.dealer, 80.0),
            },
        )
        line = found["guarantor"].line_ids
        self.assertEqual((line.move_id, line.days_overdue), (self.invoice, 41))
        self.assertTrue(line.is_long_overdue)
        # The customer is asked once for an invoice, whoever answers for how much of it.
        line = found["customer"].line_ids
        self.assertEqual((line.move_id, line.amount), (self.invoice, 350.0))
        self.assertFalse(line.guarantor_id)
        # Again it adds nothing; a month that was missed is made up for.
        self.assertEqual(self._begin()["guarantor"], found["guarantor"])
        self._begin("2026-01-03")
        months = self.Statement.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(sorted(item.month.month for item in months), [10, 11, 12])

    def test_due_on_the_fifth(self):
        statement = self._begin()["guarantor"]
        deadline = statement.deadline_ids
        self.assertEqual(deadline.due.date(), fields.Date.to_date("2025-11-05"))
        self.assertEqual(deadline.user_id, self.user_finance)
        statement = statement.with_user(self.user_finance)
        with freeze_time(datetime(2025, 11, 4, 8)):
            statement.action_send()
            self.assertEqual(statement.activity_ids.user_id, self.user_technician)
            statement.action_confirm_finance()
            self._as("technician", statement).action_confirm_own()
            statement.action_agree()
        self.assertEqual(deadline.state, "met")
        self.assertEqual(statement.state, "agreed")
        self.assertFalse(statement.activity_ids)

    def test_nobody_confirms_for_the_other_side(self):
        statement = self._sent()
        with self.assert_refused(UserError, "confirmed by its guarantor himself"):
            statement.action_confirm_own()
        with self.assert_refused(AccessError, "Finance"):
            self._as("technician", statement).action_confirm_finance()
        with self.assert_refused(AccessError, "top-secret|not allowed"):
            self._as("inspector", statement).line_ids.action_confirm()
        with self.assert_refused(UserError, "not confirmed by both sides"):
            statement.action_agree()
        statement.line_ids.action_confirm()
        with self.assert_refused(UserError, "not confirmed by both sides"):
            statement.action_agree()
        self._as("technician", statement).line_ids.action_confirm()
        statement.action_agree()

    def test_finance_does_not_act_on_its_own_statement(self):
        self.invoice.invoice_line_ids[
            0
        ].sudo().aftersales_guarantor_id = self.user_finance
        statement = self._begin()["guarantor"].with_user(self.user_finance)
        with self.assert_refused(UserError, "is your own"):
            statement.action_send()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                statement.sudo().sent_by_id = self.user_finance
                self.env.flush_all()

    def test_difference_with_its_reason(self):
        statement = self._sent()
        line = self._as("technician", statement).line_ids
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                line.amount_difference = -100.0
                self.env.flush_all()
        statement.action_confirm_finance()
        reason = self.env.ref("aftersales.statement_reason_paid")
        line.write({"amount_difference": -100.0, "reason_id": reason.id})
        # Finance has to look at it again.
        self.assertFalse(line.confirmed_by_finance_id)
        line.action_confirm()
        statement.action_confirm_finance()
        statement.action_agree()
        self.assertEqual(statement.amount_difference, -100.0)
        with self.assertRaises(AccessError):
            line.amount = 1.0

    def test_customer_answers_in_writing(self):
        statement = self._sent("customer")
        statement.action_confirm_finance()
        with self.assert_refused(UserError, "attach the written answer"):
            statement.action_record_answer()
        letter = statement.env["ir.attachment"].create(
            {"name": "letter.pdf", "raw": b"x"}
        )
        statement.write({"answer_name": "Mr Lin", "answer_ids": letter.ids})
        statement.action_record_answer()
        statement.action_agree()
        self.assertEqual(set(statement.line_ids.mapped("holder_name")), {"Mr Lin"})

    def test_agreed_never_changes(self):
        """Neither by what is booked later, nor by code, nor by SQL."""
        statement = self._sent()
        statement.action_confirm_finance()
        self._as("technician", statement).action_confirm_own()
        statement.action_agree()
        line = statement.line_ids
        self._receive_money(self.invoice, 250.0, date="2025-10-20")
        self._begin("2025-11-03")
        self.assertEqual((statement.amount_total, line.amount), (300.0, 300.0))
        with self.assert_refused(UserError, "is agreed and never changes"):
            statement.action_back_to_draft()
        for query in (
            "UPDATE aftersales_statement SET amount_total = 1 WHERE id = %s",
            "UPDATE aftersales_statement SET state = 'draft' WHERE id = %s",
            "DELETE FROM aftersales_statement WHERE id = %s",
            "UPDATE aftersales_statement_line SET amount = 1 WHERE statement_id = %s",
            "DELETE FROM aftersales_statement_line WHERE statement_id = %s",
            "INSERT INTO aftersales_statement_line (statement_id, name)"
            " VALUES (%s, 'x')",
        ):
            with (
                self.subTest(query=query),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [statement.id])

    def test_the_database_asks_both_sides(self):
        statement = self._sent()
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE aftersales_statement SET state = 'agreed', agreed_at = now(),"
                " agreed_by_id = sent_by_id WHERE id = %s",
                [statement.id],
            )

    def test_customer_becomes_a_dealer(self):
        """Nobody is asked twice for the same items when his kind changes."""
        found = self._begin()
        found["customer"].with_user(self.user_finance).action_send()
        level = self.dealer.aftersales_dealer_level_id
        self.customer.aftersales_dealer_level_id = level
        self.dealer.aftersales_dealer_level_id = False
        self._begin("2025-11-02")
        theirs = self.Statement.search(
            [("company_id", "=", self.company.id), ("kind", "!=", "guarantor")]
        )
        self.assertEqual(theirs, found["customer"] | found["dealer"])
        self.assertEqual(found["dealer"].kind, "customer", "a draft follows")
        self.assertEqual(found["dealer"].amount_total, 80.0)
        tie = self.company._aftersales_receivable_tie(date(2025, 10, 31))
        self.assertEqual((tie["stated"], tie["difference"]), (430.0, 0.0))
        found["customer"].with_user(self.user_finance).action_back_to_draft()
        self.assertEqual(found["customer"].kind, "dealer")
        self.assertEqual(found["customer"].amount_total, 350.0)

    def test_cancelled_and_begun_anew(self):
        statement = self._sent()
        statement.action_cancel()
        self.assertEqual(statement.deadline_ids.state, "cancelled")
        again = self._begin()["guarantor"]
        self.assertEqual(len(again.search([("user_id", "!=", False)])), 2)

    def test_everybody_sees_his_own(self):
        self._begin()
        seen = {
            role: len(self.Statement.with_user(self.users[role]).search([]))
            for role in ("finance", "technician", "parts_keeper")
        }
        self.assertEqual(seen, {"finance": 3, "technician": 1, "parts_keeper": 0})

    def test_ties_to_the_ledger(self):
        """Statements of customers and dealers are the accounts (R-PAY-03)."""
        day = fields.Date.to_date("2025-10-31")
        stray = self._bill((33.0, self._nobody()), aftersales_ticket_id=False)
        found = self._begin()
        tie = self.company._aftersales_receivable_tie(day)
        self.assertEqual(
            (tie["open"], tie["stated"], tie["vouched"], tie["difference"]),
            (430.0, 430.0, 300.0, 0.0),
        )
        self.assertEqual(tie["ledger"], 463.0)
        self.assertEqual(tie["other"], 33.0)
        self.assertIn(stray, tie["strays"].move_id)
        found["dealer"].with_user(self.user_finance).action_send()
        self._receive_money(self.other, 30.0, date="2025-10-30")
        late = self._bill((5.0, self._nobody()), date="2025-10-31")
        Tie = self.env["aftersales.receivable.tie"].with_user(self.user_finance)
        with freeze_time("2025-11-04 10:00:00"):
            wizard = Tie.browse(Tie.action_open()["res_id"])
        self.assertEqual(wizard.date, day)
        self.assertEqual(wizard.amount_difference, -25.0)
        self.assertEqual(wizard.changed_ids.move_id, self.other | late)
        self.assertRegex(wizard.difference_text, "50.00.*80.00")

    def test_printed(self):
        statement = self._begin()["guarantor"]
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_statement", statement.ids
        )[0]
        self.assertIn(self.invoice.name.encode(), html)
        self.assertIn(statement.name.encode(), html)


@tagged("post_install", "-at_install")
class TestStatementExport(MoneyCommon, HttpCase):
    """Statements and ageing as spreadsheets, for who may read them (F46)."""

    def _sheet(self, url, login):
        self.env.flush_all()
        self.authenticate(login, login)
        answer = self.url_open(url)
        if answer.status_code != 200:
            return answer.status_code
        book = load_workbook(BytesIO(answer.content))
        return [[cell.value for cell in row] for row in book.active.rows]

    def test_spreadsheets(self):
        invoice = self._bill((300.0, self.user_technician), (50.0, self._nobody()))
        [statement] = (
            self.env["aftersales.statement"]
            ._begin(self.company, fields.Date.to_date("2025-10-01"))
            .filtered("user_id")
        )
        rows = self._sheet(statement.action_export()["url"], "technician")
        self.assertEqual(rows[1][0], invoice.name)
        self.assertEqual((rows[2][0], rows[2][10]), ("Total", 300.0))
        self.assertEqual(
            self._sheet(statement.action_export()["url"], "parts_keeper"), 404
        )
        url = self.env["aftersales.receivable"].action_export()["url"]
        for login, total in (("finance", 350.0), ("technician", 300.0)):
            rows = self._sheet(url, login)
            self.assertIn(total, rows[-1])
