from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from .common_parts import PartsCommon
from .report_common import ReportCommon


class TransferCommon(PartsCommon):
    """Two warehouses, and parts that were bought from a supplier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["stock.warehouse"].create(
            {"name": "Branch North", "code": "NORTH", "company_id": cls.company.id}
        )
        cls.supplier = cls.env["res.partner"].create({"name": "Pump Works"})
        supply = cls.env.ref("stock.stock_location_suppliers")
        receipt = cls.env["stock.picking"].create(
            {
                "picking_type_id": cls.warehouse.in_type_id.id,
                "partner_id": cls.supplier.id,
                "origin": "P00077",
                "location_id": supply.id,
                "location_dest_id": cls.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": cls.pump.id,
                            "product_uom_qty": 1,
                            "location_id": supply.id,
                            "location_dest_id": cls.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.move_line_ids.unlink()
        cls.env["stock.move.line"].create(
            {
                "move_id": receipt.move_ids.id,
                "picking_id": receipt.id,
                "product_id": cls.pump.id,
                "lot_name": "PUMP-77",
                "quantity": 1,
                "picked": True,
                "location_id": supply.id,
                "location_dest_id": cls.warehouse.lot_stock_id.id,
            }
        )
        receipt.button_validate()
        cls.receipt = receipt
        cls.bought = receipt.move_ids.lot_ids

    @classmethod
    def _paper(cls, *lines):
        """Return a transfer to the branch, as the parts keeper writes it."""
        transfers = cls.env["aftersales.stock.transfer"].with_user(
            cls.user_parts_keeper
        )
        return transfers.create(
            {
                "source_id": cls.warehouse.id,
                "destination_id": cls.branch.id,
                "reason": "Winter stock",
                "line_ids": [
                    Command.create(
                        {"product_id": part.id, "quantity": n, "lot_id": lot and lot.id}
                    )
                    for part, n, lot in lines
                ],
            }
        )

    def _at(self, part, warehouse):
        self.env.flush_all()
        self.env.invalidate_all()
        return part.with_context(location=warehouse.lot_stock_id.id).qty_available


@tagged("post_install", "-at_install")
class TestStockTransfer(TransferCommon):
    """Traced from the purchase to the receipt (R-PART-18)."""

    def test_sent_and_received(self):
        transfer = self._paper((self.mirror, 6, None), (self.pump, 1, self.bought))
        transfer.action_send()
        self.assertEqual(self._at(self.mirror, self.warehouse), 14)
        self.assertEqual(self._at(self.mirror, self.branch), 0, "on its way")
        self.assertEqual(transfer.state, "sent")
        self.assertEqual(transfer.sent_by_id, self.user_parts_keeper)
        transfer.action_receive()
        self.assertEqual(transfer.state, "received")
        self.assertEqual(self._at(self.mirror, self.branch), 6)
        place = self.bought.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(place.location_id, self.branch.lot_stock_id)

    def test_trace_from_the_purchase_to_the_receipt(self):
        transfer = self._paper((self.pump, 1, self.bought))
        transfer.action_send()
        transfer.action_receive()
        line = transfer.line_ids
        self.assertIn("P00077", line.purchase_ref)
        self.assertIn("Pump Works", line.purchase_ref)
        trace = line._get_trace()
        self.assertEqual(
            [step["what"] for step in trace], ["Bought", "Sent", "Received"]
        )
        self.assertIn(self.receipt.name, trace[0]["document"])
        self.assertEqual(trace[2]["place"], self.branch.lot_stock_id.display_name)
        other = self._paper((self.pump, 1, self.serials[0]))
        self.assertFalse(other.line_ids.purchase_ref, "this one was not bought so")

    def test_what_does_not_arrive_is_accounted_for(self):
        transfer = self._paper((self.mirror, 6, None))
        transfer.action_send()
        line = transfer.line_ids
        line.qty_to_receive = 7
        with self._refused("cannot have arrived, 6.0 are on their way"):
            transfer.action_receive()
        line.qty_to_receive = 4
        transfer.action_receive()
        self.assertEqual((transfer.state, transfer.is_short), ("sent", True))
        self.assertEqual(self._at(self.mirror, self.branch), 4)
        finance = self._as("finance", transfer)
        with self._refused("why it did not arrive"):
            finance.action_lost()
        with self._refused("this step belongs to", AccessError):
            transfer.action_lost()
        line.note = "Broken on the way, photo in the chatter"
        finance.action_lost()
        self.assertEqual((transfer.state, line.qty_lost), ("received", 2))
        transit = self.company.internal_transit_location_id
        there = self.env["stock.quant"].search(
            [("location_id", "=", transit.id), ("product_id", "=", self.mirror.id)]
        )
        self.assertEqual(sum(there.mapped("quantity")), 0)
        self.assertEqual(self.mirror.qty_available, 18)

    def test_refusals(self):
        with self._refused("21.0 .* are to leave"):
            self._paper((self.mirror, 21, None)).action_send()
        with self._refused("enter the number of"):
            self._paper((self.pump, 1, None)).action_send()
        with self._refused("Transfer .* is empty"):
            self._paper().action_send()
        transfer = self._paper((self.mirror, 1, None))
        with self._refused("by its buttons", AccessError):
            transfer.state = "received"
        transfer.action_send()
        with self._refused("is already"):
            transfer.action_send()
        with self._refused("is already"):
            transfer.line_ids.quantity = 2
        with self._refused("is already"):
            transfer.unlink()
        for role in ("logistics", "finance", "technician"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, transfer).action_receive()

    def test_written_in_the_form(self):
        form = Form(
            self.env["aftersales.stock.transfer"].with_user(self.user_parts_keeper)
        )
        form.source_id = self.warehouse
        form.destination_id = self.branch
        with form.line_ids.new() as line:
            line.product_id = self.mirror
            line.quantity = 2
        transfer = form.save()
        transfer.action_send()
        with Form(transfer) as form, form.line_ids.edit(0) as line:
            self.assertEqual(line.qty_to_receive, 2)
            line.qty_to_receive = 1
        transfer.action_receive()
        self.assertEqual(transfer.line_ids.qty_received, 1)


@tagged("post_install", "-at_install")
class TestTransferReport(ReportCommon, TransferCommon, HttpCase):
    """F43, printed for real."""

    _report_role = "parts_keeper"

    def test_traced(self):
        transfer = self._paper((self.pump, 1, self.bought))
        transfer.action_send()
        transfer.action_receive()
        text = self._text("report_stock_transfer", transfer)
        self.assertWords(
            text,
            "Transfer of Parts",
            transfer.name,
            "PUMP-77",
            "Branch North",
            "P00077",
            "Pump Works",
        )
