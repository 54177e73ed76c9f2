from odoo import api, fields, models


class AccountPayment(models.Model):
    """Which ticket money is for, also before an invoice has used it up (R-PAY-08)."""

    _inherit = "account.payment"

    aftersales_ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Service Ticket",
        compute="_compute_aftersales_ticket_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
        copy=False,
        help="What of this money no invoice has used up counts among the open "
        "receivables of this ticket. Known by itself when it is for one ticket's "
        "invoices, appointment or order.",
    )

    @api.depends(
        "invoice_ids.aftersales_ticket_id",
        "aftersales_appointment_id.ticket_id",
        "payment_transaction_id.sale_order_ids.aftersales_ticket_id",
    )
    def _compute_aftersales_ticket_id(self):
        for payment in self:
            # sudo: who books the money need not see tickets or appointments
            known = payment.sudo()
            tickets = (
                known.invoice_ids.aftersales_ticket_id
                | known.aftersales_appointment_id.ticket_id
                | known.payment_transaction_id.sale_order_ids.aftersales_ticket_id
            )
            if len(tickets) == 1 and tickets.company_id == payment.company_id:
                payment.aftersales_ticket_id = tickets
            else:
                payment.aftersales_ticket_id = payment.aftersales_ticket_id
