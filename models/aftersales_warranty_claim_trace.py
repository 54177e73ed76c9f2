from odoo import models


class AftersalesWarrantyClaim(models.Model):
    """A claim leads to the whole chain (R-BEY-11)."""

    _name = "aftersales.warranty.claim"
    _inherit = ["aftersales.warranty.claim", "aftersales.trace.mixin"]
