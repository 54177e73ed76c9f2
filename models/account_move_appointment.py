from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._aftersales_net_deposits()
        return posted

    def _aftersales_net_deposits(self):
        """Set deposits of appointments off against the tickets' invoices (R-PAY-12).

        Only the customer's own invoice, and no more than is due.
        """
        for move in self:
            ticket = move.aftersales_ticket_id
            if move.state != "posted" or move.move_type != "out_invoice" or not ticket:
                continue
            # sudo: the customer's own advance; who posts may not see the appointment
            payments = ticket.sudo().appointment_ids.payment_ids
            credits = payments.move_id.line_ids.filtered(
                lambda line, move=move: (
                    line.parent_state == "posted"
                    and not line.reconciled
                    and line.account_id.account_type == "asset_receivable"
                    and line.balance < 0
                    and line.partner_id == move.commercial_partner_id
                )
            )
            for line in credits:
                if move.currency_id.is_zero(move.amount_residual):
                    break
                move.js_assign_outstanding_line(line.id)
