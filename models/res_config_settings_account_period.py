from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_statistics_user_id = fields.Many2one(
        related="company_id.aftersales_statistics_user_id", readonly=False
    )
    aftersales_operating_account_ids = fields.Many2many(
        related="company_id.aftersales_operating_account_ids", readonly=False
    )
    aftersales_hour_cost = fields.Monetary(
        related="company_id.aftersales_hour_cost",
        currency_field="aftersales_trip_currency_id",
        readonly=False,
    )
    aftersales_profit_share_percent = fields.Float(
        related="company_id.aftersales_profit_share_percent", readonly=False
    )
