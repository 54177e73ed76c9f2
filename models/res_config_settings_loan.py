from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_loan_reminder_days = fields.Integer(
        related="company_id.aftersales_loan_reminder_days", readonly=False
    )
    aftersales_loan_repeat_days = fields.Integer(
        related="company_id.aftersales_loan_repeat_days", readonly=False
    )
