import random
from collections import Counter

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_parts import PartsCommon

STEPS = 200
SEED = 20


@tagged("post_install", "-at_install")
class TestPartsRandom(PartsCommon):
    """Whatever happens in whatever order, nothing is lost and nothing doubled."""

    def setUp(self):
        super().setUp()
        self.dice = random.Random(SEED)
        stock = self.warehouse.lot_stock_id
        for part in self.brake_pads | self.mirror | self.motor:
            self.env["stock.quant"]._update_available_quantity(part, stock, 480)
        self.insurer = self.env["res.partner"].create({"name": "Ping Insurance"})
        self.ticket = self._approved(
            (self.brake_pads, {"release_basis": "credit", "quantity": 6}),
            (
                self.mirror,
                {"release_basis": "credit", "payer": "insurer", "quantity": 8},
            ),
            (self.motor, {"payer": "warranty", "quantity": 6}),
            (self.mirror, {"payer": "internal", "quantity": 5}),
            insurer_id=self.insurer.id,
        ).sudo()
        self.lines = self.ticket.line_ids
        billed = self.lines.filtered("sale_line_id")
        billed.guarantor_id = self.user_advisor
        self.warranty = self.lines.filtered(lambda x: x.payer == "warranty")
        self._judge(self.warranty)

    # -- Steps: each is one a role takes ---------------------------------------------

    def _slips(self, *kinds, released=None):
        slips = self.ticket.picking_ids.filtered(
            lambda slip: (
                slip.state not in ("done", "cancel") and slip.aftersales_kind in kinds
            )
        )
        if released is not None:
            slips = slips.filtered(
                lambda slip: bool(slip.aftersales_released_by) == released
            )
        return slips

    def _any(self, records):
        return self.dice.choice(records) if records else records

    def _step_request(self):
        self.ticket.with_user(self.user_technician).action_request_parts()

    def _step_release(self):
        if slip := self._any(self._slips("issue", "loan", released=False)):
            self._release(slip)

    def _step_issue(self):
        if slip := self._any(self._slips("issue", "loan", released=True)):
            self._count(slip)

    def _step_take_back(self):
        if slip := self._any(self._slips("return", "loan_return")):
            self._count(slip)

    def _count(self, slip):
        moves = slip._aftersales_open_moves()
        slip.with_user(self.user_parts_keeper)._aftersales_process(
            [
                (
                    move,
                    self.dice.randint(0, int(move.product_uom_qty)),
                    self.env["stock.lot"],
                )
                for move in moves
            ]
        )

    def _step_over_issue(self):
        if slip := self._any(self._slips("issue")):
            move = slip._aftersales_open_moves()[:1]
            slip.with_user(self.user_parts_keeper)._aftersales_ask_more(
                {move: move.product_uom_qty + self.dice.randint(1, 2)}
            )

    def _step_cancel_slip(self):
        if slip := self._any(self._slips("issue", "loan", "return", "loan_return")):
            slip.with_user(self.user_parts_keeper).action_aftersales_cancel()

    def _step_return(self):
        self._transfer_some("return")

    def _step_loan(self):
        self._transfer_some("loan")

    def _step_loan_return(self):
        self._transfer_some("loan_return")

    def _transfer_some(self, kind):
        lines = self.lines
        if kind == "loan_return":
            lines = lines.filtered("qty_on_loan") or lines
        product = self._any(lines.product_id)
        most = 1 if kind == "loan_return" else 3
        quantity = self.dice.randint(1, most)
        self._transfer(self.ticket.sudo(False), kind, {product: quantity})

    def _step_old_part(self):
        due = self.ticket.part_return_ids.filtered(lambda item: item.state == "due")
        if item := self._any(due):
            before = self._stock(), self._delivered()
            item.quantity_in = self.dice.randint(1, int(item.quantity))
            item.with_user(self.user_parts_keeper).action_receive()
            self.assertEqual((self._stock(), self._delivered()), before)

    def _step_invoice(self):
        self.ticket.with_user(self.user_finance).action_invoice()
        for line in self.lines.sale_line_id:
            self.assertEqual(line.qty_invoiced, line.qty_delivered)

    # -- What must hold after each --------------------------------------------------

    def _quantity(self, product, domain):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), *domain]
        )
        return sum(quants.mapped("quantity"))

    def _stock(self):
        """What is for sale, by part."""
        place = [("location_id", "child_of", self.warehouse.lot_stock_id.id)]
        parts = self.brake_pads | self.mirror | self.motor
        return {part: self._quantity(part, place) for part in parts}

    def _delivered(self):
        return self.lines.sale_line_id.mapped("qty_delivered")

    def _assert_balance(self):
        self.env.invalidate_all()
        out = Counter()
        for line in self.lines:
            self.assertGreaterEqual(line.qty_used, 0)
            self.assertGreaterEqual(line.qty_on_loan, 0)
            self.assertEqual(line.qty_issued - line.qty_returned, line.qty_used)
            if line.sale_line_id:
                self.assertEqual(line.sale_line_id.qty_delivered, line.qty_used)
            else:
                cost = self.company._get_aftersales_location(line.payer)
                self.assertEqual(
                    self._quantity(line.product_id, [("location_id", "=", cost.id)]),
                    line.qty_used,
                    "what nobody is billed for is where its account takes the cost",
                )
            out[line.product_id] += line.qty_used + line.qty_on_loan
        for part, there in self._stock().items():
            self.assertEqual(there + out[part], 500, part.name)
        self._assert_obligations()

    def _assert_obligations(self):
        items = self.ticket.part_return_ids
        zone = self.company._get_aftersales_location("old_part")
        received = items.filtered(lambda item: item.state == "received")
        self.assertEqual(
            self._quantity(self.motor, [("location_id", "=", zone.id)]),
            sum(received.mapped("quantity")),
        )
        own = [("location_id", "=", zone.id), ("owner_id", "=", False)]
        self.assertFalse(self.env["stock.quant"].search_count(own), "not ours")
        issues = self.warranty.move_ids.filtered(
            lambda move: (
                move.state == "done" and move.picking_id.aftersales_kind == "issue"
            )
        )
        for move in issues:
            back = sum(
                returned.quantity
                for returned in move.returned_move_ids
                if returned.state == "done"
            )
            mine = items.filtered(lambda item, move=move: item.move_id == move)
            by_state = Counter()
            for item in mine:
                by_state[item.state] += item.quantity
            owed = max(move.quantity - back - by_state["received"], 0)
            self.assertEqual(by_state["due"], owed)

    def test_any_order_of_steps(self):
        """R-PART-11, R-PART-16, R-OLD-01: seeded, some hundred steps."""
        weights = {
            self._step_request: 3,
            self._step_release: 6,
            self._step_issue: 7,
            self._step_return: 3,
            self._step_loan: 2,
            self._step_loan_return: 2,
            self._step_take_back: 6,
            self._step_over_issue: 1,
            self._step_cancel_slip: 1,
            self._step_old_part: 3,
            self._step_invoice: 2,
        }
        taken = Counter()
        refused = Counter()
        for __ in range(STEPS):
            step = self.dice.choices(list(weights), list(weights.values()))[0]
            try:
                with self.env.cr.savepoint():
                    step()
                    self.env.flush_all()
                taken[step.__name__] += 1
            except UserError:
                # A refusal is an answer, too; it must leave nothing behind.
                self.env.invalidate_all()
                refused[step.__name__] += 1
            self._assert_balance()
        self.assertEqual(len(taken), len(weights), (taken, refused))
        # The dice must have done something worth looking at.
        self.assertGreaterEqual(sum(self.lines.mapped("qty_issued")), 10)
        self.assertGreaterEqual(sum(self.lines.mapped("qty_returned")), 1)
        self._settle()

    def _settle(self):
        """Bring back what nobody agreed to, bill the rest, look at the books."""
        for slip in self._slips("issue", "loan", "return", "loan_return"):
            slip.action_cancel()
        for line in self.lines:
            over = line.qty_used - line.quantity
            for move in line.move_ids if over > 0 else ():
                if move.picking_id.aftersales_kind != "issue" or move.state != "done":
                    continue
                left = move.quantity - sum(
                    returned.quantity
                    for returned in move.returned_move_ids
                    if returned.state == "done"
                )
                back = min(left, over)
                if back > 0:
                    slip = self.ticket._create_return_slips(
                        [(move, back, self.env["stock.lot"])], "return"
                    )
                    slip.move_ids.picked = True
                    slip._action_done()
                    over -= back
        self._assert_balance()
        if "to invoice" in self.ticket.order_ids.mapped("invoice_status"):
            self._step_invoice()
        moves = self.ticket.invoice_ids
        for order in self.ticket.order_ids:
            line = order.order_line._aftersales_billable()
            mine = moves & order.order_line.invoice_lines.move_id
            self.assertAlmostEqual(
                sum(mine.mapped("amount_total_signed")),
                line.price_total / line.product_uom_qty * line.qty_delivered,
                places=2,
            )
