from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_custody_location_id = fields.Many2one(
        related="company_id.aftersales_custody_location_id", readonly=False
    )
    aftersales_old_part_location_id = fields.Many2one(
        related="company_id.aftersales_old_part_location_id", readonly=False
    )
    aftersales_warranty_location_id = fields.Many2one(
        related="company_id.aftersales_warranty_location_id"
    )
    aftersales_goodwill_location_id = fields.Many2one(
        related="company_id.aftersales_goodwill_location_id"
    )
    aftersales_internal_location_id = fields.Many2one(
        related="company_id.aftersales_internal_location_id"
    )
    aftersales_warranty_account_id = fields.Many2one(
        related="aftersales_warranty_location_id.valuation_account_id",
        string="Warranty Cost Account",
        readonly=False,
        check_company=True,
    )
    aftersales_goodwill_account_id = fields.Many2one(
        related="aftersales_goodwill_location_id.valuation_account_id",
        string="Goodwill Cost Account",
        readonly=False,
        check_company=True,
    )
    aftersales_internal_account_id = fields.Many2one(
        related="aftersales_internal_location_id.valuation_account_id",
        string="Internal Cost Account",
        readonly=False,
        check_company=True,
    )
    aftersales_small_part_price = fields.Monetary(
        related="company_id.aftersales_small_part_price",
        readonly=False,
        currency_field="currency_id",
    )
    aftersales_small_part_signature = fields.Boolean(
        related="company_id.aftersales_small_part_signature", readonly=False
    )
    aftersales_old_part_days = fields.Integer(
        related="company_id.aftersales_old_part_days", readonly=False
    )
    aftersales_old_part_owner_id = fields.Many2one(
        related="company_id.aftersales_old_part_owner_id", readonly=False
    )
    aftersales_loan_days = fields.Integer(
        related="company_id.aftersales_loan_days", readonly=False
    )
    aftersales_close_needs_old_parts = fields.Boolean(
        related="company_id.aftersales_close_needs_old_parts", readonly=False
    )
