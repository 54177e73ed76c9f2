from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_referral_percent = fields.Float(
        related="company_id.aftersales_referral_percent", readonly=False
    )
    aftersales_commission_percent = fields.Float(
        related="company_id.aftersales_commission_percent", readonly=False
    )
    aftersales_appeal_days = fields.Integer(
        related="company_id.aftersales_appeal_days", readonly=False
    )
