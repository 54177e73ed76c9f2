from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_deferred_days = fields.Integer(
        related="company_id.aftersales_deferred_days", readonly=False
    )
    aftersales_estimate_risk = fields.Float(
        related="company_id.aftersales_estimate_risk", readonly=False
    )
