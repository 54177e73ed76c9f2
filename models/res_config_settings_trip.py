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
    aftersales_trip_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the standards"
    )
    aftersales_trip_meal = fields.Monetary(
        related="company_id.aftersales_trip_meal",
        readonly=False,
        currency_field="aftersales_trip_currency_id",
    )
    aftersales_trip_lodging = fields.Monetary(
        related="company_id.aftersales_trip_lodging",
        readonly=False,
        currency_field="aftersales_trip_currency_id",
    )
    aftersales_trip_room_persons = fields.Integer(
        related="company_id.aftersales_trip_room_persons",
        readonly=False,
    )
    aftersales_trip_km_rate = fields.Monetary(
        related="company_id.aftersales_trip_km_rate",
        readonly=False,
        currency_field="aftersales_trip_currency_id",
    )
    aftersales_trip_fine_percent = fields.Float(
        related="company_id.aftersales_trip_fine_percent",
        readonly=False,
    )
    aftersales_trip_account_id = fields.Many2one(
        related="company_id.aftersales_trip_account_id", readonly=False
    )
