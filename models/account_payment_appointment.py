from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    aftersales_appointment_id = fields.Many2one(
        "aftersales.appointment",
        string="Deposit for Appointment",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="A customer's advance for valuable parts; set off when the ticket's "
        "invoice is posted (R-PAY-12).",
    )

    def action_post(self):
        result = super().action_post()
        self._aftersales_net_refunds()
        return result

    def _aftersales_net_refunds(self):
        """Set refunds of deposits off against the deposits they give back."""
        for payment in self.filtered("aftersales_appointment_id"):
            if payment.payment_type != "outbound":
                continue
            # sudo: Finance posts the refund; the appointment is not Finance's to see
            paid = payment.sudo().aftersales_appointment_id.payment_ids
            lines = paid.move_id.line_ids.filtered(
                lambda line: (
                    line.parent_state == "posted"
                    and not line.reconciled
                    and line.account_id.account_type == "asset_receivable"
                )
            )
            for same in lines.grouped("account_id").values():
                same.reconcile()
