from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartOrder(PartsCommon):
    """Missing parts come by the warehouse's own rules, and say for which line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main_store = cls.env["stock.warehouse"].create(
            {"name": "Main store", "code": "MAIN", "company_id": cls.company.id}
        )
        cls.warehouse.resupply_wh_ids = cls.main_store
        cls.mirror.write(
            {
                "route_ids": [(6, 0, cls.warehouse.resupply_route_ids.ids)],
                "aftersales_part_class": "assembly",
            }
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.mirror, cls.warehouse.lot_stock_id, -18
        )
        cls.ticket = cls._approved((cls.mirror, {"payer": "internal", "quantity": 5}))
        cls.line = cls.ticket.line_ids
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _coming(self):
        self.env.invalidate_all()
        return self.line.sudo().ordered_move_ids

    def test_ordered_once_and_told_for_whom(self):
        self.assertEqual(self.line.qty_short, 3)
        keeper = self._as("parts_keeper", self.line)
        keeper.action_order_parts()
        move = self._coming()
        self.assertEqual(move.product_uom_qty, 3)
        self.assertEqual(move.location_dest_id, self.warehouse.lot_stock_id)
        self.assertEqual(move.origin, self.ticket.name)
        self.assertEqual(self.line.qty_ordered, 3)
        with self._refused("not on order already"):
            keeper.action_order_parts()
        # It comes in two parcels: what is still to come is still for this line.
        move.quantity = 1
        move.picked = True
        move.picking_id._action_done()
        self.assertEqual(self.line.qty_ordered, 2)
        self.assertEqual(self.line.qty_short, 2)

    def test_refused_while_purchasing_has_not_said(self):
        self.mirror.aftersales_part_class = "standard"
        keeper = self._as("parts_keeper", self.line)
        with self._refused("ask Purchasing first"):
            keeper.action_order_parts()
        keeper.action_ask_purchasing()
        with self._refused("has not answered yet"):
            keeper.action_order_parts()
        inquiry = self._as("purchasing", keeper.inquiry_ids)
        inquiry.answer = "assembly"
        inquiry.action_answer()
        with self._refused("with its assembly only"):
            keeper.action_order_parts()
        self.assertFalse(self._coming())

    def test_no_rule(self):
        self.env["stock.rule"].search(
            [("location_dest_id", "=", self.warehouse.lot_stock_id.id)]
        ).active = False
        with self._refused("No rule has been found"):
            self._as("parts_keeper", self.line).action_order_parts()

    def test_roles(self):
        for role in ("technician", "advisor", "finance", "logistics"):
            with self.subTest(role=role), self._refused("belongs to", AccessError):
                self._as(role, self.line).action_order_parts()
        self._as("purchasing", self.line).action_order_parts()
        self.assertEqual(self.line.qty_ordered, 3)
