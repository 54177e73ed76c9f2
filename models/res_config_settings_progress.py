from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_progress_percent = fields.Float(
        related="company_id.aftersales_progress_percent", readonly=False
    )
    aftersales_progress_late_percent = fields.Float(
        related="company_id.aftersales_progress_late_percent", readonly=False
    )
    aftersales_notice_hours = fields.Float(
        related="company_id.aftersales_notice_hours", readonly=False
    )
    aftersales_notice_hours_long = fields.Float(
        related="company_id.aftersales_notice_hours_long", readonly=False
    )
    aftersales_notice_long_days = fields.Float(
        related="company_id.aftersales_notice_long_days", readonly=False
    )
