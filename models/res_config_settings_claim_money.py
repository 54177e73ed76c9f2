from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_claim_account_id = fields.Many2one(
        related="company_id.aftersales_claim_account_id", readonly=False
    )
    aftersales_claim_difference_account_id = fields.Many2one(
        related="company_id.aftersales_claim_difference_account_id", readonly=False
    )
