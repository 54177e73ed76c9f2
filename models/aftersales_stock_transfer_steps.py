from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import LockError, UserError


class AftersalesStockTransfer(models.Model):
    """Sent, received, and what became of what did not arrive."""

    _inherit = "aftersales.stock.transfer"

    def _lock_transfer(self):
        """Lock these against a second user, and read them anew."""
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Transfer %(name)s is being worked on by somebody else at this "
                    "moment. Look at it again.",
                    name=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset()

    def _get_transit(self):
        """Return where parts between two warehouses are."""
        self.ensure_one()
        transit = self.company_id.internal_transit_location_id
        if not transit:
            self.company_id._create_transit_location()
            transit = self.company_id.internal_transit_location_id
        transit.active = True
        return transit

    def action_send(self):
        """Take the parts off the shelf and send them (parts keeper).

        :raises UserError: naming the part, when there is less than is to be sent, or
            its number is missing
        """
        self.ensure_one()
        self._check_role("parts_keeper")
        # sudo: the parts keeper has no stock rights; role and state are checked here,
        # both warehouses are the transfer's own company's
        transfer = self.sudo().with_company(self.company_id)
        transfer._lock_transfer()
        transfer._check_state("draft")
        if not transfer.line_ids:
            raise UserError(
                self.env._(
                    "Transfer %(name)s is empty. Add a part.", name=transfer.name
                )
            )
        transfer.line_ids._check_numbers()
        transit = transfer._get_transit()
        entries = [(line, line.quantity) for line in transfer.line_ids]
        out = transfer._create_picking(
            transfer.source_id, transfer.source_id.lot_stock_id, transit, entries
        )
        taken = defaultdict(float)
        for line, move in zip(transfer.line_ids, out.move_ids, strict=True):
            line.move_out_id = move
            for quant, part in move._aftersales_find_stock(
                line.quantity, line.lot_id, taken
            ):
                transfer._count(move, part, line.lot_id or quant.lot_id, quant)
        transfer._complete(out)
        for line in transfer.line_ids:
            line.qty_sent = line.quantity
            line.qty_to_receive = line.quantity
        transfer.write(
            {
                "state": "sent",
                "picking_out_id": out.id,
                "sent_by_id": self.env.uid,
                "sent_at": fields.Datetime.now(),
            }
        )
        return True

    def action_receive(self):
        """Put what has arrived onto the shelf (parts keeper).

        The transfer stays open while something of it is still on its way.

        :raises UserError: when nothing, or more than was sent, is entered
        """
        self.ensure_one()
        self._check_role("parts_keeper")
        # sudo: as for sending
        transfer = self.sudo().with_company(self.company_id)
        transfer._lock_transfer()
        transfer._check_state("sent")
        arrived = transfer.line_ids.filtered("qty_to_receive")
        if not arrived:
            raise UserError(
                self.env._(
                    "Transfer %(name)s: enter what has arrived.", name=transfer.name
                )
            )
        for line in arrived:
            if (
                line.product_uom_id.compare(line.qty_to_receive, line._get_in_transit())
                > 0
            ):
                raise UserError(
                    self.env._(
                        "Transfer %(name)s: %(quantity)s of %(part)s cannot have "
                        "arrived, %(left)s are on their way.",
                        name=transfer.name,
                        quantity=line.qty_to_receive,
                        part=line.product_id.display_name,
                        left=line._get_in_transit(),
                    )
                )
        transfer._bring_in(
            [(line, line.qty_to_receive) for line in arrived],
            transfer.destination_id.lot_stock_id,
        )
        for line in arrived:
            line.qty_received += line.qty_to_receive
        for line in transfer.line_ids:
            line.qty_to_receive = line._get_in_transit()
        transfer._close_if_complete()
        return True

    def action_lost(self):
        """Account for what never arrived: out of the stock, with a reason (Finance).

        :raises UserError: to who sent it, or without a reason for each part
        """
        self.ensure_one()
        self._check_role("finance")
        # sudo: as for sending
        transfer = self.sudo().with_company(self.company_id)
        transfer._lock_transfer()
        transfer._check_state("sent")
        if transfer.sent_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "Transfer %(name)s: you have sent it. Somebody else accounts for "
                    "what is missing.",
                    name=transfer.name,
                )
            )
        missing = transfer.line_ids.filtered(lambda line: line._get_in_transit())
        for line in missing:
            if not (line.note or "").strip():
                raise UserError(
                    self.env._(
                        "Transfer %(name)s: write on the line of %(part)s why it did "
                        "not arrive.",
                        name=transfer.name,
                        part=line.product_id.display_name,
                    )
                )
        loss = (
            missing.product_id[:1]
            .with_company(self.company_id)
            .property_stock_inventory
        )
        transfer._bring_in([(line, line._get_in_transit()) for line in missing], loss)
        for line in missing:
            line.qty_lost += line._get_in_transit()
        transfer._close_if_complete()
        return True

    def action_cancel(self):
        """Give the transfer up before it is sent."""
        self._check_role("parts_keeper")
        self._check_state("draft")
        # sudo: the state is not editable; role and state are checked above
        self.sudo().state = "cancelled"
        return True

    # -- The transfers behind it ---------------------------------------------------

    def _create_picking(self, warehouse, source, destination, entries):
        """Return a confirmed transfer of ``entries``: ``(line, quantity)``."""
        self.ensure_one()
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "origin": self.name,
                "company_id": self.company_id.id,
                "user_id": False,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": quantity,
                            "product_uom": line.product_id.uom_id.id,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                            "company_id": self.company_id.id,
                            "origin": self.name,
                            "move_orig_ids": [Command.set(line.move_out_id.ids)],
                        }
                    )
                    for line, quantity in entries
                ],
            }
        )
        # Each line of the paper stays a line: nothing is merged.
        picking.move_ids._action_confirm(merge=False)
        picking.move_ids.move_line_ids.unlink()
        return picking

    def _count(self, move, quantity, lot, quant):
        """Write that ``quantity`` (part's own unit) moves from ``quant``."""
        self.env["stock.move.line"].create(
            {
                "move_id": move.id,
                "picking_id": move.picking_id.id,
                "product_id": move.product_id.id,
                "product_uom_id": move.product_id.uom_id.id,
                "location_id": quant.location_id.id or move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
                "lot_id": lot.id,
                "package_id": quant.package_id.id,
                "owner_id": quant.owner_id.id,
                "quantity": quantity,
                "picked": True,
            }
        )

    def _complete(self, picking):
        """Complete ``picking`` as counted."""
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if picking.state != "done":
            raise UserError(
                self.env._(
                    "Transfer %(name)s: %(picking)s could not be completed. Open it in "
                    "Inventory to see what it waits for.",
                    name=self.name,
                    picking=picking.name,
                )
            )

    def _bring_in(self, entries, destination):
        """Move ``entries`` out of the transit, the very numbers that were sent."""
        self.ensure_one()
        picking = self._create_picking(
            self.destination_id, self._get_transit(), destination, entries
        )
        picking.aftersales_transfer_id = self
        for (line, quantity), move in zip(entries, picking.move_ids, strict=True):
            left = quantity
            gone = defaultdict(float)
            for item in line.move_out_id.move_dest_ids.move_line_ids:
                if item.state == "done":
                    gone[item.lot_id] += item.quantity_product_uom
            for item in line.move_out_id.move_line_ids:
                there = item.quantity_product_uom - gone[item.lot_id]
                gone[item.lot_id] -= min(item.quantity_product_uom, gone[item.lot_id])
                part = min(there, left)
                if line.product_id.uom_id.compare(part, 0) > 0:
                    self._count(move, part, item.lot_id, self.env["stock.quant"])
                    left -= part
        self._complete(picking)

    def _close_if_complete(self):
        """Close the transfer when nothing of it is on its way any more."""
        self.ensure_one()
        if not any(line._get_in_transit() for line in self.line_ids):
            self.write(
                {
                    "state": "received",
                    "received_by_id": self.env.uid,
                    "received_at": fields.Datetime.now(),
                }
            )
