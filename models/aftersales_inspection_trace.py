from odoo import models


class AftersalesInspection(models.Model):
    """A check sheet leads to the whole chain (R-BEY-11)."""

    _name = "aftersales.inspection"
    _inherit = ["aftersales.inspection", "aftersales.trace.mixin"]
