from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_core_on_visits = fields.Boolean(
        related="company_id.aftersales_core_on_visits", readonly=False
    )
