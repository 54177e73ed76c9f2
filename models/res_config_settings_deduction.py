from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_deduction = fields.Boolean(
        related="company_id.aftersales_deduction", readonly=False
    )
    aftersales_deduction_from = fields.Selection(
        related="company_id.aftersales_deduction_from", readonly=False
    )
    aftersales_deduction_cap = fields.Float(
        related="company_id.aftersales_deduction_cap", readonly=False
    )
    aftersales_deduction_account_id = fields.Many2one(
        related="company_id.aftersales_deduction_account_id", readonly=False
    )
    aftersales_payroll_account_id = fields.Many2one(
        related="company_id.aftersales_payroll_account_id", readonly=False
    )
    aftersales_deduction_journal_id = fields.Many2one(
        related="company_id.aftersales_deduction_journal_id", readonly=False
    )
