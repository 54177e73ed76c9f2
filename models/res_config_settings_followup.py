from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_followup_user_id = fields.Many2one(
        related="company_id.aftersales_followup_user_id", readonly=False
    )
    aftersales_followup_supervisor_id = fields.Many2one(
        related="company_id.aftersales_followup_supervisor_id", readonly=False
    )
    aftersales_followup_issue_days = fields.Integer(
        related="company_id.aftersales_followup_issue_days", readonly=False
    )
