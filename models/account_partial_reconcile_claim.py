from odoo import models


class AccountPartialReconcile(models.Model):
    """A payment that is undone: its claim is not paid any more."""

    _inherit = "account.partial.reconcile"

    def unlink(self):
        # sudo: who undoes a payment need not see claims
        moves = (self.debit_move_id | self.credit_move_id).move_id.sudo()
        claims = moves.invoice_line_ids.aftersales_claim_line_id.claim_id
        result = super().unlink()
        if claims:
            claims._update_paid_date()
        return result
