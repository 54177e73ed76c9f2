from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.aftersales.tests.common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestVehicleDelivery(AftersalesCommon):
    """A vehicle is born from the delivery of a vehicle product (R-VEH-02)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truck = cls._serial_product("E3 Truck, blue")
        cls.storekeeper = new_test_user(
            cls.env,
            "storekeeper",
            groups="stock.group_stock_user",
            company_id=cls.company.id,
        )
        cls.buyer = cls.env["res.partner"].create({"name": "Harbour Works"})
        cls.vehicles = cls.env["aftersales.vehicle"]

    @classmethod
    def _serial_product(cls, name, is_vehicle=True):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "list_price": 30000,
                "aftersales_is_vehicle": is_vehicle,
                "aftersales_model_id": is_vehicle and cls.vehicle_model.id,
            }
        )

    def _in_stock(self, *names, product=None):
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": (product or self.truck).id} for name in names]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                lot.product_id, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        return lots

    def _sell(self, lots, partner=None):
        """Return the transfer of an order for exactly these lots, ready to validate."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.buyer).id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": len(some)}
                    )
                    for product, some in lots.grouped("product_id").items()
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_line_ids.unlink()
        moves = picking.move_ids.grouped("product_id")
        for lot in lots:
            move = moves[lot.product_id]
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "picking_id": picking.id,
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "picked": True,
                }
            )
        return picking

    def _deliver(self, lots, partner=None):
        picking = self._sell(lots, partner)
        picking.with_user(self.storekeeper).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _return(self, picking):
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_ids=picking.ids,
                active_id=picking.id,
                active_model="stock.picking",
            )
        ).save()
        for line in wizard.product_return_moves:
            line.quantity = line.move_quantity
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        return back

    def test_each_serial_number_gets_its_file(self):
        lots = self._in_stock(VINS[1], "WORKS-0042")
        picking = self._deliver(lots)
        first, second = (
            self.vehicles.search([("lot_id", "=", lot.id)]) for lot in lots
        )
        self.assertEqual(first.vin, VINS[1])
        self.assertFalse(first.serial_number)
        self.assertEqual((second.vin, second.serial_number), (False, "WORKS-0042"))
        for vehicle in first | second:
            self.assertEqual(vehicle.partner_id, self.buyer)
            self.assertEqual(vehicle.model_id, self.vehicle_model)
            self.assertEqual(vehicle.product_id, self.truck)
            self.assertEqual(vehicle.company_id, picking.company_id)
            self.assertEqual(vehicle.delivery_date, fields.Date.today())
            self.assertEqual(vehicle.warranty_start_date, fields.Date.today())
            self.assertTrue(vehicle.next_service_date)
            self.assertEqual(vehicle.owner_ids.partner_id, self.buyer)

    def test_a_number_that_only_looks_like_a_vin_becomes_a_serial_number(self):
        lot = self._in_stock("LJCPCBLC111000237")
        self._deliver(lot)
        vehicle = self.vehicles.search([("lot_id", "=", lot.id)])
        self.assertEqual(vehicle.serial_number, "LJCPCBLC111000237")
        self.assertIn("should be X", vehicle.message_ids[0].body)

    def test_returned_and_delivered_again_is_one_file(self):
        lot = self._in_stock(VINS[1])
        picking = self._deliver(lot)
        vehicle = self.vehicles.search([("lot_id", "=", lot.id)])
        vehicle.owner_ids.sudo().date_from = "2026-01-01"
        vehicle.write({"delivery_date": "2026-01-01"})
        warranty = vehicle.warranty_end_date
        self._return(picking)
        self.assertEqual(vehicle.partner_id, self.company.partner_id)
        self.assertEqual(vehicle.state, "active")
        self._deliver(lot, self.customer)
        self.assertEqual(
            self.vehicles.search([("lot_id", "=", lot.id)]), vehicle, "no second file"
        )
        self.assertEqual(vehicle.partner_id, self.customer)
        self.assertEqual(vehicle.warranty_end_date, warranty)
        self.assertEqual(
            vehicle.owner_ids.sorted("id").partner_id,
            self.buyer | self.company.partner_id | self.customer,
        )

    def test_a_file_that_was_typed_earlier_is_found_by_its_vin(self):
        lot = self._in_stock(self.vehicle.vin.lower())
        self.vehicle.model_id = False
        self._deliver(lot)
        self.assertEqual(self.vehicle.lot_id, lot)
        self.assertEqual(self.vehicle.model_id, self.vehicle_model)
        self.assertEqual(self.vehicle.partner_id, self.buyer)
        self.assertFalse(self.vehicles.search([("lot_id", "=", lot.id)]) - self.vehicle)

    def test_an_archived_file_comes_back(self):
        self.vehicle.action_archive()
        self._deliver(self._in_stock(self.vehicle.vin))
        self.assertTrue(self.vehicle.active)
        self.assertEqual(self.vehicle.partner_id, self.buyer)

    def test_the_same_number_of_two_products_does_not_stop_a_delivery(self):
        twin = self._serial_product("E3 Truck, red")
        lots = self._in_stock(VINS[1]) | self._in_stock(VINS[1], product=twin)
        self._deliver(lots)
        found = self.vehicles.search([("lot_id", "in", lots.ids)])
        self.assertEqual(len(found), 2)
        self.assertEqual(set(found.mapped("vin")), {VINS[1], False})

    def test_other_transfers_leave_no_trace(self):
        before = self.vehicles.search_count([])
        plain = self._serial_product("Battery", is_vehicle=False)
        picking = self._deliver(self._in_stock("BAT-1", product=plain))
        self._return(picking)
        internal = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.warehouse.lot_stock_id.copy(
                    {"name": "Yard"}
                ).id,
            }
        )
        lot = self._in_stock("WORKS-1")
        self.env["stock.move"].create(
            {
                "picking_id": internal.id,
                "product_id": self.truck.id,
                "location_id": internal.location_id.id,
                "location_dest_id": internal.location_dest_id.id,
                "move_line_ids": [
                    Command.create(
                        {
                            "picking_id": internal.id,
                            "product_id": self.truck.id,
                            "lot_id": lot.id,
                            "quantity": 1,
                            "picked": True,
                        }
                    )
                ],
            }
        )
        internal.button_validate()
        self.assertEqual(internal.state, "done")
        self.assertEqual(self.vehicles.search_count([]), before)

    def test_nothing_is_a_vehicle_unless_it_is_said(self):
        product = self.env["product.product"].create({"name": "Anything"})
        self.assertFalse(product.aftersales_is_vehicle)
        with self.assert_refused(ValidationError, "unique serial numbers"):
            product.aftersales_is_vehicle = True

    def test_many_vehicles_in_one_delivery_cost_few_queries(self):
        self._deliver(self._in_stock("WARM-1"))
        lots = self._in_stock(*(f"MANY-{number}" for number in range(20)))
        picking = self._sell(lots)
        picking._action_done()
        self.env.flush_all()
        files = self.vehicles.search([("lot_id", "in", lots.ids)])
        self.assertEqual(len(files), 20)
        files.unlink()
        self.env.flush_all()
        with self.assertQueryCount(50):
            picking._aftersales_follow_vehicles()
            self.env.flush_all()
        self.assertEqual(self.vehicles.search_count([("lot_id", "in", lots.ids)]), 20)
