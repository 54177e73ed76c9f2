from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_guarantee_overhaul_days = fields.Integer(
        related="company_id.aftersales_guarantee_overhaul_days", readonly=False
    )
    aftersales_guarantee_overhaul_km = fields.Integer(
        related="company_id.aftersales_guarantee_overhaul_km", readonly=False
    )
    aftersales_guarantee_secondary_days = fields.Integer(
        related="company_id.aftersales_guarantee_secondary_days", readonly=False
    )
    aftersales_guarantee_secondary_km = fields.Integer(
        related="company_id.aftersales_guarantee_secondary_km", readonly=False
    )
    aftersales_guarantee_other_days = fields.Integer(
        related="company_id.aftersales_guarantee_other_days", readonly=False
    )
    aftersales_guarantee_other_km = fields.Integer(
        related="company_id.aftersales_guarantee_other_km", readonly=False
    )
    aftersales_guarantee_terms = fields.Text(
        related="company_id.aftersales_guarantee_terms", readonly=False
    )
