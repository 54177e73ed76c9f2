from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_warranty_provider_id = fields.Many2one(
        related="company_id.aftersales_warranty_provider_id", readonly=False
    )
    aftersales_deposit_percent = fields.Float(
        related="company_id.aftersales_deposit_percent", readonly=False
    )
    aftersales_overdue_days = fields.Integer(
        related="company_id.aftersales_overdue_days", readonly=False
    )
    aftersales_diagnosis_fee_product_id = fields.Many2one(
        related="company_id.aftersales_diagnosis_fee_product_id", readonly=False
    )
    aftersales_estimate_fee_product_id = fields.Many2one(
        related="company_id.aftersales_estimate_fee_product_id", readonly=False
    )
