from collections import defaultdict

from odoo import models
from odoo.exceptions import LockError, UserError

from .stock_picking import GATED_KINDS


class StockMove(models.Model):
    """Nothing is handed out that is not there."""

    _inherit = "stock.move"

    def _aftersales_check_there(self):
        """Refuse to take more out of stock than lies there, part by part.

        Counted for each location, number, package and owner, in the part's own unit.
        What Odoo is set not to count (a product without *Track Inventory*) is not
        counted here either. The stock is locked, so that two slips at the same moment
        cannot both take the last piece.

        :raises UserError: naming slip, part, wanted and available quantity, or that
            somebody else moves the same stock at this moment
        """
        wanted = defaultdict(float)
        move_of = {}
        for move in self:
            if move.picking_id.aftersales_kind not in GATED_KINDS:
                continue
            for line in move.move_line_ids:
                if not line.picked or not line._aftersales_is_counted():
                    continue
                key = (
                    line.product_id,
                    line.location_id,
                    line.lot_id,
                    line.package_id,
                    line.owner_id,
                )
                wanted[key] += line.quantity_product_uom
                move_of[key] = move
        if not wanted:
            return
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", [key[0].id for key in wanted]),
                ("location_id", "in", [key[1].id for key in wanted]),
            ]
        )
        moves = self.browse().union(*move_of.values())
        moves._aftersales_lock_stock(quants)
        there = defaultdict(float)
        for quant in quants:
            key = (
                quant.product_id,
                quant.location_id,
                quant.lot_id,
                quant.package_id,
                quant.owner_id,
            )
            there[key] += quant.quantity
        for key, quantity in wanted.items():
            if key[0].uom_id.compare(quantity, there[key]) > 0:
                move_of[key]._aftersales_refuse_missing(
                    quantity, there[key], key[0].uom_id, key[1], key[2]
                )

    def _aftersales_lock_stock(self, quants):
        """Lock what these moves take from.

        :raises UserError: naming slip and parts, when somebody else moves it
        """
        try:
            quants.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: somebody else moves %(product)s at this moment. "
                    "Look at the stock and try again.",
                    slip=", ".join(self.picking_id.mapped("name")),
                    product=", ".join(self.product_id.mapped("display_name")),
                )
            ) from error

    def _aftersales_refuse_missing(self, wanted, available, unit, location, lot):
        """Raise UserError: there is less of the part than is to be handed out."""
        self.ensure_one()
        raise UserError(
            self.env._(
                "Slip %(slip)s: %(wanted)s %(unit)s of %(product)s %(lot)s are to "
                "leave %(location)s, but %(available)s %(unit)s are there. Hand out "
                "less, or correct the stock first.",
                slip=self.picking_id.name,
                wanted=wanted,
                available=max(available, 0.0),
                unit=unit.name,
                product=self.product_id.display_name,
                lot=lot.name or "",
                location=location.display_name,
            )
        )

    def _aftersales_find_stock(self, quantity, lot, taken):
        """Say from which shelves ``quantity`` of this part is taken.

        What nobody has reserved comes first, then what the counter takes from others.

        :param quantity: in the move's unit
        :param lot: the number that was chosen, or empty
        :param taken: dict of quant -> quantity this slip takes from it already, in
            the product's own unit; what is found here is added to it
        :return: list of ``(quant, quantity in the product's own unit)``
        :raises UserError: when there is less
        """
        self.ensure_one()
        unit = self.product_id.uom_id
        left = wanted = self.product_uom._compute_quantity(
            quantity, unit, rounding_method="HALF-UP"
        )
        quants = self.env["stock.quant"]._gather(
            self.product_id, self.location_id, lot_id=lot or None
        )
        if lot:
            quants = quants.filtered(lambda quant: quant.lot_id == lot)
        found = defaultdict(float)
        for fname in ("available_quantity", "quantity"):
            for quant in quants:
                part = min(quant[fname] - taken[quant], left)
                if unit.compare(part, 0) > 0:
                    found[quant] += part
                    taken[quant] += part
                    left -= part
        if unit.compare(left, 0) > 0:
            self._aftersales_refuse_missing(
                quantity,
                unit._compute_quantity(wanted - left, self.product_uom),
                self.product_uom,
                self.location_id,
                lot,
            )
        return list(found.items())
