from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Money that arrives, or is taken back: guarantors get back their share."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._aftersales_get_deductions()._update_refunds()
        return partials

    def unlink(self):
        deductions = self._aftersales_get_deductions()
        result = super().unlink()
        deductions._update_refunds()
        return result

    def _aftersales_get_deductions(self):
        """Return what is held back for the invoices these partials settle, in sudo."""
        moves = (self.debit_move_id | self.credit_move_id).move_id
        # sudo: who books or undoes a payment need not see deductions
        return moves.sudo()._aftersales_get_deductions()
