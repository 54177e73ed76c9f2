from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestReceivable(MoneyCommon):
    """What is open, by who owes it, who answers for it and how long (R-PAY-08)."""

    def _as_of(self, date):
        rows = self.Receivable._get_open(self.company, fields.Date.to_date(date))
        return round(sum(row["amount_residual"] for row in rows), 2)

    def test_partial_payment_and_guarantors(self):
        """Money settles first what nobody answers for, then all in proportion."""
        invoice = self._bill(
            (300.0, self.user_advisor),
            (100.0, self.user_manager),
            (50.0, self._nobody()),
        )
        self.assertEqual(
            self._open_by("guarantor_id"),
            {self.user_advisor: 300.0, self.user_manager: 100.0, self._nobody(): 50.0},
        )
        self._receive_money(invoice, 150.01)
        self.assertEqual(
            self._open_by("guarantor_id"),
            {self.user_advisor: 224.99, self.user_manager: 75.0},
        )
        self.assertEqual(sum(self._rows().mapped("amount_residual")), self._ledger())
        # Who nobody answers for is collected by the ticket's advisor (R-PAY-02).
        other = self._bill((20.0, self._nobody()))
        row = self._rows([("move_id", "=", other.id)])
        self.assertEqual(row.collector_id, self.ticket.advisor_id)

    def test_periods_and_the_forty_day_line(self):
        invoice = self._bill((100.0, self.user_advisor), date="2025-10-01")
        expected = {
            "2025-10-01": ("0", 0, False),
            "2025-10-02": ("1", 1, False),
            "2025-10-11": ("1", 10, False),
            "2025-10-12": ("2", 11, False),
            "2025-10-22": ("3", 21, False),
            "2025-11-10": ("3", 40, False),
            "2025-11-11": ("4", 41, True),
            "2025-12-31": ("5", 91, True),
        }
        for day, found in expected.items():
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                row = self._rows([("move_id", "=", invoice.id)])
                self.assertEqual(
                    (row.bucket, row.days_overdue, row.is_long_overdue), found
                )
        self.company.aftersales_overdue_days = 35
        labels = dict(self.Receivable.fields_get(["bucket"])["bucket"]["selection"])
        self.assertEqual(labels["3"], "21–35 days")

    def test_instalments_age_by_themselves(self):
        """Each instalment has its own day; the shares of both still add up."""
        invoice = self._bill(
            (100.01, self.user_advisor),
            (33.34, self.user_manager),
            invoice_payment_term_id=self.halves.id,
        )
        with freeze_time("2025-10-20 12:00:00"):
            rows = self._rows()
            self.assertEqual(len(rows), 4)
            self.assertEqual(set(rows.mapped("bucket")), {"0", "2"})
        self.assertEqual(
            self._open_by("guarantor_id"),
            {self.user_advisor: 100.01, self.user_manager: 33.34},
        )
        for item in rows.move_line_id:
            mine = rows.filtered(lambda row, item=item: row.move_line_id == item)
            self.assertAlmostEqual(
                sum(mine.mapped("amount_residual")), item.amount_residual
            )
        self._receive_money(invoice, 66.68)
        self.assertEqual(len(self._rows().move_line_id), 1)

    def test_credit_note_open_and_set_off(self):
        invoice = self._bill((300.0, self.user_advisor), (100.0, self.user_manager))
        refund = self._credit(invoice, 200.0)
        rows = self._rows([("move_id", "=", refund.id)])
        self.assertEqual(rows.kind, "refund")
        self.assertEqual(sum(self._rows().mapped("amount_residual")), 200.0)
        self._set_off(invoice, refund)
        self.assertEqual(
            self._open_by("guarantor_id"),
            {self.user_advisor: 100.0, self.user_manager: 100.0},
        )

    def test_money_no_invoice_has_used_up(self):
        """Advances count against the ticket; money of other business never does."""
        invoice = self._bill((100.0, self.user_advisor))
        payment = self._advance(30.0)
        row = self._rows([("kind", "=", "payment")])
        self.assertEqual((row.amount_residual, row.ticket_id), (-30.0, self.ticket))
        self._advance(45.0, aftersales_ticket_id=False)
        self.assertEqual(self._open_by("ticket_id"), {self.ticket: 70.0})
        self._set_off(invoice, payment.move_id)
        self.assertEqual(self._open_by("kind"), {"invoice": 70.0})
        # Undone, the money is open again and still known to be the ticket's.
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._open_by("kind"), {"invoice": 100.0, "payment": -30.0})

    def test_overpaid(self):
        """What comes in beyond an invoice is known to be its ticket's."""
        invoice = self._bill((100.0, self._nobody()))
        payment = self._receive_money(invoice, 120.0)
        self.assertEqual(payment.aftersales_ticket_id, self.ticket)
        self.assertEqual(self._open_by("kind"), {"payment": -20.0})

    def test_foreign_currency(self):
        invoice = self._bill(
            (70.0, self.user_advisor),
            (35.0, self.user_manager),
            currency_id=self.eur.id,
        )
        self._receive_money(invoice, 50.01)
        rows = self._rows()
        self.assertEqual(rows.currency_id, self.eur)
        self.assertAlmostEqual(sum(rows.mapped("amount_residual_currency")), 54.99)
        self.assertAlmostEqual(sum(rows.mapped("amount_residual")), self._ledger())
        self.assertEqual(rows.company_currency_id, self.company.currency_id)

    def test_as_of_a_date(self):
        """The end of a month can be told later (R-PAY-03)."""
        invoice = self._bill((100.0, self.user_advisor), date="2025-09-20")
        self._receive_money(invoice, 40.0, date="2025-10-05")
        self._credit(invoice, 10.0, date="2025-10-20")
        self._bill((7.0, self._nobody()), date="2025-10-25")
        for day in ("2025-09-19", "2025-09-30", "2025-10-05", "2025-10-31"):
            self.assertEqual(self._as_of(day), self._ledger(day), day)
        self.assertEqual(self._as_of("2025-09-30"), 100.0)
        self.assertEqual(self._as_of("2025-10-05"), 60.0)
        self._receive_money(invoice, 60.0, date="2025-11-03")
        [row] = self.Receivable._get_open(
            self.company, fields.Date.to_date("2025-10-10")
        )
        self.assertEqual(row["amount_residual"], 60.0)
        self.assertEqual(row["guarantor_id"], self.user_advisor.id)
        self.assertEqual((row["days_overdue"], row["bucket"]), (20, "2"))

    def test_dealers_stand_apart(self):
        level = self.env["aftersales.dealer.level"].create({"name": "Gold"})
        self.customer.aftersales_dealer_level_id = level
        self._bill((100.0, self._nobody()), partner_id=self.driver.id)
        row = self._rows([("is_dealer", "=", True)])
        self.assertEqual(row.dealer_level_id, level)
        self.assertEqual(row.commercial_partner_id, self.customer)

    def test_everybody_sees_what_he_answers_for(self):
        self._bill((100.0, self.user_technician), (50.0, self.user_manager))
        self.env.flush_all()
        seen = {
            role: sum(
                self.Receivable.with_user(self.users[role])
                .search([])
                .mapped("amount_residual")
            )
            for role in ("finance", "advisor", "technician", "parts_keeper")
        }
        self.assertEqual(
            seen,
            {"finance": 150, "advisor": 150, "technician": 100, "parts_keeper": 0},
        )

    def test_buttons_lead_to_the_books(self):
        invoice = self._bill((100.0, self.user_advisor), (50.0, self._nobody()))
        rows = self._rows().with_user(self.user_finance)
        items = self.env["account.move.line"].search(rows.action_view_items()["domain"])
        self.assertEqual(items.move_id, invoice)
        action = rows.action_register_payment()
        self.assertEqual(action["res_model"], "account.payment.register")

    def _told(self):
        self.env.invalidate_all()
        kind = self.env.ref("aftersales.activity_paid")
        return {
            activity.user_id: activity.summary
            for activity in self.ticket.activity_ids
            if activity.activity_type_id == kind
        }

    def test_told_at_once_when_money_comes(self):
        """Also in part, also who vouched for it; one reminder each (R-PAY-01)."""
        invoice = self._bill((300.0, self.user_technician))
        self.assertFalse(self._told())
        self._receive_money(invoice, 100.0)
        told = self._told()
        self.assertEqual(set(told), {self.user_technician, self.user_advisor})
        self.assertRegex(told[self.user_technician], f"{invoice.name}.*200.00")
        self._receive_money(invoice, 200.0)
        self.assertEqual(set(self._told().values()), {f"{invoice.name} is paid: go on"})
        kind = self.env.ref("aftersales.activity_paid")
        self.assertEqual(
            len(
                self.ticket.activity_ids.filtered_domain(
                    [("activity_type_id", "=", kind.id)]
                )
            ),
            2,
        )
        # A credit note brings no money.
        other = self._bill((50.0, self.user_manager))
        self._set_off(other, self._credit(other, 20.0))
        self.assertNotIn(self.user_manager, self._told())

    def test_turnover_and_arrears(self):
        """By day, week and month: billed, settled, open, overdue (R-PAY-11)."""
        invoice = self._bill((300.0, self._nobody()), date="2025-09-20")
        self._bill((70.0, self._nobody()), date="2025-10-05")
        self._receive_money(invoice, 100.0)
        self._credit(invoice, 20.0, date="2025-10-06")
        self.env.flush_all()
        report = self.env["aftersales.turnover.report"].with_user(self.user_finance)
        with freeze_time("2025-10-05 12:00:00"):
            found = report._read_group(
                [("company_id", "=", self.company.id)],
                ["date:month"],
                ["amount_billed:sum", "amount_open:sum", "amount_arrears:sum"],
            )
        self.assertEqual(
            [row[1:] for row in found], [(300.0, 200.0, 200.0), (50.0, 50.0, 0.0)]
        )
