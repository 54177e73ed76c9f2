from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_appointment_share = fields.Float(
        related="company_id.aftersales_appointment_share", readonly=False
    )
    aftersales_promise_buffer = fields.Float(
        related="company_id.aftersales_promise_buffer", readonly=False
    )
    aftersales_default_hours = fields.Float(
        related="company_id.aftersales_default_hours", readonly=False
    )
    aftersales_takeover_rounding = fields.Integer(
        related="company_id.aftersales_takeover_rounding", readonly=False
    )
    aftersales_clock_max_hours = fields.Float(
        related="company_id.aftersales_clock_max_hours", readonly=False
    )
