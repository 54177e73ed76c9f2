from odoo import models


class AccountPayment(models.Model):
    """A payment leads to the chains of what it paid (R-BEY-11)."""

    _name = "account.payment"
    _inherit = ["account.payment", "aftersales.trace.mixin"]

    def _get_trace_tickets(self):
        paid = self.reconciled_invoice_ids | self.reconciled_bill_ids
        return paid._get_trace_tickets()
