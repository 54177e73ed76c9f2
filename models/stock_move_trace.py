from odoo import models


class StockMove(models.Model):
    """A movement of a part leads to the whole chain (R-BEY-11)."""

    _name = "stock.move"
    _inherit = ["stock.move", "aftersales.trace.mixin"]

    def _get_trace_tickets(self):
        return self.aftersales_line_id.ticket_id
