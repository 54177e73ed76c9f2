from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.aftersales.tests.common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPurchase(PartsCommon):
    """A part that is missing is bought, and known by its ticket all the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create({"name": "Mirror Works"})
        cls.mirror.write(
            {
                "route_ids": [(6, 0, cls.warehouse.buy_pull_id.route_id.ids)],
                "seller_ids": [
                    (0, 0, {"partner_id": cls.supplier.id, "price": 28, "delay": 4})
                ],
            }
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.mirror, cls.warehouse.lot_stock_id, -18
        )
        cls.first = cls._approved((cls.mirror, {"payer": "internal", "quantity": 5}))
        cls.second = cls._approved((cls.mirror, {"payer": "internal", "quantity": 2}))
        cls.buyer = new_test_user(
            cls.env,
            "buyer",
            groups="purchase.group_purchase_user,aftersales.group_aftersales_purchasing",
            company_id=cls.company.id,
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _order(self, ticket):
        self.env.flush_all()
        self.env.invalidate_all()
        keeper = ticket.line_ids.with_user(self.user_parts_keeper)
        keeper.action_order_parts()
        self.env.invalidate_all()
        return ticket.sudo().line_ids.purchase_line_ids

    def test_bought_received_and_handed_out(self):
        slip = self._request(self.first)
        self._release(slip)
        bought = self._order(self.first)
        order = bought.order_id
        self.assertEqual(order.partner_id, self.supplier)
        self.assertEqual((bought.product_qty, bought.price_unit), (3, 28))
        self.assertEqual(order.origin, self.first.name)
        self.assertEqual(self.first.line_ids.qty_ordered, 3)
        with self._refused("on order already"):
            self._order(self.first)
        order.button_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.first.line_ids.qty_ordered, 3, "counted once")
        receipt = order.picking_ids
        self.assertEqual(receipt.move_ids.aftersales_for_line_id, self.first.line_ids)
        receipt.move_ids.write({"quantity": 3, "picked": True})
        receipt.button_validate()
        self.env.invalidate_all()
        self.assertEqual(self.first.line_ids.qty_ordered, 0)
        self.assertFalse(self.first.is_waiting_parts)
        self._issue(slip, {self.mirror: 5})
        self.assertEqual(self.first.line_ids.qty_issued, 5)

    def test_each_ticket_has_its_own_line(self):
        # What lies there is kept for the first one's slip.
        self._request(self.first)
        mine = self._order(self.first)
        theirs = self._order(self.second)
        self.assertEqual(mine.order_id, theirs.order_id, "one order a supplier")
        self.assertNotEqual(mine, theirs)
        self.assertEqual((mine.product_qty, theirs.product_qty), (3, 2))
        order = mine.order_id.with_user(self.buyer)
        self.assertEqual(order.aftersales_ticket_count, 2)
        action = order.action_aftersales_tickets()
        found = self.env["aftersales.ticket"].search(action["domain"])
        self.assertEqual(found, self.first | self.second)
        with Form(order) as form:
            self.assertEqual(form.aftersales_ticket_count, 2)

    def test_cancelled_purchase_is_ordered_again(self):
        bought = self._order(self.first)
        bought.order_id.button_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.first.line_ids.qty_ordered, 0)
        again = self._order(self.first) - bought
        self.assertEqual(again.product_qty, 3)

    def test_who_sees_the_purchase(self):
        bought = self._order(self.first)
        ticket = self.first.with_user(self.buyer)
        self.assertEqual(ticket.purchase_count, 1)
        action = ticket.action_view_purchases()
        self.assertEqual(
            self.env["purchase.order"].search(action["domain"]), bought.order_id
        )
        with self.assertRaises(AccessError):
            self.first.with_user(self.user_technician).action_view_purchases()
        self._form(ticket, "aftersales.ticket_view_form", self.buyer)
