from odoo import models


class AftersalesInspectionLine(models.Model):
    """A checked point leads to the whole chain (R-BEY-11)."""

    _name = "aftersales.inspection.line"
    _inherit = ["aftersales.inspection.line", "aftersales.trace.mixin"]
