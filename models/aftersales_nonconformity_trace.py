from odoo import models


class AftersalesNonconformity(models.Model):
    """What did not pass leads to the whole chain (R-BEY-11)."""

    _name = "aftersales.nonconformity"
    _inherit = ["aftersales.nonconformity", "aftersales.trace.mixin"]
