from odoo.tests import tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartsGate(PartsCommon):
    """What is looked at once more when the parts really leave."""

    def _bounce(self, invoice):
        """Let the payments of ``invoice`` be undone, as after a bounced cheque."""
        invoice.line_ids.remove_move_reconcile()

    def _released(self, quantity=2):
        """Return a paid and released slip for brake pads, its order and deposit."""
        ticket = self._approved((self.brake_pads, {"quantity": quantity}))
        order = ticket.sudo().order_ids
        deposit = self._pay(order, order.amount_total)
        slip = self._request(ticket)
        self._release(slip)
        return slip, order, deposit

    # -- Money gone between release and issue ------------------------------------------

    def test_payment_reversed_before_the_issue(self):
        """R-PART-03: released against 406.80 that is gone when the parts leave."""
        slip, order, deposit = self._released()
        self._bounce(deposit)
        with self._refused(f"{slip.name} .*406.80.*{order.name}"):
            self._issue(slip)
        slip.move_ids.picked = True
        for way in (slip.button_validate, slip.move_ids._action_done):
            with self._refused("no longer paid"):
                way()
        self.assertEqual(self.brake_pads.qty_available, 20)
        self._pay_again(deposit)
        self._issue(slip)
        self.assertEqual(self.brake_pads.qty_available, 18)

    def _pay_again(self, invoice):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()

    def test_payment_reversed_in_part(self):
        """What is still paid for may leave; the rest waits."""
        ticket = self._approved((self.brake_pads, {"quantity": 2}))
        order = ticket.sudo().order_ids
        first = self._pay(order, 203.40)
        second = self._pay(order, 203.40)
        slip = self._request(ticket)
        self._release(slip)
        self._bounce(second)
        with self._refused("203.40"):
            self._issue(slip)
        self._issue(slip, {self.brake_pads: 1})
        rest = ticket.sudo().picking_ids - slip
        with self._refused(f"{rest.name} .*203.40"):
            self._issue(rest)
        self.assertEqual(order._aftersales_amount_received(), first.amount_total)
        self.assertEqual(order.order_line.filtered("product_id")[:1].qty_delivered, 1)

    def test_deposit_credited_before_the_issue(self):
        slip, __, deposit = self._released()
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=deposit.ids
        ).create({"journal_id": deposit.journal_id.id}).refund_moves()
        refund = deposit.reversal_move_ids
        refund.action_post()
        with self._refused("no longer paid"):
            self._issue(slip)

    def test_what_came_back_frees_its_money(self):
        """Two slips, money for one: the second goes out once the first is back."""
        slip, order, deposit = self._released(quantity=1)
        ticket = slip.aftersales_ticket_id
        self._issue(slip)
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 1}))
        again = self._request(ticket)
        self._release(again)
        self._issue(again)
        self.assertEqual(order._aftersales_amount_received(), deposit.amount_total)

    # -- Nothing leaves that is not there ----------------------------------------------

    def _internal_slip(self, product, **vals):
        ticket = self._approved((product, {"payer": "internal", **vals}))
        slip = self._request(ticket)
        self._release(slip)
        return slip

    def test_more_than_there_is(self):
        slip = self._internal_slip(self.mirror, quantity=21)
        with self._refused(f"{slip.name}: 21.0 Units of Mirror.* but 20.0 Units"):
            self._issue(slip, {self.mirror: 21})
        # Neither by Odoo's own button.
        slip.move_ids.write({"quantity": 21, "picked": True})
        with self._refused("Mirror.*are there"):
            slip.button_validate()
        self.assertEqual(self.mirror.qty_available, 20)
        self._issue(slip, {self.mirror: 20})
        self.assertEqual(self.mirror.qty_available, 0)
        rest = slip.aftersales_ticket_id.sudo().picking_ids - slip
        with self._refused("0.0 Units are there"):
            self._issue(rest, {self.mirror: 1})

    def test_in_another_unit(self):
        """Asked for by the dozen: 2 dozen are 24, and 20 are there."""
        dozen = self.env.ref("uom.product_uom_dozen")
        slip = self._internal_slip(self.mirror, quantity=2, product_uom_id=dozen.id)
        with self._refused("2.0 Dozens of Mirror.*1.67 Dozens"):
            self._issue(slip, {self.mirror: 2})
        self._issue(slip, {self.mirror: 1})
        self.assertEqual(self.mirror.qty_available, 8)

    def test_a_number_that_is_not_there(self):
        slip = self._internal_slip(self.pump, quantity=2)
        self._issue(slip, lots=self.serials[:1])
        rest = slip.aftersales_ticket_id.sudo().picking_ids - slip
        with self._refused("Coolant pump PUMP-1.*0.0 Units are there"):
            self._issue(rest, lots=self.serials[:1])
        self._issue(rest, lots=self.serials[1])
        self.assertEqual(self.pump.qty_available, 2)

    def test_parts_lie_on_shelves(self):
        """What is counted out is taken from where it lies, not from the door."""
        shelves = self.env["stock.location"].create(
            [
                {"name": f"Shelf {n}", "location_id": self.warehouse.lot_stock_id.id}
                for n in (1, 2)
            ]
        )
        part = self.env["product.product"].create(
            {"name": "Fuse", "type": "consu", "is_storable": True}
        )
        Quant = self.env["stock.quant"]
        for shelf in shelves:
            Quant._update_available_quantity(part, shelf, 3)
        slip = self._internal_slip(part, quantity=5)
        self._issue(slip)
        self.assertEqual(part.qty_available, 1)
        left = Quant.search(
            [("product_id", "=", part.id), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(sum(left.mapped("quantity")), 1)
        self.assertTrue(all(quant.quantity >= 0 for quant in left))

    def test_loan_of_what_is_not_there(self):
        ticket = self._approved((self.mirror, {"payer": "internal", "quantity": 30}))
        loan = self._transfer(ticket, "loan", {self.mirror: 25})
        self._release(loan)
        with self._refused("25.0 Units of Mirror"):
            self._issue(loan, {self.mirror: 25})

    def test_what_odoo_does_not_count(self):
        """A part without Track Inventory has no quantity that could be missing."""
        grease = self.env["product.product"].create(
            {"name": "Grease", "type": "consu", "is_storable": False}
        )
        slip = self._internal_slip(grease, quantity=3)
        self._issue(slip, {grease: 3})
        self.assertEqual(slip.state, "done")
