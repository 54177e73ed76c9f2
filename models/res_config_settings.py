from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_hotline = fields.Char(
        related="company_id.aftersales_hotline", readonly=False
    )
