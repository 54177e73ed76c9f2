from odoo import api, fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    aftersales_for_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Ordered for",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        readonly=True,
        copy=False,
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        names = super()._prepare_merge_moves_distinct_fields()
        return [*names, "aftersales_for_line_id"]

    def _prepare_move_split_vals(self, qty):
        # The part that is still to come was ordered for the same line.
        vals = super()._prepare_move_split_vals(qty)
        return {**vals, "aftersales_for_line_id": self.aftersales_for_line_id.id}
