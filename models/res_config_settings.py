from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_hotline = fields.Char(
        related="company_id.aftersales_hotline", readonly=False
    )
    aftersales_sales_user_id = fields.Many2one(
        related="company_id.aftersales_sales_user_id", readonly=False
    )
    aftersales_answer_rings = fields.Integer(
        related="company_id.aftersales_answer_rings", readonly=False
    )
    aftersales_duty_tolerance = fields.Integer(
        related="company_id.aftersales_duty_tolerance", readonly=False
    )
    aftersales_duty_early = fields.Integer(
        related="company_id.aftersales_duty_early", readonly=False
    )
