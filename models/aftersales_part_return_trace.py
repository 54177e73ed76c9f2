from odoo import models


class AftersalesPartReturn(models.Model):
    """An old part leads to the whole chain (R-BEY-11)."""

    _name = "aftersales.part.return"
    _inherit = ["aftersales.part.return", "aftersales.trace.mixin"]
