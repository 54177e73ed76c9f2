from odoo import models


class StockPicking(models.Model):
    """A slip leads to the whole chain (R-BEY-11)."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "aftersales.trace.mixin"]

    def _get_trace_tickets(self):
        return self.aftersales_ticket_id
