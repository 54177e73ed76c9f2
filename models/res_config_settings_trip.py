from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_trip_near_km = fields.Float(
        related="company_id.aftersales_trip_near_km", readonly=False
    )
    aftersales_trip_copy_ids = fields.Many2many(
        related="company_id.aftersales_trip_copy_ids", readonly=False
    )
    aftersales_trip_helper_ids = fields.Many2many(
        related="company_id.aftersales_trip_helper_ids", readonly=False
    )
