from datetime import datetime
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common_account import AccountCommon
from .report_common import ReportCommon
from .test_trip_cost import TripCostCommon


@tagged("post_install", "-at_install")
class TestStatistics(AccountCommon):
    """By the fifth Finance has the statistics sheet (R-PAY-06, R-STAT-08, F45)."""

    def test_sheet_is_read_from_the_books(self):
        line = self._month().line_ids
        self.assertEqual(line.ticket_id, self.ticket)
        self.assertEqual(line.technician_id, self.user_technician)
        self.assertEqual(line.amount_labour, 60.0)
        self.assertEqual(line.amount_parts, 75.0)
        self.assertEqual(line.amount_total, 135.0)
        self.assertEqual((line.amount_paid, line.amount_open), (35.0, 100.0))
        self.assertFalse(line.closed_on)

    def test_credit_note_of_another_month(self):
        self._credit(self.invoice, 10.0, date="2025-11-15")
        found = self._begin("2025-12-01")
        line = found["month", "2025-11-01"].line_ids
        self.assertEqual(line.amount_labour, -10.0)
        self.assertEqual((line.amount_total, line.amount_open), (-10.0, -10.0))

    def test_closed_without_a_bill(self):
        ticket = self._ticket(complaint="Needs only a word").sudo()
        ticket.closed_at = "2025-10-31 10:00:00"
        sheet = self._month().line_ids
        line = sheet.filtered(lambda line: line.ticket_id == ticket)
        self.assertEqual(line.closed_on, fields.Date.to_date("2025-10-31"))
        self.assertEqual((line.job, line.amount_total), ("Needs only a word", 0.0))

    def test_begun_once_and_made_up_for(self):
        found = self._begin()
        self.assertEqual(set(found), {("month", "2025-10-01"), ("year", "2024-01-01")})
        self.assertEqual(self._begin(), found)
        found = self._begin("2026-01-02")
        self.assertIn(("year", "2025-01-01"), found)
        self.assertEqual(len(found), 5)

    def test_due_on_the_fifth(self):
        period = self._month()
        deadline = period.deadline_ids
        self.assertEqual(deadline.due.date(), fields.Date.to_date("2025-11-05"))
        self.assertEqual(deadline.user_id, self.user_quality)
        self.assertFalse(self._begin()["year", "2024-01-01"].deadline_ids)
        with freeze_time(datetime(2025, 11, 4, 8)):
            self._as("quality", period).action_submit()
        self.assertEqual(deadline.state, "met")
        self.assertEqual(period.activity_ids.user_id, self.user_finance)

    def test_submitted_sheet_is_frozen(self):
        period = self._month()
        self._as("advisor", period).action_submit()
        self._bill_products((self.labour, 500.0), date="2025-10-30")
        self._begin("2025-11-02")
        self.assertEqual(period.amount_total, 135.0)
        with self.assert_refused(UserError, "already: Submitted"):
            self._as("advisor", period).action_refresh()
        self._as("finance", period).action_back_to_draft()
        self._as("advisor", period).action_submit()
        self.assertEqual(period.amount_total, 635.0)

    def test_whose_step_it_is(self):
        period = self._month()
        with self.assert_refused(AccessError, "belongs to"):
            self._as("finance", period).action_submit()
        with self.assert_refused(AccessError, "top-secret|not allowed"):
            self._as("technician", period).action_submit()
        with self.assertRaises(AccessError):
            self._as("quality", period).write({"state": "closed"})
        self._as("quality", period).note = "Checked"
        with self.assert_refused(UserError, "kept as a record"):
            period.unlink()

    def test_printed_by_person(self):
        period = self._month()
        [row] = period._get_person_rows()
        self.assertEqual(row["name"], self.user_technician.name)
        self.assertEqual((row["tickets"], row["amount_total"]), (1, 135.0))
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_statistics", period.ids
        )[0]
        self.assertIn(self.ticket.name.encode(), html)
        self.assertIn(b"By person", html)

    def test_result_counts_each_item_once(self):
        self._book(self.rent, 40.0)
        # On an account of after-sales' own, and of a ticket: once.
        self.company.aftersales_operating_account_ids |= (
            self.invoice.invoice_line_ids.account_id
        )
        self.env.flush_all()
        rows = self.Item.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {row.category: row.amount for row in rows},
            {"labour": 60.0, "parts": 75.0, "operating": -40.0},
        )
        self.assertEqual(rows.ids, rows.move_line_id.ids)


@tagged("post_install", "-at_install")
class TestStatisticsTrip(TripCostCommon):
    """What was spent on the road stands on the sheet (R-PAY-06)."""

    def test_trip_cost(self):
        tickets = self._visit() | self._visit()
        trip = self._back(persons=1, tickets=tickets)
        self._cost(trip, "fare", 10)
        trip.action_settle()
        expenses = trip.sudo().expense_ids
        expenses.action_approve()
        expenses._post_without_wizard()
        month = expenses.account_move_id[0].date.replace(day=1)
        company = self.company
        items = self.env["aftersales.account.item"]
        rows = items._sum_by(company, month, fields.Date.today(), "category")
        self.assertEqual({key: amount for key, amount, __ in rows}, {"trip": -100.0})
        period = self.env["aftersales.account.period"]._begin(
            company, [("month", month, fields.Date.end_of(month, "month"))]
        )
        period._refresh()
        self.assertEqual(period.line_ids.ticket_id, tickets)
        self.assertEqual(period.line_ids.mapped("trip_cost"), [50.0, 50.0])


@tagged("post_install", "-at_install")
class TestStatisticsExport(ReportCommon, AccountCommon, HttpCase):
    """The sheet on paper and as a spreadsheet, for who may read it (F45)."""

    def test_paper_and_spreadsheet(self):
        period = self.Period._begin(
            self.company,
            [
                (
                    "month",
                    fields.Date.to_date("2025-10-01"),
                    fields.Date.to_date("2025-10-31"),
                )
            ],
        )
        period._refresh()
        text = self._text("report_statistics", period, "quality")
        self.assertWords(text, period.name, self.ticket.name, "Lin Freight", "135.00")
        self.env.flush_all()
        url = period.action_export()["url"]
        self.authenticate("quality", "quality")
        book = load_workbook(BytesIO(self.url_open(url).content))
        rows = [[cell.value for cell in row] for row in book.active.rows]
        self.assertEqual(rows[1][0], self.ticket.display_name)
        self.assertIn(135.0, rows[1])
        self.assertEqual(rows[-1][0], "Total")
        self.authenticate("technician", "technician")
        self.assertEqual(self.url_open(url).status_code, 404)
        # What stands beside the result is not added to it.
        figures = period.sudo().figure_ids
        beside = figures.create(
            {"period_id": period.id, "category": "deduction", "amount": 1000.0}
        )
        self.assertFalse(beside.counts)
        self.env.flush_all()
        self.authenticate("finance", "finance")
        answer = self.url_open(f"/aftersales/accounts/{period.id}/xlsx")
        rows = list(load_workbook(BytesIO(answer.content)).active.values)
        self.assertEqual(rows[-1][3], period.sudo().amount_profit)
