from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_billing import BillingCommon


@tagged("post_install", "-at_install")
class TestEstimateDeferred(BillingCommon):
    """Deferred work returns on the next visit at its price (R-BEY-07)."""

    def setUp(self):
        super().setUp()
        ticket = self._diagnosed()
        self.pads = self._line(ticket, self.brake_pads, quantity=2, discount=10)
        self._line(ticket, self.labour)
        ticket.action_quote()
        self.pads._answer("defer")
        ticket._approve("Mr Zhao", "phone")
        self.brake_pads.list_price = 250

    def _returned(self, **vals):
        visit = self._ticket(**vals)
        self.assertEqual(visit.deferred_line_ids, self.pads)
        visit.action_take_over_deferred()
        return visit, visit.line_ids

    def test_at_its_price(self):
        visit, line = self._returned()
        self.assertEqual((line.product_id, line.quantity), (self.brake_pads, 2))
        self.assertEqual((line.price_unit, line.discount), (180, 10))
        self.assertTrue(line.is_price_held)
        self.assertEqual(line.deferred_from_id, self.pads)
        self.assertEqual((line.approval, line.origin), ("proposed", "first"))
        self.assertFalse(visit.deferred_line_ids, "it is there now")
        with self.assertRaisesRegex(UserError, "was put off"):
            visit.action_take_over_deferred()
        # The price stands, whatever makes Odoo compute it anew.
        self.env.add_to_compute(line._fields["price_unit"], line)
        self.assertEqual(line.price_unit, 180)

    def test_price_has_run_out(self):
        self.pads.sudo().deferred_until = fields.Date.today() - timedelta(days=1)
        __, line = self._returned()
        self.assertEqual(line.price_unit, 250)
        self.assertFalse(line.is_price_held)

    def test_on_the_last_day(self):
        self.pads.sudo().deferred_until = fields.Date.context_today(self.pads)
        __, line = self._returned()
        self.assertEqual(line.price_unit, 180)

    def test_another_customer_gets_no_old_price(self):
        __, line = self._returned(partner_id=self.insurer.id)
        self.assertEqual(line.price_unit, 250)

    def test_taken_over_once(self):
        visit, line = self._returned()
        second = self._ticket()
        self.assertFalse(second.deferred_line_ids)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            line.sudo().copy({"ticket_id": second.id, "deferred_from_id": self.pads.id})
        line.unlink()
        second.invalidate_recordset()
        self.assertEqual(second.deferred_line_ids, self.pads, "free again")

    def test_cancelled_visit_sets_it_free(self):
        visit, __ = self._returned()
        visit.action_cancel("Customer left")
        self.assertEqual(self._ticket().deferred_line_ids, self.pads)

    def test_recommendation_is_done_with_it(self):
        first = self.pads.ticket_id
        first._set_state("delivered")
        open_work = self.vehicle.recommendation_ids
        self.assertEqual(open_work.product_id, self.brake_pads)
        visit, line = self._returned()
        line._approve("Mr Zhao", "Phone")
        visit._set_state("delivered")
        self.assertEqual(open_work.state, "done")

    def test_link_is_not_made_by_hand(self):
        with self.assertRaises(AccessError):
            self._line(self._ticket(), self.mirror, deferred_from_id=self.pads.id)

    def test_report_of_value_and_recovery(self):
        def rows():
            self.env.flush_all()
            self.env.invalidate_all()
            return self._as("advisor", self.env["aftersales.refusal.report"]).search(
                [("ticket_id", "=", self.pads.ticket_id.id)]
            )

        row = rows()
        self.assertEqual((row.answer, row.outcome), ("deferred", "open"))
        self.assertEqual((row.amount, row.amount_open), (324, 324))
        self.assertEqual(row.recovery, 0)
        self.pads.sudo().deferred_until = fields.Date.today() - timedelta(days=1)
        self.assertEqual(rows().outcome, "expired")
        self.pads.sudo().deferred_until = fields.Date.today()
        visit, line = self._returned()
        self.assertEqual(rows().outcome, "quoted")
        line._approve("Mr Zhao", "Phone")
        row = rows()
        self.assertEqual(row.outcome, "recovered")
        self.assertEqual((row.amount_recovered, row.amount_open), (324, 0))
        self.assertEqual((row.recovery, row.returned_ticket_id), (100, visit))

    def test_other_vehicles_know_nothing(self):
        other = self.env["aftersales.vehicle"].create(
            {
                "serial_number": "X1",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
            }
        )
        self.assertFalse(self._ticket(vehicle_id=other.id).deferred_line_ids)

    def test_returned_work_is_answered_where_it_is(self):
        self._returned()
        with self.assertRaisesRegex(UserError, "answer it there"):
            self.pads._propose_again()
