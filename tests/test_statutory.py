from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import AftersalesCommon

SOLD = date(2024, 1, 10)


@tagged("post_install", "-at_install")
class TestStatutory(AftersalesCommon):
    """What the law counts for household vehicles (R-BEY-04)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle.write(
            {
                "is_household": True,
                "sale_date": SOLD,
                "delivery_date": SOLD,
                "purchase_price": 100_000,
            }
        )
        cls.brakes = cls.env["aftersales.fault.code"].create(
            {"name": "Brakes fail", "code": "BRK-X", "is_severe": True}
        )
        cls.noise = cls.env["aftersales.fault.code"].create(
            {"name": "Noise", "code": "NSE-X"}
        )
        cls.motor.product_tmpl_id.aftersales_main_assembly = "motor"
        cls.mirror.product_tmpl_id.aftersales_main_part = True

    def _repair(self, day, fault=None, part=None, days=1, km=1000, **vals):
        """Return a finished repair under warranty that fits ``part``.

        The steps before are not played: only what is left of them is counted.
        """
        start = datetime.combine(day, datetime.min.time()) + timedelta(hours=4)
        ticket = self._ticket(
            reported_at=start,
            fault_code_ids=[Command.set(fault.ids)] if fault else False,
            odometer=km,
            **vals,
        ).sudo()
        self._line(ticket, part or self.labour, payer="warranty").sudo().write(
            {"approval": "approved"}
        )
        if part:
            self._fit(ticket.line_ids)
        ticket._write(
            {
                "state": "delivered",
                "arrived_at": start,
                "ready_at": start + timedelta(days=days),
            }
        )
        ticket.invalidate_recordset()
        self.vehicle._recount_statutory()
        return ticket

    def _fit(self, line):
        """Let the part of ``line`` leave the shelf for the vehicle."""
        warehouse = self.warehouse
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.aftersales_issue_type_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": self.company._get_aftersales_location(
                    "warranty"
                ).id,
                "aftersales_ticket_id": line.ticket_id.id,
            }
        )
        move = self.env["stock.move"].create(
            {
                "product_id": line.product_id.id,
                "product_uom_qty": 1,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                "aftersales_line_id": line.id,
            }
        )
        # Only what was fitted counts here; how it is released is tested elsewhere.
        self.env.flush_all()
        move._write({"state": "done", "quantity": 1})
        self.env.invalidate_all()

    def _counter(self, kind):
        return self.vehicle.statutory_counter_ids.filtered(
            lambda counter: counter.kind == kind
        )

    def _after(self, days):
        return SOLD + timedelta(days=days)

    # -- The limits, one by one --------------------------------------------------------

    def test_nothing_counts_for_a_business_vehicle(self):
        self._repair(self._after(3), part=self.motor)
        self.assertEqual(self.vehicle.statutory_state, "due")
        self.vehicle.is_household = False
        self.assertFalse(self.vehicle.statutory_counter_ids)
        self.assertFalse(self.vehicle.statutory_state)

    def test_assembly_within_seven_days(self):
        self._repair(self._after(7), part=self.motor)
        self.assertEqual(self._counter("early_assembly").state, "due")

    def test_reached_limit_opens_return_or_exchange(self):
        """R-CMP-21: the ticket is one for the vehicle, and says what was counted."""
        self._repair(self._after(8), part=self.motor)
        watched = self._counter("assembly").with_user(self.user_advisor)
        with self.assert_refused(UserError, "The law asks for nothing yet"):
            watched.action_open_exchange()
        self._repair(self._after(20), part=self.motor)
        action = watched.action_open_exchange()
        Ticket = self.env["aftersales.ticket"].with_user(self.user_advisor)
        form = Form(Ticket.with_context(**action["context"]))
        ticket = form.save()
        self.assertEqual(ticket.ticket_type, "exchange")
        self.assertEqual(ticket.vehicle_id, self.vehicle)
        self.assertIn(watched.rule_id.name, ticket.complaint)

    def test_assembly_on_the_eighth_day(self):
        self._repair(self._after(8), part=self.motor)
        self.assertFalse(self._counter("early_assembly"))
        self.assertEqual(self._counter("assembly").state, "watch")

    def test_severe_fault_within_sixty_days_and_3000_km(self):
        self._repair(self._after(60), fault=self.brakes, km=3000)
        self.assertEqual(self._counter("early_severe").state, "due")

    def test_severe_fault_too_late_or_too_far(self):
        self._repair(self._after(50), fault=self.brakes, km=3001)
        self._repair(self._after(61), fault=self.brakes, km=3001)
        self.vehicle.reading_ids.unlink()
        self._repair(self._after(61), fault=self.brakes, km=0)
        self.assertFalse(self._counter("early_severe"))

    def test_two_unsuccessful_repairs_of_severe_faults(self):
        self._repair(self._after(100), fault=self.brakes)
        self.assertFalse(self._counter("safety_repair"))
        self._repair(self._after(120), fault=self.brakes, km=2000)
        self.assertEqual(self._counter("safety_repair").state, "watch")
        self._repair(self._after(140), fault=self.brakes, km=3000)
        self.assertEqual(self._counter("safety_repair").state, "due")
        self.assertEqual(len(self._counter("safety_repair").ticket_ids), 3)

    def test_main_part_replaced_twice(self):
        self._repair(self._after(100), part=self.mirror)
        self.assertEqual(self._counter("part").state, "watch")
        self._repair(self._after(120), part=self.mirror, km=2000)
        counter = self._counter("part")
        self.assertEqual((counter.state, counter.value), ("due", 2))
        self.assertIn("Mirror", counter.subject)

    def test_days_of_repair(self):
        self._repair(self._after(100), days=20)
        counter = self._counter("repair_days")
        self.assertEqual((counter.value, counter.state), (20, "watch"))
        self._repair(self._after(150), days=9.5, km=2000)
        self.assertEqual((counter.value, counter.state), (30, "watch"))
        self._repair(self._after(180), days=0.1, km=3000)
        self.assertEqual((counter.value, counter.state), (31, "due"))

    def test_one_repair_of_more_than_five_days(self):
        ticket = self._repair(self._after(100), days=5)
        counter = self._counter("long_repair")
        self.assertEqual((counter.subject, counter.state), (ticket.name, "watch"))
        self._repair(self._after(130), days=5.2, km=2000)
        self.assertEqual(self._counter("long_repair").mapped("state").count("due"), 1)

    def test_same_fault_more_than_four_times(self):
        for number in range(1, 5):
            self._repair(self._after(30 * number), fault=self.noise, km=number * 900)
        counter = self._counter("same_fault")
        self.assertEqual((counter.value, counter.state), (4, "watch"))
        self._repair(self._after(170), fault=self.noise, km=5000)
        self.assertEqual((counter.value, counter.state), (5, "due"))
        self.assertEqual(self.vehicle.statutory_state, "due")

    def test_after_validity_nothing_is_added(self):
        self._repair(date(2026, 1, 9), fault=self.noise, km=50_000)
        self.assertEqual(self._counter("same_fault").value, 1)
        self._repair(date(2026, 1, 10), fault=self.noise, km=50_001)
        self._repair(date(2026, 1, 11), fault=self.noise, km=50_001)
        self.assertEqual(self._counter("same_fault").value, 1)

    def test_own_doing_does_not_count(self):
        ticket = self._repair(self._after(100), fault=self.noise)
        self.assertTrue(self._counter("same_fault"))
        ticket.line_ids._write({"human_caused": True})
        ticket.line_ids.invalidate_recordset()
        self.vehicle._recount_statutory()
        self.assertFalse(self._counter("same_fault"))

    # -- Rules, warning, money ---------------------------------------------------------

    def test_own_rule_replaces_the_shared_one(self):
        self.env["aftersales.statutory.rule"].create(
            {
                "name": "Ours",
                "kind": "same_fault",
                "limit": 2,
                "company_id": self.company.id,
            }
        )
        self._repair(self._after(30), fault=self.noise)
        self._repair(self._after(60), fault=self.noise, km=2000)
        counter = self._counter("same_fault")
        self.assertEqual((counter.rule_id.name, counter.state), ("Ours", "due"))

    def test_sold_before_the_law(self):
        self.vehicle.sale_date = date(2021, 12, 31)
        self._repair(self._after(30), fault=self.noise)
        self.assertFalse(self.vehicle.statutory_counter_ids)

    def test_manager_is_called_once_for_each_step(self):
        def calls():
            return self.vehicle.activity_ids.filtered(
                lambda activity: "Main assembly replaced twice" in activity.summary
            )

        self._repair(self._after(100), part=self.motor)
        self.assertEqual(len(calls()), 1)
        self.vehicle._recount_statutory()
        self.assertEqual(len(calls()), 1)
        self._repair(self._after(120), part=self.motor, km=2000)
        self.assertEqual(len(calls()), 2)
        self.assertIn("less the deduction for use", calls()[-1].note)

    def test_deduction_for_use(self):
        self.env["aftersales.vehicle.reading"].create(
            {
                "vehicle_id": self.vehicle.id,
                "date": fields.Datetime.now(),
                "value": 12_000,
            }
        )
        self.assertEqual(self.vehicle.odometer, 12_000)
        self.assertEqual(self.vehicle.use_deduction, 6_000, "0.5 % for each 1,000 km")

    def test_days_grow_while_it_stands(self):
        sold = fields.Date.today() - timedelta(days=100)
        self.vehicle.write({"sale_date": sold, "delivery_date": sold})
        ticket = self._repair(fields.Date.today() - timedelta(days=9), days=1)
        ticket._write({"ready_at": None, "state": "in_progress"})
        ticket.invalidate_recordset()
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.ir_cron_statutory").method_direct_trigger()
        self.assertGreaterEqual(self._counter("repair_days").value, 9)

    def test_sheet_shows_each_counted_repair(self):
        ticket = self._repair(self._after(3), part=self.motor, fault=self.noise)
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_statutory", self.vehicle.ids
        )
        text = html.decode()
        for word in (
            ticket.name,
            "Drive motor",
            "Main assembly replaced within 7 days",
        ):
            self.assertIn(word, text)

    def test_ticket_warns(self):
        self._repair(self._after(3), part=self.motor)
        self.assertEqual(self._ticket().statutory_state, "due")
