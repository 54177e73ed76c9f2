import re
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from unittest.mock import patch

from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common_deduction import DeductionCommon

MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 1)


class PayoutCommon(DeductionCommon):
    """A deduction of May, and what payroll is told of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Payout = cls.env["aftersales.payout"]
        cls.payout_cron = cls.env.ref("aftersales.cron_payout")

    @contextmanager
    def _refused(self, words, error=UserError):
        with self.assertRaisesRegex(error, re.escape(words)), self.env.cr.savepoint():
            yield

    def _held(self, **parts):
        """Hold back for an invoice, as a rule 300 from A, in May."""
        self._invoice(parts or {"A": 300})
        with self._day(41):
            self._find()
        with self._day(60):
            return self._hold_back()

    def _run(self, day):
        """Run the scheduled action on ``day``; return the live statements."""
        with self._day(day), self.enter_registry_test_mode():
            self.payout_cron.method_direct_trigger()
        self.env.invalidate_all()
        return self.Payout.search(
            [("company_id", "=", self.company.id), ("state", "!=", "cancelled")],
            order="month, id",
        )

    def _release(self, payouts):
        payouts.with_user(self.user_finance).action_release()
        self.env.invalidate_all()

    def _give_back(self, deduction, amount, day):
        with self._day(day):
            self._money(deduction.move_id, amount)
            refund = self._refunds()
            refund.with_user(self.user_finance).action_post()
        return refund


@tagged("post_install", "-at_install")
class TestPayout(PayoutCommon):
    """R-INC-10: what payroll adds to the wage of a month, or holds back."""

    def test_collected_on_the_first(self):
        deductions = self._held(A=300, B=80)
        payouts = self._run(91)
        self.assertEqual(set(payouts.mapped("month")), {MAY})
        self.assertEqual(set(payouts.mapped("month_name")), {"2026-05"})
        self.assertEqual(
            {payout.user_id: payout.amount_total for payout in payouts},
            {self.user_advisor: -300, self.user_technician: -80},
        )
        line = payouts[0].line_ids
        self.assertEqual(line.ticket_id, self.ticket)
        self.assertIn(line.res_id, deductions.ids)
        self.assertEqual(payouts[0].state, "draft")
        # Again it adds nothing.
        self.assertEqual(self._run(92), payouts)
        self.assertEqual(len(payouts.line_ids), 2)

    def test_late_facts_go_to_the_next_month(self):
        deduction = self._held()
        may = self._run(91)
        self._release(may)
        refund = self._give_back(deduction, 120, 88)  # 29 May, told of in June
        payouts = self._run(91)
        june = payouts - may
        self.assertEqual((june.month, june.amount_total), (JUNE, 120))
        self.assertEqual(may.amount_total, -300)
        self._give_back(deduction, 180, 100)
        self._run(121)
        self.assertEqual(sorted(june.line_ids.mapped("amount")), [120, 180])
        self.assertEqual(refund.with_user(self.user_finance).payout_id, june)
        self.assertEqual(june.month, JUNE)
        # An earlier draft keeps what it has: nothing moves on, nothing stands twice.
        self.assertEqual(self._run(152), may | june)
        self.assertEqual((may | june).mapped("amount_total"), [-300, 300])

    def test_each_company_and_month_by_its_own_clock(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        deduction = self._held()
        self._release(self._run(91))
        with self._day(90):  # 31 May, noon of Shanghai
            self._money(deduction.move_id, 300)
        refund = self._refunds()
        refund.with_user(self.user_finance).action_post()
        refund.posted_at = "2026-06-30 17:00:00"  # 1 July in Shanghai
        self.assertEqual(len(self._run(121)), 1)
        refund.posted_at = "2026-06-30 15:00:00"
        self.assertEqual(self._run(121)[1].amount_total, 300)

    def test_nothing_changes_unseen(self):
        deduction = self._held()
        payout = self._run(91)
        self._give_back(deduction, 120, 89)
        with self._refused("something has changed"):
            self._release(payout)
        payout.with_user(self.user_finance).action_collect()
        self.assertEqual(payout.amount_total, -180)
        self._release(payout)
        self.assertEqual(
            (payout.state, payout.released_by_id, payout.released_for_id),
            ("released", self.user_finance, self.user_advisor),
        )
        told = self.env["mail.message"].search(
            [("model", "=", payout._name), ("res_id", "=", payout.id)]
        )
        self.assertIn(self.user_advisor.partner_id, told.partner_ids)

    def test_not_before_its_month(self):
        self._held()
        payout = self._run(91)
        with self._day(40), self._refused("released in its month"):
            self._release(payout)

    def test_cancelled_frees_its_items(self):
        self._held()
        payout = self._run(91)
        self._release(payout)
        own = payout.with_user(self.user_finance)
        with self._refused("enter why"):
            own.action_cancel()
        own.cancel_reason = "Wrong month"
        own.action_cancel()
        again = self._run(92)
        self.assertEqual((again.month, again.amount_total), (MAY, -300))
        self.assertNotEqual(again, payout)
        self.assertEqual(payout.amount_total, -300)
        self._release(again)
        with self._refused("is already"):
            own.action_cancel()

    def test_written_by_hand(self):
        self._held()
        payout = self._run(91).with_user(self.user_finance)
        with Form(payout) as form, form.line_ids.new() as line:
            line.name = "Tools bought"
            line.amount = 45
            line.kind = "reimbursement"
        self.assertEqual(payout.amount_total, -255)
        by_hand = payout.line_ids.filtered(lambda line: not line.res_model)
        collected = payout.line_ids - by_hand
        for vals in ({"amount": -1}, {"live": False}, {"payout_id": payout.id}):
            with self.subTest(vals), self._refused("their documents", AccessError):
                collected.write(vals)
        with self._refused("their documents", AccessError):
            by_hand.kind = "referral"
        with self._refused("their documents", AccessError):
            collected.unlink()
        # Collected anew it stays.
        payout.action_collect()
        self.assertEqual(payout.amount_total, -255)
        self._release(payout)
        with self._refused("is already"):
            by_hand.amount = 60
        with self._refused("is already"):
            payout.note = "Later"

    def test_who_does_what(self):
        self._held()
        payout = self._run(91)
        for role in ("advisor", "technician", "quality"):
            with self.subTest(role), self._refused("", AccessError):
                payout.with_user(self.users[role]).action_release()
        with self._refused("begun by Collect", AccessError):
            self.Payout.with_user(self.user_finance).create([{}])
        with self._refused("collected from what was", AccessError):
            payout.with_user(self.user_finance).state = "released"
        with self._refused("kept as a record"):
            payout.unlink()
        self.user_advisor.group_ids |= self.env.ref(
            "aftersales.group_aftersales_finance"
        )
        own = payout.with_user(self.user_advisor)
        for step in (own.action_release, own.action_collect, own.action_cancel):
            with self._refused("is your own"):
                step()
        with self._refused("is your own"):
            own.note = "More"
        with self._refused("is your own"):
            own.line_ids = [Command.create({"name": "Gift", "amount": 99})]

    def test_each_sees_his_own_once_released(self):
        self._held(A=300, B=80)
        payouts = self._run(91)
        mine = self.Payout.with_user(self.user_technician)
        lines = self.env["aftersales.payout.line"].with_user(self.user_technician)
        self.assertFalse(mine.search([]))
        self._release(payouts)
        self.assertEqual(mine.search([]).amount_total, -80)
        Form(mine.search([]))
        self.assertEqual(lines._read_group([], [], ["amount:sum"]), [(-80,)])
        with self.assertRaises(AccessError):
            payouts.with_user(self.user_technician).mapped("amount_total")
        menu = self.env.ref("aftersales.menu_payout_own")
        visible = self.env["ir.ui.menu"].with_user(self.user_technician)
        self.assertIn(menu.id, visible.load_menus(False))
        self.assertEqual(len(self.Payout.with_user(self.user_hr).search([])), 2)
        with self.assertRaises(AccessError):
            payouts.with_user(self.user_hr).note = "Paid"
        employee = self.employees["A"].with_user(self.user_hr)
        self.assertEqual(employee.aftersales_payout_count, 1)
        found = employee.action_aftersales_payouts()
        self.assertEqual(self.Payout.search(found["domain"]).user_id, self.user_advisor)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_it(self):
        self._held(A=300, B=80)
        payouts = self._run(91)
        first, second = payouts
        line = first.line_ids
        self._release(first)
        for record, vals in (
            (first, {"month": JUNE}),
            (first, {"state": "draft"}),
            (first, {"note": "Later"}),
            (line, {"amount": -1}),
            (line, {"live": False}),
            (second, {"month": MAY + timedelta(days=1)}),
            (second, {"employee_id": first.employee_id.id}),
            (second, {"state": "released"}),
            (
                second,
                {
                    "state": "released",
                    "released_by_id": self.user_technician.id,
                    "released_for_id": self.user_technician.id,
                    "released_at": "2026-06-01",
                },
            ),
            (second, {"state": "cancelled"}),
            (second.line_ids, {"amount": 0}),
            (second.line_ids, {"res_model": False}),
        ):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                record.write(vals)
                self.env.flush_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            second.line_ids.copy()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            line.unlink()
        # A login that is linked later is no change of what was released.
        self.employees["A"].user_id = False
        self.env.flush_all()

    def test_wizard(self):
        self._held()
        with self._day(91):
            wizard = (
                self.env["aftersales.payout.collect"]
                .with_user(self.user_finance)
                .create({})
            )
            self.assertEqual(wizard.month, MAY)
            wizard.month = MAY + timedelta(days=14)
            found = self.Payout.search(wizard.action_collect()["domain"])
        self.assertEqual((found.month, found.amount_total), (MAY, -300))
        with self.assertRaises(AccessError):
            self.env["aftersales.payout.collect"].with_user(self.user_advisor).create(
                {}
            )

    def test_from_the_item_to_its_document(self):
        deduction = self._held()
        payout = self._run(91).with_user(self.user_finance)
        action = payout.line_ids.action_view_source()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (deduction._name, deduction.id)
        )
        back = deduction.with_user(self.user_finance).action_view_payout()
        self.assertEqual(back["res_id"], payout.id)
        slips = payout.action_print_slips()
        self.assertEqual(slips["report_name"], "aftersales.report_deduction")
        self.assertEqual(slips["context"]["active_ids"], deduction.ids)

    def test_no_query_for_each_item(self):
        """Ten times the people and items: about the same number of queries."""
        people = self.env["hr.employee"].create(
            [
                {"name": f"Person {number}", "company_id": self.company.id}
                for number in range(22)
            ]
        )

        counts = []
        for month, chosen in (
            (MAY, people[:2]),
            (MAY, people[:2]),
            (JUNE, people[2:]),
        ):
            items = {
                ("aftersales.deduction", 10**6 + own.id, "deduction", own.id): {
                    "kind": "deduction",
                    "name": own.name,
                    "amount": -1,
                    "res_model": "aftersales.deduction",
                    "res_id": 10**6 + own.id,
                }
                for own in chosen
            }
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            with patch.object(type(self.Payout), "_find_items", return_value=items):
                self.Payout._collect(self.company, month)
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[2], counts[0] + 10)

    def test_printed(self):
        self._held()
        payout = self._run(91)
        self._release(payout)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.user_advisor)
            ._render_qweb_html("aftersales.report_payout", payout.ids)[0]
            .decode()
        )
        for words in (payout.name, "2026-05", "Guarantee deduction", self.ticket.name):
            self.assertIn(words, html)
        self.assertRegex(html, "300.00")


@tagged("post_install", "-at_install")
class TestPayoutExport(PayoutCommon, HttpCase):
    """What payroll gets: a row for each employee and item (R-INC-10)."""

    def _sheet(self, payouts, login):
        self.env.flush_all()
        self.authenticate(login, login)
        answer = self.url_open(payouts.action_export()["url"])
        if answer.status_code != 200:
            return answer.status_code
        book = load_workbook(BytesIO(answer.content))
        return [[cell.value for cell in row] for row in book.active.rows]

    def test_spreadsheet(self):
        self._held(A=300, B=80)
        payouts = self._run(91)
        self.assertEqual(self._sheet(payouts, "technician"), 404)
        self._release(payouts)
        rows = self._sheet(payouts, "finance")
        self.assertEqual(len(rows), 4)
        self.assertEqual(
            {row[0]: row[6] for row in rows[1:3]},
            {self.employees["A"].name: -300, self.employees["B"].name: -80},
        )
        self.assertEqual(rows[3][6], -380)
        own = self._sheet(payouts, "technician")
        self.assertEqual([row[6] for row in own[1:]], [-80, -80])
