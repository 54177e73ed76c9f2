from odoo import api, models
from odoo.exceptions import UserError

from .stock_picking import GATED_KINDS


class StockMoveLine(models.Model):
    """Slips that are done stay as they were signed."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._aftersales_check_done()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"quantity", "lot_id", "product_uom_id"} & vals.keys():
            self._aftersales_check_done()
        return result

    def _aftersales_is_counted(self):
        """Return whether Odoo counts the part where this line takes it from."""
        self.ensure_one()
        return (
            self.product_id.is_storable
            and not self.location_id.should_bypass_reservation()
        )

    def _aftersales_check_done(self):
        """Refuse to change a slip that is done beyond what was signed for.

        Others than us may edit transfers in standard: what came back is
        not entered a second time, what went out is not enlarged.
        """
        # sudo: the gate judges by the ticket, whoever edits the transfer
        done = self.sudo().filtered(
            lambda line: line.state == "done" and line.picking_id.aftersales_kind
        )
        for move in done.move_id:
            if move.picking_id.aftersales_kind in GATED_KINDS:
                move._aftersales_check_signed()
            elif not self.env.su:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s is done. Make another slip from the ticket for "
                        "what has changed.",
                        slip=move.picking_id.name,
                    )
                )
