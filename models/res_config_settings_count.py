from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_count_size = fields.Integer(
        related="company_id.aftersales_count_size", readonly=False
    )
