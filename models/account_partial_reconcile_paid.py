from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Money that settles an invoice of a ticket, in part or in full (R-PAY-01)."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        # sudo: who books a payment need not see tickets
        partials.sudo()._aftersales_tell_money()
        return partials

    def _aftersales_tell_money(self):
        """Tell who waits for it, for each invoice once."""
        invoices = self.env["account.move"]
        for partial in self:
            invoice = partial.debit_move_id.move_id
            if (
                invoice.aftersales_ticket_id
                and invoice.move_type in ("out_invoice", "out_receipt")
                and partial.credit_move_id.move_id._aftersales_money_share()
            ):
                invoices |= invoice
        invoices._aftersales_tell_paid()
