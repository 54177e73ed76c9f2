from odoo import models


class AftersalesTicketLine(models.Model):
    """A line leads to the whole chain (R-BEY-11)."""

    _name = "aftersales.ticket.line"
    _inherit = ["aftersales.ticket.line", "aftersales.trace.mixin"]
