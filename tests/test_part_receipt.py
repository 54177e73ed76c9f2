from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartReceipt(PartsCommon):
    """Tag, bin, scan, and the customer's wish (R-BEY-10, R-OLD-04, R-OLD-05)."""

    def _warranty(self, *specs, **vals):
        ticket = self._approved(
            *(
                specs
                or [
                    (self.motor, {"payer": "warranty", "quantity": 2}),
                ]
            ),
            **vals,
        )
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        return ticket, ticket.sudo().part_return_ids

    def _bin(self, name):
        zone = self.company._get_aftersales_location("old_part")
        return self.env["stock.location"].create(
            {"name": name, "location_id": zone.id, "usage": "internal"}
        )

    def test_received_by_scanning_into_a_bin(self):
        ticket, item = self._warranty()
        shelf = self._bin("A-01")
        parts = self.env["aftersales.part.return"].with_user(self.user_parts_keeper)
        found = parts.name_search(item.tag.lower(), operator="ilike")
        self.assertEqual([row[0] for row in found], item.ids)
        self.assertEqual(parts.search([("tag", "=", item.tag)]), item)
        self.assertIn(item.id, [row[0] for row in parts.name_search(ticket.name)])
        form = Form(
            self.env["aftersales.part.receipt"].with_user(self.user_parts_keeper)
        )
        form.part_return_id = item.with_user(self.user_parts_keeper)
        self.assertEqual(form.quantity, 2)
        form.quantity = 1
        form.bin_id = shelf
        form.fault_note = "Burnt"
        action = form.save().action_receive_next()
        following = (
            self.env["aftersales.part.receipt"]
            .with_user(self.user_parts_keeper)
            .browse(action["res_id"])
        )
        self.assertEqual(following.bin_id, shelf)
        self.assertIn(item.tag, following.last_received)
        self.assertEqual((item.state, item.fault_note), ("received", "Burnt"))
        self.assertEqual(item.receipt_id.move_line_ids.location_dest_id, shelf)
        with self._refused("Scan the tag"):
            following.action_receive()
        with self.assertRaises(AccessError):
            item.with_user(self.user_technician).action_receive()

    def test_moved_to_another_bin(self):
        __, item = self._warranty()
        first, second = self._bin("A-01"), self._bin("A-02")
        keeper = item.with_user(self.user_parts_keeper)
        keeper.bin_id = first
        keeper.action_receive()
        keeper.bin_id = second
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.motor.id), ("location_id", "=", second.id)]
        )
        self.assertEqual((quants.quantity, quants.owner_id), (2, self.customer))
        with self._refused("not in the zone"):
            keeper.bin_id = self.warehouse.lot_stock_id

    def test_status_of_each_line(self):
        ticket, items = self._warranty(
            (self.motor, {"payer": "warranty"}),
            (self.brake_pads, {"payer": "warranty"}),
            (self.mirror, {"payer": "warranty"}),
        )
        motor, pads, mirror = ticket.line_ids
        self.assertEqual(motor.old_part_status, "to_recover")
        items[0].due_date = "2020-01-01"
        self.assertEqual(motor.old_part_status, "overdue")
        items[1].with_user(self.user_parts_keeper).action_receive()
        self.assertEqual(pads.old_part_status, "received")
        items[2].with_user(self.user_advisor)._ask_waiver("Too dear to send")
        items[2].with_user(self.user_finance).action_waive()
        self.assertEqual(mirror.old_part_status, "waived_finance")

    def test_wish_of_the_customer(self):
        ticket = self._approved(
            (self.motor, {"payer": "warranty"}), (self.mirror, {}), (self.labour, {})
        )
        motor, mirror, labour = ticket.line_ids.with_user(self.user_technician)
        mirror.write({"old_part_shown": True, "old_part_wish": "take"})
        self.assertEqual(mirror.old_part_wish_by_id, self.user_technician)
        self.assertTrue(mirror.old_part_wish_at)
        motor.old_part_wish = "leave"
        with self._refused("cannot take it along", ValidationError):
            motor.old_part_wish = "take"
        with self._refused("is no part", ValidationError):
            labour.old_part_wish = "scrap"
        with self.assertRaises(AccessError):
            motor.old_part_rule = "small"
        ticket.sudo().state = "closed"
        with self._refused("is closed"):
            mirror.old_part_wish = "scrap"
