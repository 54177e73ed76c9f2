from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_stock_age_months = fields.Integer(
        related="company_id.aftersales_stock_age_months", readonly=False
    )
    aftersales_stock_age_share = fields.Float(
        related="company_id.aftersales_stock_age_share", readonly=False
    )
    aftersales_reserve_months = fields.Integer(
        related="company_id.aftersales_reserve_months", readonly=False
    )
    aftersales_reserve_min_days = fields.Integer(
        related="company_id.aftersales_reserve_min_days", readonly=False
    )
    aftersales_reserve_max_days = fields.Integer(
        related="company_id.aftersales_reserve_max_days", readonly=False
    )
    aftersales_reserve_min_use = fields.Integer(
        related="company_id.aftersales_reserve_min_use", readonly=False
    )
