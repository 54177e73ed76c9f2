from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from .stock_picking import GATED_KINDS

CASE_CHECKS = {
    "warranty": "_aftersales_check_warranty",
    "paid": "_aftersales_check_paid",
    "credit": "_aftersales_check_credit",
}


class StockPicking(models.Model):
    """The one release gate of parts (R-PART-01..05)."""

    _inherit = "stock.picking"

    def action_aftersales_release(self):
        """Sign that the parts of these slips may leave (Finance; R-PART-01..05).

        Checked by case: *warranty* – the vehicle is under warranty at the date of the
        report and nobody has found misuse; *paid* – the money in the books covers all
        parts released as paid on the order, this slip included, with tax; *credit* –
        somebody else answers for the money; *own cost* – a signature is enough. A loan
        is released as credit: the borrower answers for the part.

        :raises UserError: naming the slip and what is missing
        """
        self._aftersales_check_role("finance")
        self._aftersales_check_slip(*GATED_KINDS)
        # sudo: Finance has no stock rights; role, access and state are checked above
        slips = self.sudo()
        slips._aftersales_lock()
        slips._aftersales_check_slip(*GATED_KINDS)
        for slip in slips:
            slip._aftersales_check_releaser(self.env.user)
            check = CASE_CHECKS.get(slip.aftersales_release_basis)
            if check:
                getattr(slip, check)()
            slip.write(
                {
                    "aftersales_released_by": self.env.uid,
                    "aftersales_released_at": fields.Datetime.now(),
                }
            )
            for move in slip.move_ids.filtered(lambda m: m.state != "cancel"):
                move.aftersales_released_qty = move.product_qty
        return True

    def _aftersales_check_releaser(self, user):
        """Raise UserError when ``user`` asked for the parts, or it is signed."""
        self.ensure_one()
        if self.aftersales_released_by:
            raise UserError(
                self.env._(
                    "Slip %(slip)s has been released by %(user)s already.",
                    slip=self.name,
                    user=self.aftersales_released_by.name,
                )
            )
        if self.aftersales_requested_by == user:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: you asked for these parts yourself. Somebody else "
                    "from Finance releases them.",
                    slip=self.name,
                )
            )
        if not self.aftersales_release_basis:
            raise UserError(
                self.env._(
                    "Slip %(slip)s states no case. Ask for the parts from the ticket.",
                    slip=self.name,
                )
            )

    def _aftersales_check_warranty(self):
        """Case a: decided to be covered, as of the report (R-WAR-02, 06, 10), or work
        of a campaign, which no time or distance limits (R-BEY-08)."""
        self.ensure_one()
        for line in self._aftersales_open_moves().aftersales_line_id:
            if line._is_free_by_campaign():
                continue
            decision = line._get_warranty_decision()
            if not decision:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: nobody has judged yet whether %(line)s was "
                        "damaged by human cause. Press Cause on its line, on the page "
                        "Parts and operations of the ticket.",
                        slip=self.name,
                        line=line.name,
                    )
                )
            if line.human_caused:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: %(line)s was damaged by human cause and is "
                        "outside the warranty. The customer pays for it.",
                        slip=self.name,
                        line=line.name,
                    )
                )
            if not decision._holds():
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: %(line)s of vehicle %(vehicle)s is not under "
                        "warranty at the report of ticket %(ticket)s: %(reason)s. Let "
                        "another payer bear it.",
                        slip=self.name,
                        line=line.name,
                        vehicle=decision.vehicle_id.display_name or "-",
                        ticket=decision.ticket_id.name,
                        reason=decision._get_reason(),
                    )
                )

    def _aftersales_check_credit(self):
        """Case c: somebody other than the releaser answers for it (R-PART-04)."""
        self.ensure_one()
        if not self.aftersales_guarantor_id:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: the parts are not paid and nobody answers for the "
                    "money. Name a guarantor on the lines of ticket %(ticket)s.",
                    slip=self.name,
                    ticket=self.aftersales_ticket_id.name,
                )
            )
        if self.aftersales_guarantor_id == self.env.user:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: who answers for the money does not release the "
                    "parts. Ask somebody else from Finance.",
                    slip=self.name,
                )
            )

    def _aftersales_check_paid(self):
        """Case b: the money is in the books (R-PART-03, R-PART-05)."""
        self.ensure_one()
        moves = self._aftersales_open_moves()
        orders = moves.sale_line_id.order_id
        if not orders or any(not move.sale_line_id for move in moves):
            raise UserError(
                self.env._(
                    "Slip %(slip)s: these parts are on no order, nothing can have "
                    "been paid for them. Quote them first.",
                    slip=self.name,
                )
            )
        self._aftersales_lock_orders(orders)
        for order in orders:
            needed = self._aftersales_amount_needed(order, moves)
            received = order._aftersales_amount_received()
            if order.currency_id.compare_amounts(received, needed) < 0:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: parts for %(needed)s are asked for on order "
                        "%(order)s, but only %(received)s has been received. Invoice "
                        "them in advance from ticket %(ticket)s and wait for the "
                        "payment, or give them on credit with a guarantor.",
                        slip=self.name,
                        order=order.name,
                        ticket=self.aftersales_ticket_id.name,
                        needed=order.currency_id.format(needed),
                        received=order.currency_id.format(received),
                    )
                )

    def _aftersales_lock_orders(self, orders):
        """Keep two slips from leaving at once against the same money.

        :raises UserError: naming slip and orders, when somebody else is at them
        """
        self.ensure_one()
        try:
            orders.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: order %(order)s is being worked on at this "
                    "moment. Try again.",
                    slip=self.name,
                    order=", ".join(orders.mapped("name")),
                )
            ) from error

    def _aftersales_check_still_paid(self):
        """Refuse what was released as paid when the money is gone again (R-PART-03).

        A payment may bounce, be reversed, or its invoice be credited between release
        and issue. Only what leaves now, and what has left already, wants its money.

        :raises UserError: naming slip, order and the missing amount
        """
        for slip in self:
            if (slip.aftersales_kind, slip.aftersales_release_basis) != (
                "issue",
                "paid",
            ):
                continue
            moves = slip._aftersales_open_moves().filtered(
                lambda move: move._aftersales_qty_done()
            )
            orders = moves.sale_line_id.order_id
            slip._aftersales_lock_orders(orders)
            for order in orders:
                needed = slip._aftersales_amount_needed(order, moves, leaving=True)
                missing = needed - order._aftersales_amount_received()
                if order.currency_id.compare_amounts(missing, 0.0) > 0:
                    raise UserError(
                        slip.env._(
                            "Slip %(slip)s was released as paid, but %(missing)s of "
                            "it is no longer paid on order %(order)s: a payment was "
                            "reversed or an invoice credited. Wait for the money, or "
                            "hand out less.",
                            slip=slip.name,
                            order=order.name,
                            missing=order.currency_id.format(missing),
                        )
                    )

    def _aftersales_open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _aftersales_amount_needed(self, order, moves, leaving=False):
        """Return what the parts of ``order`` released as paid come to, with ``moves``.

        Tax included, in the order's currency, net of what came back. Parts given on
        credit do not count: their guarantor answers for them.

        :param moves: the open moves of this slip that are asked for
        :param leaving: count only what has left, and of ``moves`` what is counted out
        """
        self.ensure_one()
        out = self.env["stock.move"].search(
            [
                ("sale_line_id.order_id", "=", order.id),
                ("state", "=", "done") if leaving else ("state", "!=", "cancel"),
                ("picking_id.aftersales_kind", "=", "issue"),
                ("picking_id.aftersales_release_basis", "=", "paid"),
                ("picking_id.aftersales_released_by", "!=", False),
                ("id", "not in", moves.ids),
            ]
        )
        back = self.env["stock.move"].search(
            [("origin_returned_move_id", "in", out.ids), ("state", "=", "done")]
        )
        quantities = defaultdict(float)
        for move in moves.filtered(lambda move: move.sale_line_id.order_id == order):
            quantity = move._aftersales_qty_done() if leaving else move.product_qty
            quantities[move.sale_line_id] += move.product_id.uom_id._compute_quantity(
                quantity, move.sale_line_id.product_uom_id, round=False
            )
        for others, sign in ((out, 1), (back, -1)):
            for move in others:
                line = (move.origin_returned_move_id or move).sale_line_id
                done = move.state == "done"
                quantities[line] += sign * move.product_uom._compute_quantity(
                    move.quantity if done else move.product_uom_qty,
                    line.product_uom_id,
                    round=False,
                )
        return self._aftersales_get_worth(order, quantities)

    def _aftersales_get_worth(self, order, quantities):
        """Return what ``quantities`` of the order's lines cost, tax included.

        :param quantities: dict of sale.order.line -> quantity in the line's unit
        """
        total = 0.0
        within_order = True
        for line, quantity in quantities.items():
            if line.product_uom_id.compare(quantity, line.product_uom_qty) > 0:
                within_order = False
            total += line.tax_ids.compute_all(
                line.price_unit * (1 - (line.discount or 0.0) / 100.0),
                currency=order.currency_id,
                quantity=quantity,
                product=line.product_id,
                partner=order.partner_shipping_id,
            )["total_included"]
        # Tax rounded line by line may exceed the order's own total by a cent.
        if within_order:
            total = min(total, order.amount_total)
        return order.currency_id.round(total)

    def action_aftersales_withdraw_release(self):
        """Take the signature back while the parts are still here (Finance).

        :raises UserError: when the parts have left
        """
        self._aftersales_check_role("finance")
        self._aftersales_check_slip(*GATED_KINDS)
        # sudo: Finance has no stock rights; role, access and state are checked above
        slips = self.sudo()
        slips._aftersales_lock()
        slips._aftersales_check_slip(*GATED_KINDS)
        slips._aftersales_reset_release()
        return True

    def _aftersales_reset_release(self):
        """Empty the signature of these slips; checks nothing."""
        self.write({"aftersales_released_by": False, "aftersales_released_at": False})
        self.move_ids.filtered(lambda move: move.state != "done").write(
            {"aftersales_released_qty": 0.0}
        )
