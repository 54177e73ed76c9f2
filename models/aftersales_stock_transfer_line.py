from odoo import api, fields, models
from odoo.exceptions import UserError

COUNTED = {"qty_to_receive", "note"}


class AftersalesStockTransferLine(models.Model):
    """One part of a transfer, with what it was bought on and what became of it."""

    _name = "aftersales.stock.transfer.line"
    _description = "Part of a Transfer"
    _order = "transfer_id, id"
    _rec_name = "product_id"
    _check_company_auto = True

    transfer_id = fields.Many2one(
        "aftersales.stock.transfer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="transfer_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="transfer_id.state")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_storable", "=", True)],
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Number",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
    )
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        default=1.0,
        help="In the part's own unit.",
    )
    qty_sent = fields.Float("Sent", digits="Product Unit", readonly=True, copy=False)
    qty_to_receive = fields.Float("Arrives", digits="Product Unit", copy=False)
    qty_received = fields.Float(
        "Received", digits="Product Unit", readonly=True, copy=False
    )
    qty_lost = fields.Float("Lost", digits="Product Unit", readonly=True, copy=False)
    note = fields.Char("Why not all", copy=False)
    move_out_id = fields.Many2one(
        "stock.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    purchase_ref = fields.Char(
        "Bought on",
        compute="_compute_purchase_ref",
        compute_sudo=True,
        help="The receipt from the supplier by which the part came to us.",
    )

    _quantities_check = models.Constraint(
        "CHECK(quantity > 0 AND COALESCE(qty_received, 0) >= 0"
        " AND COALESCE(qty_lost, 0) >= 0 AND COALESCE(qty_to_receive, 0) >= 0"
        " AND COALESCE(qty_received, 0) + COALESCE(qty_lost, 0)"
        " <= COALESCE(qty_sent, 0) + 0.00001)",
        "No more of a part arrives than was sent.",
    )

    @api.depends("product_id", "lot_id", "move_out_id")
    def _compute_purchase_ref(self):
        """Name the last receipt from a supplier before the part was sent.

        By its number where it has one; one query for each part.
        """
        for line in self:
            receipt = line._get_receipts()[:1]
            words = (
                receipt.picking_id.origin or receipt.origin,
                receipt.picking_id.name,
                receipt.picking_id.partner_id.name,
                receipt.date and fields.Date.to_string(receipt.date),
            )
            line.purchase_ref = ", ".join(filter(None, words))

    def _get_receipts(self):
        """Return the movements by which the part came from a supplier, newest first."""
        self.ensure_one()
        domain = [
            ("product_id", "=", self.product_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "done"),
            ("location_id.usage", "=", "supplier"),
        ]
        if self.lot_id:
            domain.append(("move_line_ids.lot_id", "=", self.lot_id.id))
        if self.move_out_id:
            domain.append(("date", "<=", self.move_out_id.date))
        return self.env["stock.move"].search(
            domain, order="date desc, id desc", limit=5
        )

    def _get_trace(self):
        """Return the way of the part: dicts ``what``, ``document``, ``date`` and more.

        From the receipt from its supplier to the receipt at the destination.
        """
        self.ensure_one()
        # sudo: the trace of parts on a transfer that the user may read
        line = self.sudo()
        steps = [(self.env._("Bought"), move) for move in line._get_receipts()[:1]]
        steps += [(self.env._("Sent"), move) for move in line.move_out_id]
        for move in line.move_out_id.move_dest_ids.sorted("id"):
            if move.state == "done":
                lost = move.location_dest_id.usage == "inventory"
                word = self.env._("Lost") if lost else self.env._("Received")
                steps.append((word, move))
        return [
            {
                "what": what,
                "document": ", ".join(
                    filter(
                        None,
                        (move.picking_id.name, move.picking_id.origin or move.origin),
                    )
                ),
                "partner": move.picking_id.partner_id.name or "",
                "place": move.location_dest_id.display_name,
                "date": move.date,
                "quantity": move.quantity,
            }
            for what, move in steps
        ]

    def _get_in_transit(self):
        """Return what was sent and has neither arrived nor been accounted for."""
        self.ensure_one()
        left = self.qty_sent - self.qty_received - self.qty_lost
        return self.product_uom_id.round(left) if self.product_uom_id else left

    def _check_numbers(self):
        """Raise UserError for a part without its number."""
        for line in self:
            if line.product_id.tracking == "serial" and (
                not line.lot_id or line.quantity != 1
            ):
                raise UserError(
                    self.env._(
                        "Transfer %(name)s: enter the number of %(part)s, one line for "
                        "each piece.",
                        name=line.transfer_id.name,
                        part=line.product_id.display_name,
                    )
                )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.transfer_id._check_state("draft")
        return lines

    def write(self, vals):
        if not self.env.su:
            self.transfer_id._check_state(
                *(("draft", "sent") if not vals.keys() - COUNTED else ("draft",))
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.transfer_id._check_state("draft", "cancelled")
