from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_old_part_charge = fields.Selection(
        related="company_id.aftersales_old_part_charge", readonly=False
    )
    aftersales_old_part_keep_days = fields.Integer(
        related="company_id.aftersales_old_part_keep_days", readonly=False
    )
    aftersales_old_part_own_keep_days = fields.Integer(
        related="company_id.aftersales_old_part_own_keep_days", readonly=False
    )
    aftersales_old_part_remind_days = fields.Integer(
        related="company_id.aftersales_old_part_remind_days", readonly=False
    )
    aftersales_old_part_report_user_id = fields.Many2one(
        related="company_id.aftersales_old_part_report_user_id", readonly=False
    )
