from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_settlement_required = fields.Boolean(
        related="company_id.aftersales_settlement_required", readonly=False
    )
    aftersales_discount_written_percent = fields.Float(
        related="company_id.aftersales_discount_written_percent", readonly=False
    )
    aftersales_public_prices = fields.Boolean(
        related="company_id.aftersales_public_prices", readonly=False
    )
