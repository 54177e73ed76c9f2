from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_prices import PriceCommon


@tagged("post_install", "-at_install")
class TestPriceRun(PriceCommon):
    """Prices are found, laid before Finance, and published with a date."""

    def _prices(self, run):
        return {line.product_id: line.price for line in run.line_ids}

    # -- The double rule --------------------------------------------------------------

    def test_all_parts_cost_twice_the_product(self):
        run = self._run()
        self.assertEqual(run.product_price, 1700)
        run.action_find_prices()
        self.assertFalse(run.problem)
        prices = self._prices(run)
        self.assertEqual(prices[self.brake_pads], 90, "wearing part: at cost")
        self.assertEqual(prices[self.bolt], 4.2, "standard part: cost and 5 %")
        self.assertEqual(prices[self.bms], 0, "protected: no price")
        # 3400 - 4 x 90 - 20 x 4.20 = 2956 over 800 + 2 x 200 of cost
        self.assertAlmostEqual(prices[self.motor], 2956 / 1200 * 800, delta=0.02)
        self.assertAlmostEqual(prices[self.pump], 2956 / 1200 * 200, delta=0.02)
        self.assertEqual(run.total, 3400)
        self.assertEqual(run.difference, 0)
        self.assertEqual(run.core_cost, 400)
        guide = {line.product_id: line.guide_price for line in run.line_ids}
        self.assertEqual(guide[self.brake_pads], 90)
        self.assertAlmostEqual(guide[self.motor], prices[self.motor] * 1.25, 2)

    def test_numbers_are_settings(self):
        self.company.aftersales_price_factor = 3
        self.company.aftersales_standard_margin = 10
        run = self._run()
        run.action_find_prices()
        self.assertEqual(run.total, 5100)
        self.assertEqual(self._prices(run)[self.bolt], 4.4)

    def test_impossible_and_why(self):
        run = self._run(product_price=0)
        run.action_find_prices()
        self.assertIn("no settlement price", run.problem)
        run.product_price = 200
        run.action_find_prices()
        self.assertRegex(run.problem, r"Wearing, standard and held parts alone")
        self.assertIn("444", run.problem)
        self.assertIn("400.00 carry no price", run.problem)
        run.product_price = 500
        run.action_find_prices()
        self.assertIn("would be sold below cost", run.problem)
        self.assertIn("1,644.00", run.problem)
        with self._refused("would be sold below cost"):
            run.action_propose()
        self.pump.standard_price = 0
        run.product_price = 1700
        run.action_find_prices()
        self.assertIn("Coolant pump", run.problem)
        (self.motor | self.pump).aftersales_part_class = "wear"
        run.action_find_prices()
        self.assertIn("No part is left that could", run.problem)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                run.sudo().state = "proposed"
                run.flush_recordset()

    def test_a_held_price_stays(self):
        run = self._run()
        run.action_find_prices()
        pump = run.line_ids.filtered(lambda line: line.product_id == self.pump)
        pump.write({"is_held": True, "price": 300, "guide_price": 333})
        run.action_find_prices()
        self.assertEqual((pump.price, pump.guide_price), (300, 333))
        self.assertEqual(self._prices(run)[self.motor], 2356)
        self.assertEqual(run.total, 3400)

    # -- Publication ------------------------------------------------------------------

    def test_finance_publishes_from_a_day_on(self):
        run = self._run()
        run.action_find_prices()
        with self._refused("belongs to Finance", AccessError):
            run.action_publish()
        run.action_propose()
        run.with_user(self.user_finance).action_publish()
        settlement = self.company.aftersales_settlement_pricelist_id
        guide = self.company.aftersales_guide_pricelist_id
        after = fields.Datetime.to_datetime(self.day) + timedelta(days=1)
        for pricelist, price in ((settlement, "price"), (guide, "guide_price")):
            for line in run.line_ids - run.line_ids.filtered(
                lambda line: line.basis == "core"
            ):
                self.assertEqual(
                    pricelist._get_product_price(line.product_id, 1, date=after),
                    line[price],
                )
            self.assertEqual(
                pricelist._get_product_price(self.motor, 1), 1200, "not yet"
            )
            self.assertNotIn(self.bms, pricelist.item_ids.product_id)
        self.assertEqual(run.published_by_id, self.user_finance)

    def test_nobody_publishes_what_he_proposed(self):
        run = self._run()
        run.with_user(self.user_manager).action_find_prices()
        run.with_user(self.user_manager).action_propose()
        with self._refused("you proposed these prices yourself"):
            run.with_user(self.user_manager).action_publish()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                run.sudo().published_by_id = self.user_manager
                run.flush_recordset()
        run.with_user(self.user_finance).action_publish()
        self.assertEqual(run.state, "published")

    def test_a_day_that_has_passed_is_refused(self):
        run = self._entered(
            {self.motor: (900, 1000)}, date_effective=fields.Date.today()
        )
        run.action_propose()
        run.sudo().date_effective -= timedelta(days=1)
        with self._refused("that day has passed"):
            run.with_user(self.user_finance).action_publish()

    def test_the_next_price_ends_the_one_before(self):
        self._publish(self._entered({self.motor: (900, 1000)}))
        later = self.day + timedelta(days=30)
        self._publish(self._entered({self.motor: (950, 1100)}, date_effective=later))
        between = self.day + timedelta(days=15)
        self._publish(self._entered({self.motor: (930, 1050)}, date_effective=between))
        settlement = self.company.aftersales_settlement_pricelist_id
        for day, price in (
            (self.day, 900),
            (between - timedelta(days=1), 900),
            (between, 930),
            (later - timedelta(days=1), 930),
            (later + timedelta(days=99), 950),
        ):
            noon = fields.Datetime.to_datetime(day) + timedelta(hours=12)
            self.assertEqual(
                settlement._get_product_price(self.motor, 1, date=noon), price
            )
            rules = settlement._get_applicable_rules(self.motor, noon)
            self.assertEqual(len(rules), 1, "one price at a time")
        again = self._entered({self.motor: (1, 2)})
        again.action_propose()
        with self._refused("for the same day"):
            again.with_user(self.user_finance).action_publish()

    def test_published_prices_stay(self):
        run = self._entered({self.motor: (900, 1000)})
        self._publish(run)
        with self._refused("stay as they are"):
            run.line_ids.price = 5
        with self._refused("is already: Published"):
            run.date_effective = self.day + timedelta(days=1)
        with self._refused("stays"):
            run.unlink()
        with self._refused("by its buttons", AccessError):
            run.state = "draft"
        item = self.company.aftersales_settlement_pricelist_id.item_ids
        seller = new_test_user(
            self.env,
            login="seller",
            groups="sales_team.group_sale_manager",
            company_id=self.company.id,
        )
        with self._refused("published by Finance", AccessError):
            item.with_user(seller).fixed_price = 5
        with self._refused("published by Finance", AccessError):
            item.with_user(seller).unlink()

    def test_without_a_price_nothing_is_proposed(self):
        run = self._entered({self.motor: (900, 0)})
        with self._refused("have no price yet: Drive motor"):
            run.action_propose()
        with self._refused("nothing to price"):
            self._run(method="entered", bom_id=False).action_find_prices()

    # -- Formula and labour -----------------------------------------------------------

    def test_by_formula_prices_follow_the_cost(self):
        self.mirror.aftersales_is_part = True
        self.pump.aftersales_serviceable = False
        run = self._run(
            method="formula",
            bom_id=False,
            follow_cost=True,
            date_effective=fields.Date.today(),
        )
        run.action_find_prices()
        prices = self._prices(run)
        self.assertEqual(prices[self.motor], 1280)
        self.assertEqual(prices[self.brake_pads], 90)
        self.assertNotIn(self.pump, prices, "not serviceable")
        self.assertNotIn(self.bms, prices)
        self._publish(run)
        settlement = self.company.aftersales_settlement_pricelist_id
        later = fields.Datetime.now() + timedelta(days=2)
        self.motor.standard_price = 1000
        self.assertEqual(settlement._get_product_price(self.motor, 1, date=later), 1600)
        guide = self.company.aftersales_guide_pricelist_id
        self.assertEqual(guide._get_product_price(self.motor, 1, date=later), 2000)

    def test_labour_is_published_with_its_day(self):
        run = self._entered({self.labour: (0, 75)}, date_effective=fields.Date.today())
        self._publish(run)
        guide = self.company.aftersales_guide_pricelist_id
        later = fields.Datetime.now() + timedelta(days=1)
        self.assertEqual(guide._get_product_price(self.labour, 1, date=later), 75)
        self.assertNotIn(
            self.labour,
            self.company.aftersales_settlement_pricelist_id.item_ids.product_id,
        )
        # What the workshop charges is what was published.
        self.assertEqual(self._line(self._ticket(), self.labour).price_unit, 75)

    # -- Comparison -------------------------------------------------------------------

    def test_prices_are_compared_along_and_across(self):
        today = fields.Date.today()
        self.motor.aftersales_part_class = self.pump.aftersales_part_class = "other"
        self.mirror.aftersales_part_class = "other"
        self._publish(
            self._entered(
                {
                    self.motor: (1600, 2000),
                    self.pump: (400, 500),
                    self.mirror: (60, 75),
                },
                date_effective=today,
            )
        )
        self._publish(
            self._entered(
                {self.mirror: (90, 120)}, date_effective=today + timedelta(days=1)
            )
        )
        self.env.flush_all()
        history = self.env["aftersales.price.history"].with_user(self.user_finance)
        rows = history.search([("product_id", "=", self.mirror.id)])
        self.assertEqual(len(rows), 2)
        new = rows.filtered(lambda row: row.date_effective > today)
        self.assertEqual((new.price_before, new.change), (60, 50))
        self.assertTrue(new.is_deviating, "half as much again")
        self.assertFalse((rows - new).is_deviating)
        self.assertTrue((rows - new).is_current)
        self.assertFalse(new.is_current, "from tomorrow on")
        motor = history.search([("product_id", "=", self.motor.id)])
        self.assertEqual((motor.ratio, motor.class_ratio), (2, 2))
        self.assertFalse(motor.is_deviating)
        self.company.aftersales_price_tolerance = 60
        self.env.flush_all()
        new.invalidate_recordset()
        self.assertFalse(new.is_deviating)

    def test_modules_make_up_the_product(self):
        """Parts inside a module are priced alike and not counted twice (R-PRICE-02)."""
        shaft = self._part("Shaft", 0, 100)
        shaft.aftersales_part_class = "other"
        self.env["aftersales.service.bom"].create(
            {
                "name": "Inside the motor",
                "module_id": self.motor.id,
                "line_ids": [
                    Command.create({"product_id": shaft.id}),
                    Command.create({"product_id": self.bolt.id, "quantity": 8}),
                ],
            }
        )
        run = self._run()
        run.action_find_prices()
        prices = self._prices(run)
        self.assertEqual(run.total, 3400)
        self.assertAlmostEqual(prices[shaft], prices[self.motor] / 8, delta=0.02)
        self.assertEqual(prices[self.bolt], 4.2)
        inside = run.line_ids.filtered(lambda line: line.product_id == shaft)
        self.assertFalse(inside.counts)
