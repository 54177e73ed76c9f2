from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_appointment_phone = fields.Char(
        related="company_id.aftersales_appointment_phone", readonly=False
    )
    aftersales_appointment_deposit_percent = fields.Float(
        related="company_id.aftersales_appointment_deposit_percent", readonly=False
    )
    aftersales_appointment_deposit_base = fields.Selection(
        related="company_id.aftersales_appointment_deposit_base", readonly=False
    )
