from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_bonus_account_id = fields.Many2one(
        related="company_id.aftersales_bonus_account_id", readonly=False
    )
    aftersales_bonus_product_id = fields.Many2one(
        related="company_id.aftersales_bonus_product_id", readonly=False
    )
    aftersales_bonus_since = fields.Date(
        related="company_id.aftersales_bonus_since", readonly=False, required=True
    )
