from odoo import fields, models


class AftersalesDunningPreviewLine(models.TransientModel):
    _name = "aftersales.dunning.preview.line"
    _description = "Next Dunning Letter"

    preview_id = fields.Many2one(
        "aftersales.dunning.preview", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True
    )
    level_id = fields.Many2one("aftersales.dunning.level", readonly=True)
    currency_id = fields.Many2one(related="preview_id.company_id.currency_id")
    amount = fields.Monetary("Overdue", readonly=True)
    invoice_count = fields.Integer("Invoices", readonly=True)
    days_overdue = fields.Integer(readonly=True)
