from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartsNumber(PartsCommon):
    """Parts told apart by lot or serial number at the counter."""

    def test_valuable_part_needs_its_number(self):
        """R-PART-07: the number is on the slip, and only a number in stock counts."""
        ticket = self._approved((self.pump, {"payer": "internal"}))
        slip = self._request(ticket)
        self._release(slip)
        move = slip.move_ids
        slip.move_line_ids.unlink()
        with self._refused(f"{slip.name}: choose the number of .*Coolant pump"):
            slip.with_user(self.user_parts_keeper)._aftersales_process(
                [(move, 1, self.env["stock.lot"])]
            )
        self._issue(slip, lots=self.serials[2])
        self.assertEqual(slip.move_ids.lot_ids, self.serials[2])
        self.assertEqual(
            self.pump.with_context(
                lot_id=self.serials[2].id, location=self.warehouse.lot_stock_id.id
            ).qty_available,
            0,
        )

    def test_number_is_chosen_from_what_is_there(self):
        """R-PART-07: the counter offers the numbers that lie on the shelf, with how
        much of each; coming back, those that went out."""
        oil = self._part("Axle oil", 12.0, 8.0, tracking="lot")
        older, newer, gone = self.env["stock.lot"].create(
            [{"name": f"OIL-{n}", "product_id": oil.id} for n in range(1, 4)]
        )
        shelf = self.warehouse.lot_stock_id
        for lot, quantity in ((older, 2), (newer, 10)):
            self.env["stock.quant"]._update_available_quantity(
                oil, shelf, quantity, lot_id=lot
            )
        ticket = self._approved(
            (self.pump, {"payer": "internal"}),
            (oil, {"payer": "internal", "quantity": 5}),
        )
        slip = self._request(ticket)
        self._release(slip)
        slip.move_line_ids.unlink()
        form = self._counter(slip)
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.lot_choice_ids[:], self.serials)
            line.lot_id = self.serials[3]
            self.assertEqual((line.available, line.quantity), (1, 1))
        with form.line_ids.edit(1) as line:
            self.assertEqual(line.lot_choice_ids[:], older + newer)
            self.assertEqual(line.available, 12)
            line.lot_id = older
            self.assertEqual((line.available, line.quantity), (2, 2))
        with form.line_ids.new() as line:
            line.move_id = slip.move_ids.filtered(lambda m: m.product_id == oil)
            line.lot_id = newer
            self.assertEqual((line.available, line.quantity), (10, 3))
        wizard = form.save()
        wizard.line_ids[2].lot_id = gone
        with self._refused("3.0 Units of .*Axle oil OIL-3 .*but 0.0 Units are there"):
            wizard.action_confirm()
        wizard.line_ids[2].lot_id = newer
        wizard.action_confirm()
        self.assertEqual(slip.move_ids.lot_ids, self.serials[3] + older + newer)
        back = self._transfer(ticket, "return", {newer: 1})
        with self._counter(back).line_ids.edit(0) as line:
            self.assertEqual(line.lot_choice_ids[:], older + newer)
            self.assertEqual(line.lot_id, newer)

    def test_valuable_part_is_tracked(self):
        with self.assertRaisesRegex(ValidationError, "track it"):
            self.mirror.aftersales_valuable = True
