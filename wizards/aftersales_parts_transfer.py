from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesPartsTransfer(models.TransientModel):
    """Ask for a loan, or give parts back: choose the lines and the quantities."""

    _name = "aftersales.parts.transfer"
    _description = "Loan or Return of Parts"

    ticket_id = fields.Many2one("aftersales.ticket", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("loan", "Loan"),
            ("return", "Return of unused parts"),
            ("loan_return", "Return of a loan"),
        ],
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many("aftersales.parts.transfer.line", "wizard_id")

    def _get_title(self):
        """Return the wizard's title."""
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _fill_lines(self):
        """Propose the lines there is something to lend or to give back of."""
        self.ensure_one()
        if self.kind == "loan":
            commands = [
                Command.create({"ticket_line_id": line.id, "maximum": line.quantity})
                for line in self.ticket_id.line_ids
                if line._is_stock_part() and line.approval != "declined"
            ]
        else:
            commands = [
                Command.create(
                    {
                        "ticket_line_id": move.aftersales_line_id.id,
                        "move_id": move.id,
                        "lot_id": lot.id,
                        "maximum": quantity,
                    }
                )
                for (move, lot), quantity in self._get_returnable().items()
            ]
        if not commands:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s has no part for this: nothing is open to be "
                    "borrowed, or out to be brought back.",
                    ticket=self.ticket_id.name,
                )
            )
        # sudo: moves are not the technician's to read; the caller has checked role
        # and access to the ticket
        self.sudo().line_ids = commands

    def _get_returnable(self):
        """Return what may come back: dict of (move out, lot) -> quantity.

        In the product's own unit; what is on an open return slip is not offered twice.
        """
        # sudo: read-only account of the ticket's own movements, see _fill_lines
        lines = self.ticket_id.sudo().line_ids
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("aftersales_line_id", "in", lines.ids),
                    ("picking_id.aftersales_kind", "!=", False),
                    ("state", "!=", "cancel"),
                ],
                order="id",
            )
        )
        out_kind = "issue" if self.kind == "return" else "loan"
        out = defaultdict(float)
        back = defaultdict(float)
        for move in moves:
            slip = move.picking_id
            kind = slip.aftersales_kind
            if kind == out_kind and move.state == "done":
                for item in move.move_line_ids:
                    out[move, item.lot_id] += item.quantity_product_uom
            elif kind == self.kind:
                for item in move.move_line_ids:
                    key = (move.origin_returned_move_id, item.lot_id)
                    back[key] += item.quantity_product_uom
            elif self.kind == "loan_return" and slip._aftersales_from_custody():
                # A loan that became an issue: taken off the line's loans, oldest first.
                for item in move.move_line_ids:
                    back[move.aftersales_line_id, item.lot_id] += (
                        item.quantity_product_uom
                    )
        result = {}
        for (move, lot), quantity in out.items():
            left = quantity - back[move, lot]
            converted = back[move.aftersales_line_id, lot]
            taken = min(max(left, 0.0), converted)
            back[move.aftersales_line_id, lot] -= taken
            left -= taken
            if move.product_id.uom_id.compare(left, 0) > 0:
                result[move, lot] = left
        return result

    def action_confirm(self):
        """Make the slip; Finance releases loans, the parts keeper takes back returns.

        :raises UserError: naming the line, when nothing or more than is out is entered
        :return: the action that shows the slip
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket._check_role("technician", "advisor", "parts_keeper")
        chosen = self.line_ids.filtered("quantity")
        if not chosen:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: enter a quantity for at least one part.",
                    ticket=ticket.name,
                )
            )
        for line in chosen:
            if line.ticket_line_id.ticket_id != ticket:
                raise UserError(
                    self.env._(
                        "%(line)s is not a line of ticket %(ticket)s.",
                        line=line.ticket_line_id.name,
                        ticket=ticket.name,
                    )
                )
        # sudo: no stock rights needed; role and access are checked above, the
        # quantities below against what has really moved
        ticket = ticket.sudo()
        ticket._lock_part_lines(chosen.sudo().ticket_line_id)
        if self.kind == "loan":
            slips = ticket._create_loan_slip(chosen.sudo()._get_loan_quantities())
        else:
            entries = chosen.sudo()._get_return_entries(self._get_returnable())
            slips = ticket._create_return_slips(entries, self.kind)
        self._after_slips(slips)
        return self.ticket_id._action_slips(slips)

    def _after_slips(self, slips):
        """Hook: ``slips`` have been made (in sudo)."""


class AftersalesPartsTransferLine(models.TransientModel):
    _name = "aftersales.parts.transfer.line"
    _description = "Part Lent or Given Back"

    wizard_id = fields.Many2one(
        "aftersales.parts.transfer", required=True, ondelete="cascade"
    )
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line", string="Part", required=True, readonly=True
    )
    product_id = fields.Many2one(related="ticket_line_id.product_id")
    move_id = fields.Many2one("stock.move", readonly=True)
    slip_id = fields.Many2one(related="move_id.picking_id", string="Slip")
    lot_id = fields.Many2one("stock.lot", string="Number", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", compute="_compute_product_uom_id")
    maximum = fields.Float("Possible", digits="Product Unit", readonly=True)
    quantity = fields.Float(digits="Product Unit")

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "A quantity cannot be negative."
    )

    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = (
                line.product_id.uom_id
                if line.move_id
                else line.ticket_line_id.product_uom_id
            )

    def _get_loan_quantities(self):
        """Return dict of ticket line -> quantity, in the line's unit."""
        quantities = defaultdict(float)
        for line in self:
            if not line.ticket_line_id._is_stock_part():
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(line)s is not a part of our stock and "
                        "cannot be borrowed. Take its line out.",
                        ticket=line.ticket_line_id.ticket_id.name,
                        line=line.ticket_line_id.name,
                    )
                )
            quantities[line.ticket_line_id] += line.quantity
        return quantities

    def _get_return_entries(self, returnable):
        """Return ``(move out, quantity, lot)`` of these lines.

        :param returnable: dict of (move out, lot) -> quantity still out
        :raises UserError: naming the line, when more comes back than is out
        """
        entries = []
        for line in self:
            left = returnable.get((line.move_id, line.lot_id), 0.0)
            if line.product_uom_id.compare(line.quantity, left) > 0:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s, %(line)s %(lot)s: %(quantity)s cannot come "
                        "back, only %(left)s %(unit)s are out. Enter that or less.",
                        ticket=line.ticket_line_id.ticket_id.name,
                        line=line.ticket_line_id.name,
                        lot=line.lot_id.name or "",
                        quantity=line.quantity,
                        left=left,
                        unit=line.product_uom_id.name,
                    )
                )
            returnable[line.move_id, line.lot_id] = left - line.quantity
            entries.append((line.move_id, line.quantity, line.lot_id))
        return entries
