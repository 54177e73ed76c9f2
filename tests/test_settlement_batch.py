from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_settlement import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementBatch(SettlementCommon):
    """Dealers are invoiced at the end of their cycle (R-PAY-09)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.customer.with_company(cls.company).aftersales_settlement_cycle = "month"
        begin = fields.Date.today().replace(day=1)
        cls.begin, cls.next = begin, begin + relativedelta(months=1)
        cls.end = cls.next - relativedelta(days=1)
        cls.Batch = cls.env["aftersales.settlement.batch"]

    def _done(self, **vals):
        """Return a ticket of the dealer on site, done and handed over on account."""
        ticket = self._diagnosed(service_mode="onsite", **vals)
        self._line(ticket, self.labour)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        technical = self._as("technician", ticket)
        technical.write({"visit_confirmed_by": "Mr Zhao", "is_packed": True})
        technical.action_set_out()
        technical.action_arrive()
        technical.action_start()
        technical.correction = "Replaced"
        technical.line_ids.action_done()
        self._finish_work(ticket)
        self._site_record(ticket)
        self._as("advisor", ticket).action_deliver()
        return ticket.sudo()

    def _run(self, day=None):
        day = day or self.next
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_settlement_batch").method_direct_trigger()
        self.env.invalidate_all()
        return self.Batch.search([("company_id", "=", self.company.id)])

    def test_cycle_is_invoiced_once(self):
        """Two tickets on account: an invoice each, one sheet, nothing twice."""
        first, second = self._done(), self._done()
        self.assertFalse(first.invoice_ids)
        batch = self._run()
        self.assertEqual(batch.partner_id, self.customer)
        self.assertEqual((batch.state, batch.problem), ("invoiced", False))
        self.assertEqual((batch.date_from, batch.date_to), (self.begin, self.end))
        moves = first.invoice_ids | second.invoice_ids
        self.assertEqual(len(moves), 2)
        self.assertEqual(batch.move_ids, moves)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(set(moves.mapped("invoice_date")), {self.end})
        self.assertEqual(batch.amount_total, sum(moves.mapped("amount_total")))
        self.assertEqual(self._run(self.next + relativedelta(days=1)), batch)
        self.assertEqual(first.invoice_ids | second.invoice_ids, moves)
        self.assertFalse(self._run(self.next + relativedelta(months=1)) - batch)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                batch.sudo().copy(
                    {
                        "partner_id": self.customer.id,
                        "company_id": self.company.id,
                        "cycle": "month",
                        "date_from": batch.date_from,
                        "date_to": batch.date_to,
                        "date_invoice": batch.date_to,
                    }
                )
                self.env.flush_all()

    def test_a_cycle_ends_at_midnight_of_the_place(self):
        """What was done in the first hour of the next month is of the next cycle."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        last, first = self._done(), self._done()
        last.ready_at = datetime.combine(self.end, time(15, 30))
        first.ready_at = datetime.combine(self.end, time(16, 30))
        batch = self._run()
        self.assertTrue(last.invoice_ids)
        self.assertFalse(first.invoice_ids)
        later = self._run(self.next + relativedelta(months=1)) - batch
        self.assertEqual(later.move_ids, first.invoice_ids)

    def test_billed_by_order_meanwhile_is_on_the_sheet(self):
        ticket = self._done()
        self._as("finance", ticket).action_invoice()
        invoice = ticket.invoice_ids
        self._pay(invoice)
        batch = self._run()
        self.assertEqual(batch.move_ids, invoice)
        self.assertFalse(batch.amount_residual)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales.report_settlement_batch", batch.ids)[0]
            .decode()
        )
        self.assertIn(invoice.name, html)
        self.assertIn(ticket.name, html)

    def test_quarter_and_order(self):
        self.customer.with_company(self.company).aftersales_settlement_cycle = "quarter"
        self._done()
        months = 3 - (self.begin.month - 1) % 3
        after = self.begin + relativedelta(months=months)
        # In the quarter itself only the last one is looked at.
        self.assertFalse(self._run(after - relativedelta(days=1)))
        batch = self._run(after)
        self.assertEqual(
            (batch.date_from, batch.date_to),
            (after - relativedelta(months=3), after - relativedelta(days=1)),
        )
        self.assertTrue(batch.move_ids)

    def test_each_order_is_nobodys_cycle(self):
        partner = self.customer.with_company(self.company)
        ticket = self._done()
        partner.aftersales_settlement_cycle = "order"
        self.assertFalse(self._run())
        self.assertFalse(ticket.invoice_ids)

    def test_books_closed_for_good_are_told(self):
        ticket = self._done()
        self.company.hard_lock_date = self.end
        batch = self._run()
        self.assertEqual(batch.state, "draft")
        self.assertIn(
            f"{ticket.name}: The books are closed until {self.end}", batch.problem
        )
        self.assertIn(batch.name, batch.problem)
        self.assertFalse(ticket.invoice_ids)

    def test_closed_books_are_told(self):
        ticket = self._done()
        self.company.fiscalyear_lock_date = self.end
        batch = self._run()
        self.assertEqual(batch.state, "draft")
        self.assertIn(f"{ticket.name}: The books are closed until", batch.problem)
        self.assertFalse(ticket.invoice_ids)
        own = batch.with_user(self.user_finance)
        own.date_invoice = self.next
        own.action_invoice()
        self.assertEqual((batch.state, batch.problem), ("invoiced", False))
        self.assertEqual(ticket.invoice_ids.invoice_date, self.next)
        self.assertEqual(batch.invoiced_by_id, self.user_finance)
        with self.assertRaisesRegex(UserError, "is already"):
            own.action_invoice()
        with self.assertRaises(AccessError):
            own.state = "draft"
        with self.assertRaises(AccessError):
            own.date_to = "2030-12-31"

    def test_wizard(self):
        ticket = self._done()
        Run = self.env["aftersales.settlement.run"].with_user(self.user_finance)
        with freeze_time(f"{self.next} 04:00:00"):
            with Form(Run) as form:
                form.date = self.next
                self.assertEqual(form.date_from, self.next)
            with self.assertRaisesRegex(UserError, "invoice it afterwards"):
                form.record.action_run()
            with Form(Run) as form:
                self.assertEqual(form.date_from, self.begin)
            action = form.record.action_run()
            batch = self.Batch.browse(action["res_id"])
            self.assertEqual(batch.move_ids, ticket.invoice_ids)
            self.assertTrue(batch.move_ids)
        with self.assertRaises(AccessError):
            Run.with_user(self.user_advisor).create({})

    def test_terms_of_the_card_come_first(self):
        """His card, then the cycle, then the policy, then at handover (R-PAY-09)."""
        partner = self.customer.with_company(self.company)
        ticket = self._ticket().sudo()
        ticket.policy_id = self.env["aftersales.policy"].create(
            {"name": "Advance", "payment_rule": "prepaid"}
        )
        self.assertEqual(ticket._get_payment_rule(), "account")
        partner.aftersales_payment_rule = "handover"
        self.assertEqual(ticket._get_payment_rule(), "handover")
        partner.write(
            {"aftersales_payment_rule": False, "aftersales_settlement_cycle": "order"}
        )
        self.assertEqual(ticket._get_payment_rule(), "prepaid")
        ticket.policy_id = False
        self.assertEqual(ticket._get_payment_rule(), "handover")

    def test_prepaid(self):
        """Who pays in advance is asked for all of it, and nobody vouches for him."""
        partner = self.customer.with_company(self.company)
        partner.aftersales_payment_rule = "prepaid"
        ticket = self._diagnosed()
        self._line(ticket, self.labour)
        ticket.action_quote()
        order = self._order(ticket)
        self.assertTrue(order.require_payment)
        self.assertEqual(order.prepayment_percent, 1.0)
        with self.assertRaisesRegex(UserError, "pays in advance"):
            self._as("advisor", ticket).action_vouch_credit()
        self._as("manager", ticket).action_vouch_credit()
