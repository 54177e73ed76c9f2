from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_settlement_required = fields.Boolean(
        related="company_id.aftersales_settlement_required", readonly=False
    )
