from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_core_on_visits = fields.Boolean(
        related="company_id.aftersales_core_on_visits", readonly=False
    )
    aftersales_freight_product_id = fields.Many2one(
        related="company_id.aftersales_freight_product_id", readonly=False
    )
    aftersales_parts_to_dealers_only = fields.Boolean(
        related="company_id.aftersales_parts_to_dealers_only", readonly=False
    )
    aftersales_settlement_pricelist_id = fields.Many2one(
        related="company_id.aftersales_settlement_pricelist_id"
    )
    aftersales_guide_pricelist_id = fields.Many2one(
        related="company_id.aftersales_guide_pricelist_id"
    )
    aftersales_price_factor = fields.Float(
        related="company_id.aftersales_price_factor", readonly=False
    )
    aftersales_standard_margin = fields.Float(
        related="company_id.aftersales_standard_margin", readonly=False
    )
    aftersales_part_margin = fields.Float(
        related="company_id.aftersales_part_margin", readonly=False
    )
    aftersales_guide_markup = fields.Float(
        related="company_id.aftersales_guide_markup", readonly=False
    )
    aftersales_price_tolerance = fields.Float(
        related="company_id.aftersales_price_tolerance", readonly=False
    )
