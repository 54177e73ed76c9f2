from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_prices import PriceCommon
from .report_common import ReportCommon

CHECK = "odoo.addons.aftersales.models.aftersales_stock_check"


@tagged("post_install", "-at_install")
class TestStockPlan(ReportCommon, PriceCommon, HttpCase):
    """How much is kept, how old it is, how often it turns over (R-STK-01..03)."""

    _report_role = "finance"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nothing of other tests' parts counts.
        others = (
            cls.env["product.template"].search([("aftersales_is_part", "=", True)])
            - (cls.motor | cls.brake_pads | cls.bolt).product_tmpl_id
        )
        others.aftersales_is_part = False
        cls.now = fields.Datetime.now()

    def _move(self, product, quantity, source, destination, days=0):
        """Move ``quantity``, ``days`` ago."""
        picking_type = (
            self.warehouse.in_type_id
            if source.usage == "supplier"
            else self.warehouse.out_type_id
        )
        slip = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
            }
        )
        move = self.env["stock.move"].create(
            {
                "picking_id": slip.id,
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": destination.id,
            }
        )
        slip.action_confirm()
        move.write({"quantity": quantity, "picked": True})
        slip._action_done()
        self.assertEqual(move.state, "done")
        move.move_line_ids.date = self.now - timedelta(days=days)
        self.env.flush_all()
        return move

    def _use(self, product, quantity, days=0):
        customers = self.env.ref("stock.stock_location_customers")
        stock = self.warehouse.lot_stock_id
        return self._move(product, quantity, stock, customers, days)

    def _receive_parts(self, product, quantity, days=0):
        suppliers = self.env.ref("stock.stock_location_suppliers")
        stock = self.warehouse.lot_stock_id
        return self._move(product, quantity, suppliers, stock, days)

    def _plan(self, **vals):
        return (
            self.env["aftersales.reserve.plan"]
            .with_user(self.user_parts_keeper)
            .create({"warehouse_id": self.warehouse.id, **vals})
        )

    # -- Demand -----------------------------------------------------------------------

    def test_demand_is_what_was_used_less_what_came_back(self):
        ticket = self._approved((self.brake_pads, {"payer": "internal", "quantity": 4}))
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        back = self._transfer(ticket, "return", {self.brake_pads: 1})
        self._issue(back)
        self._use(self.brake_pads, 2)
        rows = self.env["aftersales.part.demand"].search(
            [("product_id", "=", self.brake_pads.id)]
        )
        self.assertEqual(sorted(rows.mapped("quantity")), [-1, 2, 4])
        self.assertEqual(sum(rows.mapped("cost")), 5 * 90)
        self.assertEqual(rows.ticket_id, ticket)

    # -- The plan ---------------------------------------------------------------------

    def test_plan_from_history_becomes_reordering_rules(self):
        for days in (10, 40, 70):
            self._use(self.brake_pads, 4, days)
        self._use(self.motor, 1, 20)
        plan = self._plan(months=6)
        plan.action_compute()
        lines = {line.product_id: line for line in plan.line_ids}
        pads = lines[self.brake_pads]
        self.assertEqual((pads.used, pads.months_used, pads.monthly), (12, 3, 2))
        self.assertEqual((pads.plan_min, pads.plan_max), (1, 4), "15 and 60 days")
        self.assertEqual(pads.on_hand, 8)
        self.assertEqual(pads.surplus, 4)
        self.assertEqual(lines[self.motor].plan_max, 0, "once: ordered when needed")
        self.assertNotIn(self.bolt, lines)
        pads.plan_max = 5
        plan.action_apply()
        rule = self.env["stock.warehouse.orderpoint"].search(
            [("product_id", "in", (self.brake_pads | self.motor).ids)]
        )
        self.assertEqual(rule.product_id, self.brake_pads)
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (1, 5))
        self.assertEqual(rule.location_id, self.warehouse.lot_stock_id)
        self.assertEqual(plan.applied_by_id, self.user_parts_keeper)
        with self._refused("is already: Applied"):
            pads.plan_max = 50
        with self._refused("is already: Applied"):
            plan.action_compute()
        # The next plan changes the same rule; what is used no more is kept no more.
        with freeze_time(self.now + timedelta(days=400)):
            later = self._plan(months=6)
            later.action_compute()
            later.action_apply()
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (0, 0))

    def test_who_plans(self):
        with self.assertRaises(AccessError):
            self._plan().with_user(self.user_technician).action_compute()
        plan = self._plan()
        with self._refused("by its button", AccessError):
            plan.state = "applied"
        with self._refused("is empty"):
            plan.action_apply()
        with self.assertRaises(AccessError):
            plan.with_user(self.user_finance).action_compute()

    def test_plan_pdf(self):
        for days in (10, 40):
            self._use(self.brake_pads, 4, days)
        plan = self._plan()
        plan.action_compute()
        plan.action_apply()
        text = self._text("report_reserve_plan", plan)
        self.assertWords(
            text, "Parts Reserve Plan", plan.name, "Brake pads", "Parts Keeper"
        )

    # -- Age --------------------------------------------------------------------------

    def _age(self, product):
        self.env.invalidate_all()
        rows = self.env["aftersales.stock.age"].search(
            [("product_id", "=", product.id)]
        )
        return [(row.bucket, row.quantity, row.is_young) for row in rows]

    def test_what_came_in_last_is_what_lies_there(self):
        quants = self.bolt.stock_quant_ids.filtered(lambda q: q.quantity > 0)
        quants.in_date = self.now - timedelta(days=500)
        self.env.flush_all()
        self.assertEqual(self._age(self.bolt), [("99", 20, False)])
        self._receive_parts(self.bolt, 10, 130)
        self._receive_parts(self.bolt, 5, 20)
        self.assertEqual(
            self._age(self.bolt),
            [("99", 20, False), ("6", 10, False), ("1", 5, True)],
        )
        self._use(self.bolt, 22)
        self.assertEqual(self._age(self.bolt), [("6", 8, False), ("1", 5, True)])
        self._use(self.bolt, 9)
        self.assertEqual(self._age(self.bolt), [("1", 4, True)])
        # Unused parts that come back are not new.
        self.company.aftersales_stock_age_months = 1
        with freeze_time(self.now + timedelta(days=40)):
            self.assertEqual(self._age(self.bolt), [("3", 4, False)])

    def test_parts_on_loan_and_old_parts_do_not_count(self):
        before = self.company._get_aftersales_age_rate()
        custody = self.company._get_aftersales_location("custody")
        zone = self.company._get_aftersales_location("old_part")
        for place in (custody, zone):
            self.env["stock.quant"]._update_available_quantity(self.motor, place, 7)
        self.assertEqual(self.company._get_aftersales_age_rate(), before)
        self.assertEqual(before[0], 20 * 800 + 20 * 90 + 20 * 4)

    def _run_cron(self):
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.ir_cron_stock_check").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["aftersales.stock.check"].search(
            [("company_id", "=", self.company.id)]
        )

    def test_the_parts_keeper_is_called_once_a_month(self):
        quants = self.motor.stock_quant_ids.filtered(lambda q: q.quantity > 0)
        quants.in_date = self.now - timedelta(days=200)
        check = self._run_cron()
        young = 20 * 90 + 20 * 4
        self.assertEqual(check.value, young + 16000)
        self.assertAlmostEqual(check.rate, young / check.value * 100, places=1)
        self.assertTrue(check.is_below)
        self.assertEqual(len(check.activity_ids), 1)
        self.assertIn("80 %", check.activity_ids.note)
        self.assertEqual(self._run_cron(), check, "once a month")
        self.assertEqual(len(check.activity_ids), 1)
        self.company.aftersales_stock_age_share = 5
        with freeze_time(self.now + timedelta(days=32)):
            newer = self._run_cron() - check
        self.assertFalse(newer.is_below)
        self.assertFalse(newer.activity_ids)

    def test_one_company_that_fails_does_not_stop_the_others(self):
        other = self.env["res.company"].create({"name": "Other Station"})
        model = type(self.env["aftersales.stock.check"])
        real = model._check_company_stock

        def fail(records, company, today, month):
            if company == other:
                raise ValueError("broken")
            return real(records, company, today, month)

        with patch.object(model, "_check_company_stock", fail), mute_logger(CHECK):
            self.assertTrue(self._run_cron())
        checks = self.env["aftersales.stock.check"]
        self.assertFalse(checks.search([("company_id", "=", other.id)]))
        self._run_cron()
        self.assertTrue(checks.search([("company_id", "=", other.id)]))

    # -- Turnover ---------------------------------------------------------------------

    def test_turnover(self):
        self._use(self.motor, 10, 30)
        rows = self.env["aftersales.part.turnover"].with_user(self.user_finance)
        motor = rows.search([("product_id", "=", self.motor.id)])
        self.assertEqual((motor.quantity, motor.used), (10, 10))
        self.assertEqual((motor.value, motor.used_cost), (8000, 8000))
        self.assertEqual((motor.turnover, motor.cover_days), (1, 365))
        self.assertFalse(motor.is_idle)
        bolt = rows.search([("product_id", "=", self.bolt.id)])
        self.assertTrue(bolt.is_idle)
        self.assertFalse(bolt.last_used)
