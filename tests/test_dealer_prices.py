from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_prices import PriceCommon


@tagged("post_install", "-at_install")
class TestDealerPrices(PriceCommon):
    """Who pays what, and who sees it (R-PRICE-06, R-EST-12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls.env["res.partner"].create({"name": "South Motors"})
        cls.level_a, cls.level_b = (
            cls.env["aftersales.dealer.level"]
            .with_user(cls.user_finance)
            .create(
                [
                    {"name": "A"},
                    {"name": "B", "basis": "guide", "discount": 20},
                ]
            )
        )
        cls._publish(
            cls._entered({cls.motor: (900, 1000)}, date_effective=fields.Date.today())
        )

    def _order(self, partner):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "date_order": fields.Datetime.now() + timedelta(days=1),
                "order_line": [Command.create({"product_id": self.motor.id})],
            }
        )

    def test_each_pays_by_his_list(self):
        self.dealer.aftersales_dealer_level_id = self.level_a
        self.assertEqual(self._order(self.dealer).order_line.price_unit, 900)
        buyer = self.env["res.partner"].create(
            {"name": "Ms Bai", "parent_id": self.dealer.id, "type": "other"}
        )
        self.assertEqual(self._order(buyer).order_line.price_unit, 900)
        self.assertEqual(self._order(self.customer).order_line.price_unit, 1000)

    def test_a_level_with_a_discount_on_the_guide_list(self):
        self.dealer.aftersales_dealer_level_id = self.level_b
        line = self._order(self.dealer).order_line
        self.assertEqual(line.price_subtotal, 800)
        self.level_b.with_user(self.user_finance).discount = 30
        self.assertEqual(self._order(self.dealer).order_line.price_subtotal, 700)
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            self.level_a.discount = 5

    def test_nobody_is_priced_like_a_dealer_by_chance(self):
        """Also where price lists are switched on and there is no other one."""
        self.env["product.pricelist"].search(
            [("aftersales_kind", "=", False)]
        ).action_archive()
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        self.assertEqual(
            self.customer.property_product_pricelist,
            self.company.aftersales_guide_pricelist_id,
        )

    def test_dealers_prices_are_seen_by_permission(self):
        lists = self.env["product.pricelist"]
        items = self.env["product.pricelist.item"]
        hidden = self.company.aftersales_settlement_pricelist_id
        for role, sees in (
            ("technician", False),
            ("dispatcher", False),
            ("quality", False),
            ("advisor", True),
            ("parts_keeper", True),
            ("finance", True),
        ):
            user = self.users[role]
            with self.subTest(role=role):
                found = lists.with_user(user).search([("id", "=", hidden.id)])
                self.assertEqual(bool(found), sees)
                found = items.with_user(user).search([("pricelist_id", "=", hidden.id)])
                self.assertEqual(bool(found), sees)

    def test_a_technician_quotes_a_dealer_right_all_the_same(self):
        self.dealer.aftersales_dealer_level_id = self.level_a
        ticket = self._ticket(partner_id=self.dealer.id, vehicle_id=False)
        line = (
            self.env["aftersales.ticket.line"]
            .with_user(self.user_technician)
            .create({"ticket_id": ticket.id, "product_id": self.motor.id})
        )
        self.assertEqual(line.sudo().price_unit, 900)

    def test_every_role_opens_what_is_a_dealers(self):
        """Who does not see the dealers' list works on their tickets all the same."""
        self.dealer.aftersales_dealer_level_id = self.level_a
        ticket = self._ticket(partner_id=self.dealer.id, vehicle_id=False)
        self._line(ticket, self.motor)
        appointment = self.env["aftersales.appointment"].create(
            {
                "partner_id": self.dealer.id,
                "planned_start": fields.Datetime.now() + timedelta(days=2),
                "team_id": self.env["aftersales.team"].create({"name": "Hall"}).id,
            }
        )
        hidden = self.company.aftersales_settlement_pricelist_id
        for role in ("technician", "dispatcher", "inspector", "quality"):
            with self.subTest(role=role):
                user = self.users[role]
                self.env.invalidate_all()
                self.assertFalse(hidden.with_user(user)._filtered_access("read"))
                for record in (ticket, appointment):
                    form = Form(record.with_user(user))
                    self.assertEqual(form.currency_id, hidden.currency_id)
