from odoo import fields, models


class AccountMove(models.Model):
    """The deductions an entry stands for, and those of an invoice (R-PAY-04)."""

    _inherit = "account.move"

    aftersales_deduction_ids = fields.One2many(
        "aftersales.deduction", "entry_id", string="Deductions Posted"
    )
    aftersales_deduction_refund_ids = fields.One2many(
        "aftersales.deduction.refund", "entry_id", string="Refunds Posted"
    )
    aftersales_invoice_deduction_ids = fields.One2many(
        "aftersales.deduction", "move_id", string="Deductions"
    )
