from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesPartsIssue(models.TransientModel):
    """The counter of the parts store: what really goes out or comes back."""

    _name = "aftersales.parts.issue"
    _description = "Hand Out or Take Back Parts"

    picking_id = fields.Many2one(
        "stock.picking", string="Slip", required=True, readonly=True
    )
    ticket_id = fields.Many2one(related="picking_id.aftersales_ticket_id")
    vehicle_id = fields.Many2one(related="ticket_id.vehicle_id")
    kind = fields.Selection(related="picking_id.aftersales_kind", string="Kind")
    release_basis = fields.Selection(related="picking_id.aftersales_release_basis")
    requested_by = fields.Many2one(related="picking_id.aftersales_requested_by")
    line_ids = fields.One2many("aftersales.parts.issue.line", "wizard_id")

    def _fill_lines(self):
        """Propose what the slip asks for, with the numbers that are reserved."""
        self.ensure_one()
        # sudo: the parts keeper has no stock rights; the caller has checked role and
        # access to the slip
        slip = self.sudo().picking_id
        vals_list = []
        for move in slip._aftersales_open_moves():
            left = move.product_uom_qty
            if move.product_id.tracking == "none":
                quantity = min(move.quantity, left)
                vals_list.append({"move_id": move.id, "quantity": quantity})
                continue
            for line in move.move_line_ids:
                quantity = line.product_uom_id._compute_quantity(
                    line.quantity, move.product_uom, rounding_method="HALF-UP"
                )
                left -= quantity
                vals_list.append(
                    {
                        "move_id": move.id,
                        "lot_id": line.lot_id.id,
                        "quantity": quantity,
                    }
                )
            serial = move.product_id.tracking == "serial"
            while move.product_uom.compare(left, 0) > 0:
                part = min(left, 1.0) if serial else left
                vals_list.append({"move_id": move.id, "quantity": 0.0})
                left -= part
        self.sudo().line_ids = [Command.create(vals) for vals in vals_list]

    def _get_entries(self):
        return [
            # sudo: lots and moves of a slip the user may read; see _aftersales_process
            (line.sudo().move_id, line.quantity, line.sudo().lot_id)
            for line in self.line_ids
        ]

    def action_confirm(self):
        """Hand out or take back what is entered; the rest stays open.

        :raises UserError: when the gate refuses, or somebody else was faster
        """
        self.ensure_one()
        self.picking_id._aftersales_process(self._get_entries())
        return {"type": "ir.actions.act_window_close"}

    def action_ask_more(self):
        """Ask Finance to release what goes beyond the slip.

        :raises UserError: when nothing goes beyond it
        """
        self.ensure_one()
        quantities = {}
        for move, quantity, __ in self._get_entries():
            quantities[move] = quantities.get(move, 0.0) + quantity
        self.picking_id._aftersales_ask_more(quantities)
        return {"type": "ir.actions.act_window_close"}

    def action_fill(self):
        """Enter all that is asked for.

        :raises UserError: when a part has to be chosen by its number first
        """
        self.ensure_one()
        for line in self.line_ids:
            if line.quantity:
                continue
            if line.tracking != "none" and not line.lot_id:
                raise UserError(
                    self.env._(
                        "Choose the number of %(product)s first.",
                        product=line.product_id.display_name,
                    )
                )
            line.quantity = line._get_missing()
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Slip %(slip)s", slip=self.picking_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class AftersalesPartsIssueLine(models.TransientModel):
    _name = "aftersales.parts.issue.line"
    _description = "Part Handed Out or Taken Back"

    wizard_id = fields.Many2one(
        "aftersales.parts.issue", required=True, ondelete="cascade"
    )
    picking_id = fields.Many2one(related="wizard_id.picking_id")
    move_id = fields.Many2one(
        "stock.move",
        string="Part",
        required=True,
        domain="[('picking_id', '=', picking_id)]",
    )
    product_id = fields.Many2one(related="move_id.product_id")
    tracking = fields.Selection(related="product_id.tracking")
    product_uom_id = fields.Many2one(related="move_id.product_uom", string="Unit")
    demand = fields.Float(related="move_id.product_uom_qty", string="Asked for")
    available = fields.Float(
        compute="_compute_there",
        digits="Product Unit",
        help="On hand where the part is taken from, in the product's own unit; of the "
        "number, when one is chosen.",
    )
    lot_choice_ids = fields.Many2many(
        "stock.lot", string="Numbers there", compute="_compute_there"
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Number", domain="[('id', 'in', lot_choice_ids)]"
    )
    quantity = fields.Float("Counted", digits="Product Unit")

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)",
        "A counted quantity cannot be negative. Take parts back on a return slip.",
    )

    @api.depends("move_id", "lot_id")
    def _compute_there(self):
        """Say how much lies there, and which numbers may be chosen: those that lie
        where the part is taken from; on a return slip those that went out."""
        # sudo: quantities on hand only, of parts on a slip the user may read
        by_location = self.sudo().grouped(lambda line: line.move_id.location_id)
        for location, lines in by_location.items():
            domain = [
                ("product_id", "in", lines.product_id.ids),
                ("location_id", "child_of", location.ids),
            ]
            rows = lines.env["stock.quant"]._read_group(
                domain, ["product_id", "lot_id"], ["quantity:sum"]
            )
            there = {(product, lot): quantity for product, lot, quantity in rows}
            for line in lines:
                mine = {
                    lot: quantity
                    for (product, lot), quantity in there.items()
                    if product == line.product_id
                }
                line.available = (
                    mine.get(line.lot_id, 0.0) if line.lot_id else sum(mine.values())
                )
                origin = line.move_id.origin_returned_move_id
                line.lot_choice_ids = origin.move_line_ids.lot_id or [
                    lot.id for lot, quantity in mine.items() if lot and quantity > 0
                ]

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        """Count what a chosen number adds, as long as nothing has been counted."""
        if self.lot_id and not self.quantity:
            unit, own = self.move_id.product_uom, self.product_id.uom_id
            there = own._compute_quantity(self.available, unit, round=False)
            self.quantity = max(min(self._get_missing(), there), 0.0)

    def _get_missing(self):
        """Return how much of the part no line of the wizard counts yet."""
        self.ensure_one()
        counted = sum(
            line.quantity
            for line in self.wizard_id.line_ids
            if line.move_id == self.move_id
        )
        missing = max(self.demand - counted, 0.0)
        return min(missing, 1.0) if self.tracking == "serial" else missing
