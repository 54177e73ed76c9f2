from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    aftersales_ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Service Ticket",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The service ticket this invoice or credit note settles.",
    )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # A credit note belongs to the ticket of its invoice.
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=False):
            if move.aftersales_ticket_id:
                values.setdefault("aftersales_ticket_id", move.aftersales_ticket_id.id)
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        moves = self.filtered(
            lambda move: (
                move.aftersales_ticket_id
                and move.payment_state in ("paid", "in_payment")
            )
        )
        if moves:
            # sudo: who books a payment need not see orders or tickets
            moves.sudo().line_ids.sale_line_ids.order_id._aftersales_deposit_paid()
            moves.sudo()._aftersales_tell_paid()
        return result

    def _aftersales_share(self, order):
        """The part of this invoice that bills `order`, between 0 and 1."""
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        own = lines.filtered(lambda line: order in line.sale_line_ids.order_id)
        if own == lines or not self.amount_total:
            return 1.0
        return sum(own.mapped("price_total")) / self.amount_total

    def _aftersales_set_off(self):
        """Set credit notes of tickets off against open invoices of the same payer, so
        that he pays what is left (R-SETT-08).

        Called in sudo, by the step that posted them.
        """
        for refund in self:
            if refund.move_type != "out_refund" or refund.state != "posted":
                continue
            for invoice in refund.aftersales_ticket_id.invoice_ids:
                if (
                    invoice.move_type == "out_invoice"
                    and invoice.state == "posted"
                    and invoice.commercial_partner_id == refund.commercial_partner_id
                    and not invoice.currency_id.is_zero(invoice.amount_residual)
                ):
                    lines = (refund | invoice).line_ids.filtered(
                        lambda line: (
                            line.account_id.account_type == "asset_receivable"
                            and not line.reconciled
                        )
                    )
                    if len(lines.move_id) > 1 and len(lines.account_id) == 1:
                        lines.reconcile()

    def _aftersales_payers(self):
        """Say for which payers of its ticket this invoice or credit note is.

        :return: {payer: share between 0 and 1}; the customer's when it bills no order
        """
        self.ensure_one()
        amounts = {}
        for line in self.invoice_line_ids:
            payer = line.sale_line_ids.order_id[:1].aftersales_payer
            if line.display_type == "product" and payer:
                amounts[payer] = amounts.get(payer, 0.0) + line.price_total
        if len(amounts) < 2 or not self.amount_total:
            return {next(iter(amounts), "customer"): 1.0}
        return {payer: total / self.amount_total for payer, total in amounts.items()}

    @api.readonly
    def action_view_aftersales_ticket(self):
        """Open the service ticket this invoice settles (smart button, R-PAY-08)."""
        self.ensure_one()
        return self.aftersales_ticket_id._get_records_action()
