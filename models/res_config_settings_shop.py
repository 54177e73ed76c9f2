from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_patrol_rounds = fields.Integer(
        related="company_id.aftersales_patrol_rounds", readonly=False
    )
    aftersales_patrol_minutes = fields.Integer(
        related="company_id.aftersales_patrol_minutes", readonly=False
    )
    aftersales_patrol_shift_hours = fields.Float(
        related="company_id.aftersales_patrol_shift_hours", readonly=False
    )
