from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_consumption_report = fields.Boolean(
        related="company_id.aftersales_consumption_report", readonly=False
    )
    aftersales_consumption_hour = fields.Float(
        related="company_id.aftersales_consumption_hour", readonly=False
    )
