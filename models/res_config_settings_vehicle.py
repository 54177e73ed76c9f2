from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_warranty_months = fields.Integer(
        related="company_id.aftersales_warranty_months", readonly=False
    )
    aftersales_warranty_distance = fields.Float(
        related="company_id.aftersales_warranty_distance", readonly=False
    )
    aftersales_service_interval_months = fields.Integer(
        related="company_id.aftersales_service_interval_months", readonly=False
    )
    aftersales_service_interval_distance = fields.Float(
        related="company_id.aftersales_service_interval_distance", readonly=False
    )
    aftersales_service_lead_days = fields.Integer(
        related="company_id.aftersales_service_lead_days", readonly=False
    )
    aftersales_max_daily_distance = fields.Float(
        related="company_id.aftersales_max_daily_distance", readonly=False
    )
    aftersales_max_daily_hours = fields.Float(
        related="company_id.aftersales_max_daily_hours", readonly=False
    )
    aftersales_vehicle_custodian_id = fields.Many2one(
        related="company_id.aftersales_vehicle_custodian_id", readonly=False
    )
    aftersales_customer_master_locked = fields.Boolean(
        related="company_id.aftersales_customer_master_locked", readonly=False
    )
