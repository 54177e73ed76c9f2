from odoo import fields, models


class SaleOrder(models.Model):
    """The deposit of an appointment counts for its ticket's order (R-APPT-07)."""

    _inherit = "sale.order"

    def _aftersales_amount_received(self):
        """Add what was paid for the appointment and no invoice has used up yet.

        Once an invoice is posted the deposit is set off against it, and counts there.
        Each order of the customer keeps of it what the order comes to; the next one
        counts what is left.
        """
        received = super()._aftersales_amount_received()
        # sudo: only a sum leaves this method; parts keepers ask for it at the gate
        order = self.sudo()
        if order.aftersales_payer != "customer":
            return received
        unused = 0.0
        for payment in order.aftersales_ticket_id.appointment_ids.payment_ids:
            if payment.partner_id.commercial_partner_id != (
                order.partner_invoice_id.commercial_partner_id
            ):
                continue
            unused += payment.currency_id._convert(
                payment._aftersales_unused_amount(),
                order.currency_id,
                order.company_id,
                payment.date or fields.Date.context_today(order),
            )
        for earlier in order.aftersales_ticket_id.order_ids.sorted("id"):
            if earlier == order:
                break
            if earlier.aftersales_payer == "customer" and earlier.state != "cancel":
                unused -= earlier.currency_id._convert(
                    earlier.amount_total,
                    order.currency_id,
                    order.company_id,
                    fields.Date.context_today(order),
                )
        return received + max(order.currency_id.round(unused), 0.0)
