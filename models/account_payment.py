from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _aftersales_unused_amount(self):
        """What posted customer payments hold beyond the invoices they settled.

        :return: the sum in the payments' currency, less what was paid back
        """
        amount = 0.0
        for payment in self:
            if payment.state not in ("in_process", "paid"):
                continue
            if payment.move_id:
                lines = payment.move_id.line_ids.filtered(
                    lambda line: line.account_id.account_type == "asset_receivable"
                )
                amount -= sum(
                    line.amount_residual_currency
                    if line.currency_id == payment.currency_id
                    else line.amount_residual
                    for line in lines
                )
            elif payment.state == "paid" and not payment.invoice_ids:
                # No entry of its own: the bank has it, and no invoice used it.
                amount += payment.amount_signed
        return amount
