from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_dunning = fields.Selection(
        related="company_id.aftersales_dunning", readonly=False, required=True
    )
