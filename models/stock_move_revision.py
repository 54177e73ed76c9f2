from collections import defaultdict

from odoo import models


class StockMove(models.Model):
    """Parts whose agreed content is being changed stay in the store (R-BEY-06)."""

    _inherit = "stock.move"

    def _aftersales_check_gate(self):
        result = super()._aftersales_check_gate()
        # sudo: the gate judges by the ticket, whoever moves the stock
        moves = self.sudo().filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.picking_id.aftersales_kind == "issue"
                and move.aftersales_line_id
            )
        )
        leaving = defaultdict(float)
        for move in moves:
            line = move.aftersales_line_id
            leaving[line] += move.product_id.uom_id._compute_quantity(
                move._aftersales_qty_done(), line.product_uom_id, round=False
            )
        moves.aftersales_line_id._check_revision(leaving)
        return result
