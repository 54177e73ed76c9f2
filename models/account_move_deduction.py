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

    def _aftersales_after_guarantors(self):
        """What is given back follows who answers.

        A credit note is set off while it is posted: before it is known whose lines it
        takes back.
        """
        result = super()._aftersales_after_guarantors()
        items = self.line_ids
        partials = items.matched_debit_ids | items.matched_credit_ids
        moves = self | (partials.debit_move_id | partials.credit_move_id).move_id
        moves._aftersales_get_deductions()._update_refunds()
        return result

    def _aftersales_get_deductions(self):
        """Return what is held back for these invoices (in sudo)."""
        return self.env["aftersales.deduction"].search(
            [("move_id", "in", self.ids), ("state", "=", "posted")]
        )
