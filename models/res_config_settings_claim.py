from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_claim_days = fields.Integer(
        related="company_id.aftersales_claim_days", readonly=False
    )
    aftersales_claim_duplicate_days = fields.Integer(
        related="company_id.aftersales_claim_duplicate_days", readonly=False
    )
    aftersales_claim_labour_percent = fields.Float(
        related="company_id.aftersales_claim_labour_percent", readonly=False
    )
    aftersales_claim_evidence = fields.Selection(
        related="company_id.aftersales_claim_evidence", readonly=False
    )
    aftersales_claim_preauth_amount = fields.Monetary(
        related="company_id.aftersales_claim_preauth_amount",
        readonly=False,
        currency_field="currency_id",
    )
    aftersales_claim_uplift = fields.Float(
        related="company_id.aftersales_claim_uplift", readonly=False
    )
