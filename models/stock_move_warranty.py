from odoo import models


class StockMove(models.Model):
    """Parts that leave for a vehicle are covered from then on."""

    _inherit = "stock.move"

    def _aftersales_after_done(self):
        result = super()._aftersales_after_done()
        # sudo: the coverage follows from the issue, whoever validated the slip
        moves = self.sudo().filtered(
            lambda move: move.state == "done" and move.aftersales_line_id
        )
        coverages = self.env["aftersales.warranty.coverage"].sudo()
        coverages._create_for_issue(
            moves.filtered(lambda move: move.picking_id.aftersales_kind == "issue")
        )
        back = moves.filtered(lambda move: move.picking_id.aftersales_kind == "return")
        if back:
            coverages._reduce_for_return(back.origin_returned_move_id)
        return result
