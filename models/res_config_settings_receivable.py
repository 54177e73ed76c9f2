from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_ageing_first = fields.Integer(
        related="company_id.aftersales_ageing_first", readonly=False
    )
    aftersales_ageing_second = fields.Integer(
        related="company_id.aftersales_ageing_second", readonly=False
    )
    aftersales_ageing_last = fields.Integer(
        related="company_id.aftersales_ageing_last", readonly=False
    )
