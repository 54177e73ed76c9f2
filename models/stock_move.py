from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .stock_picking import GATED_KINDS

# What a release signs for: a move changed in one of these has to be released anew.
SIGNED_FIELDS = (
    "product_id",
    "aftersales_line_id",
    "sale_line_id",
    "location_dest_id",
)


class StockMove(models.Model):
    """The parts of a ticket on their way, and the gate they pass."""

    _inherit = "stock.move"

    aftersales_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Ticket Line",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    aftersales_released_qty = fields.Float(
        string="Released",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="How much Finance has signed for, in the product's own unit.",
    )

    _aftersales_released_positive = models.Constraint(
        "CHECK(aftersales_released_qty IS NULL OR aftersales_released_qty >= 0)",
        "A released quantity cannot be negative.",
    )

    @api.depends_context("aftersales_show_product")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        if self.env.context.get("aftersales_show_product"):
            for move in self:
                move.display_name = move.product_id.display_name
        return result

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        if not self.env.su and any(moves.mapped("aftersales_released_qty")):
            raise AccessError(
                self.env._("Parts are released by the release of their slip.")
            )
        return moves

    def write(self, vals):
        if not self.env.su and {"aftersales_released_qty"} & vals.keys():
            raise AccessError(
                self.env._("Parts are released by the release of their slip.")
            )
        signed = [fname for fname in SIGNED_FIELDS if fname in vals]
        if signed:
            self._aftersales_unsign(vals, signed)
        return super().write(vals)

    def _aftersales_unsign(self, vals, fnames):
        """Take the release off open moves that ``vals`` make into something else."""
        changed = self.filtered(
            lambda move: (
                move.aftersales_released_qty
                and move.state not in ("done", "cancel")
                and any(move[fname].id != (vals[fname] or False) for fname in fnames)
            )
        )
        if changed:
            # sudo: the signature is withdrawn, whoever made the change
            changed.sudo().aftersales_released_qty = 0.0

    # -- The gate -------------------------------------------------------------------

    def _action_done(self, cancel_backorder=False):
        self._aftersales_check_gate()
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._aftersales_after_done()
        return moves

    def _aftersales_check_gate(self):
        """Refuse parts of a ticket that leave or come back in a wrong way.

        Holds however a move is brought to *done*. Out: on a released slip, within the
        quantity that was signed for, valuable parts with their number (R-PART-01, 06,
        07), and once who fits them himself has accepted the terms (R-DIAG-04). Back:
        no more than went out, and the very same serials.

        :raises UserError: naming the slip, the part and what to do
        """
        # sudo: the gate judges by the ticket, whoever moves the stock
        moves = self.sudo().filtered(lambda move: move.state not in ("done", "cancel"))
        moves._aftersales_check_bypass()
        slips = moves.filtered("picking_id.aftersales_kind")
        if not slips:
            return
        slips.picking_id._aftersales_check_released()
        leaving = slips.filtered(
            lambda move: (
                move.picking_id.aftersales_kind in GATED_KINDS
                and move._aftersales_qty_done()
            )
        )
        leaving.picking_id.aftersales_ticket_id._check_disclaimer()
        slips._aftersales_check_there()
        for move in slips:
            if not move._aftersales_qty_done():
                continue
            if move.picking_id.aftersales_kind in GATED_KINDS:
                move._aftersales_check_signed()
        slips.picking_id._aftersales_check_still_paid()
        slips._aftersales_check_returns()
        slips._aftersales_check_custody()

    def _aftersales_check_bypass(self):
        """Refuse parts of a ticket's line or order that go out on any other paper."""
        for move in self:
            if move.picking_id.aftersales_kind or move.origin_returned_move_id:
                continue
            ticket = (
                move.aftersales_line_id.ticket_id
                or move.sale_line_id.order_id.aftersales_ticket_id
            )
            if ticket and move.location_dest_id.usage != "internal":
                raise UserError(
                    self.env._(
                        "%(product)s belongs to ticket %(ticket)s: it leaves on an "
                        "issue slip of that ticket only, not on %(transfer)s.",
                        product=move.product_id.display_name,
                        ticket=ticket.name,
                        transfer=move.picking_id.name or move.reference or "-",
                    )
                )

    def _aftersales_qty_done(self):
        """Return how much of the move is counted, in the product's own unit."""
        self.ensure_one()
        lines = self.move_line_ids.filtered("picked")
        return sum(lines.mapped("quantity_product_uom"))

    def _aftersales_check_signed(self):
        """Raise UserError unless the counted quantity has been signed for."""
        self.ensure_one()
        slip = self.picking_id
        product = self.product_id
        if not self.aftersales_line_id:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: %(product)s is not on any line of ticket "
                    "%(ticket)s. Add it there first.",
                    slip=slip.name,
                    product=product.display_name,
                    ticket=slip.aftersales_ticket_id.name,
                )
            )
        done = self._aftersales_qty_done()
        if product.uom_id.compare(done, self.aftersales_released_qty) > 0:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: %(done)s %(unit)s of %(product)s, but only "
                    "%(released)s released. Ask for the rest and have it released.",
                    slip=slip.name,
                    done=done,
                    released=self.aftersales_released_qty,
                    unit=product.uom_id.name,
                    product=product.display_name,
                )
            )
        if product.aftersales_valuable and any(
            line.picked and line.quantity and not (line.lot_id or line.lot_name)
            for line in self.move_line_ids
        ):
            raise UserError(
                self.env._(
                    "Slip %(slip)s: %(product)s is valuable; enter its identification "
                    "number.",
                    slip=slip.name,
                    product=product.display_name,
                )
            )

    def _aftersales_check_returns(self):
        """Raise UserError when more, or another serial, comes back than went out."""
        returns = self.filtered(lambda m: m.picking_id.aftersales_kind == "return")
        if not returns:
            return
        for move in returns:
            if not move.origin_returned_move_id.aftersales_line_id:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: %(product)s was not issued on this ticket. "
                        "Return it from the ticket.",
                        slip=move.picking_id.name,
                        product=move.product_id.display_name,
                    )
                )
        origins = returns.origin_returned_move_id
        others = self.search(
            [("origin_returned_move_id", "in", origins.ids), ("state", "=", "done")]
        )
        balance = defaultdict(float)
        for move, sign in [(m, 1) for m in origins] + [(m, -1) for m in others]:
            key = (move.origin_returned_move_id or move).id
            for line in move.move_line_ids:
                balance[key, line.lot_id.id] += sign * line.quantity_product_uom
        returns._aftersales_take_from(
            balance, lambda move: move.origin_returned_move_id.id
        )

    def _aftersales_check_custody(self):
        """Raise UserError when more leaves custody than is on loan for the line."""
        leaving = self.filtered(lambda m: m.picking_id._aftersales_from_custody())
        if not leaving:
            return
        done = self.search(
            [
                ("aftersales_line_id", "in", leaving.aftersales_line_id.ids),
                ("state", "=", "done"),
            ]
        )
        balance = defaultdict(float)
        for move in done:
            sign = 1 if move.picking_id.aftersales_kind == "loan" else -1
            if sign < 0 and not move.picking_id._aftersales_from_custody():
                continue
            for line in move.move_line_ids:
                key = (move.aftersales_line_id.id, line.lot_id.id)
                balance[key] += sign * line.quantity_product_uom
        leaving._aftersales_take_from(balance, lambda move: move.aftersales_line_id.id)

    def _aftersales_take_from(self, balance, key):
        """Draw the counted lines from ``balance``; refuse what is not in it.

        :param balance: dict of (key, lot id) -> quantity in the product's unit
        :param key: function of a move giving the first half of that key
        """
        for move in self:
            for line in move.move_line_ids:
                if not line.picked:
                    continue
                at = (key(move), line.lot_id.id)
                balance[at] -= line.quantity_product_uom
                if move.product_id.uom_id.compare(balance[at], 0) < 0:
                    raise UserError(
                        self.env._(
                            "Slip %(slip)s: more of %(product)s %(lot)s comes back "
                            "than is out for line %(line)s of ticket %(ticket)s.",
                            slip=move.picking_id.name,
                            product=move.product_id.display_name,
                            lot=line.lot_id.name or "",
                            line=move.aftersales_line_id.name,
                            ticket=move.picking_id.aftersales_ticket_id.name,
                        )
                    )

    def _create_backorder(self):
        signed = {move: move.aftersales_released_qty for move in self}
        backorder_moves = super()._create_backorder()
        if any(signed.values()):
            # sudo: what was signed for and stays open remains signed for; the field
            # cannot be written by who validates the slip
            self.sudo()._aftersales_share_release(signed, backorder_moves.sudo())
        return backorder_moves

    def _aftersales_share_release(self, signed, backorder_moves):
        """Hand what is left of each release on to the move that carries the rest."""
        for rest in backorder_moves:
            for move in self:
                if not signed[move] or any(
                    move[fname] != rest[fname] for fname in SIGNED_FIELDS
                ):
                    continue
                left = max(signed[move] - move.product_qty, 0.0)
                share = min(left, rest.product_qty)
                rest.aftersales_released_qty += share
                signed[move] -= share
                move.aftersales_released_qty = signed[move]
                break

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return super()._prepare_merge_moves_distinct_fields() + ["aftersales_line_id"]

    def _prepare_aftersales_return_vals(self, quantity, source, destination):
        """Return the values of a move that brings ``quantity`` of this one back.

        :param quantity: in the product's own unit
        """
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity,
            "product_uom": self.product_id.uom_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
            "origin": self.origin,
            "origin_returned_move_id": self.id,
            "aftersales_line_id": self.aftersales_line_id.id,
            "sale_line_id": self.sale_line_id.id,
            # Delivered quantity and invoice of the order fall with it.
            "to_refund": True,
        }

    # -- What follows ----------------------------------------------------------------

    def _aftersales_after_done(self):
        """Keep the obligations for old parts in step with what left and came back."""
        # sudo: the keeper's step, or that of whoever validated the slip
        moves = self.sudo().filtered(
            lambda move: move.state == "done" and move.aftersales_line_id
        )
        if not moves:
            return
        obligations = self.env["aftersales.part.return"].sudo()
        issued = moves.filtered(lambda m: m.picking_id.aftersales_kind == "issue")
        obligations._create_for_issue(issued)
        back = moves.filtered(lambda m: m.picking_id.aftersales_kind == "return")
        obligations._reduce_for_return(back.origin_returned_move_id)
        slips = moves.picking_id
        slips.filtered(
            lambda slip: slip.aftersales_kind == "loan" and slip.aftersales_due_date
        )._aftersales_remind_loan()
        settled = slips.filtered(lambda slip: slip._aftersales_from_custody())
        if settled:
            moves.aftersales_line_id.move_ids.picking_id.filtered(
                lambda slip: (
                    slip.aftersales_kind == "loan"
                    and slip.state == "done"
                    and not slip.aftersales_loan_settled
                )
            )._aftersales_settle_loans()
        moves.aftersales_line_id._aftersales_after_moves()
