from odoo import api, models


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

    def _aftersales_check_done(self):
        """Raise UserError when a slip that is done would exceed what was signed for."""
        # sudo: the gate judges by the ticket, whoever edits the transfer
        done = self.sudo().filtered(
            lambda line: (
                line.state == "done"
                and line.picking_id.aftersales_kind in ("issue", "loan")
            )
        )
        for move in done.move_id:
            move._aftersales_check_signed()
