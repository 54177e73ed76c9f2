from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import float_is_zero


class SaleOrder(models.Model):
    """The order is the customer's answer to the ticket (R-SIGN-01, 05)."""

    _inherit = "sale.order"

    aftersales_signed_how = fields.Selection(
        [("portal", "Customer portal"), ("signature", "Signature")],
        string="Signed by way of",
        readonly=True,
        copy=False,
        help="On the customer's own page, or on a screen of the office.",
    )

    def _aftersales_needs_answer(self):
        """The orders somebody outside has to accept before work starts.

        The maker who bears the warranty is not asked beforehand: the claim settles
        that afterwards.
        """
        return self.filtered(
            lambda order: order.aftersales_payer in ("customer", "insurer")
        )

    def _aftersales_is_open(self):
        """Whether the ticket may still change the order's lines.

        A signed order that waits for its deposit is closed already: the customer
        signed exactly these lines (R-SIGN-02).
        """
        self.ensure_one()
        return self.state in ("draft", "sent") and not self.signature

    def _action_confirm(self):
        result = super()._action_confirm()
        orders = self.filtered("aftersales_ticket_id")._aftersales_clean_context()
        if orders:
            # sudo: the customer who signs on the portal has no rights on tickets
            orders.sudo().aftersales_ticket_id._billing_orders_confirmed(orders.sudo())
        return result

    def _action_cancel(self):
        orders = self.filtered("aftersales_ticket_id")._aftersales_clean_context()
        for order in orders:
            order._aftersales_check_cancel()
        # A quotation that was never sent is withdrawn; one the customer had before
        # him, or refuses himself on the portal, is declined.
        declined = orders.filtered(
            lambda order: (
                not order._aftersales_in_sync()
                and (
                    order.state == "sent"
                    or (order.state == "draft" and self.env.user.share)
                )
            )
        )
        result = super()._action_cancel()
        if orders:
            # sudo: who may cancel the order need not have rights on the ticket
            orders.sudo().aftersales_ticket_id._billing_orders_cancelled(
                orders.sudo(), declined.sudo()
            )
        return result

    def _aftersales_clean_context(self):
        """Without the keys only the ticket, in sudo, may set: a client sends any."""
        if self.env.su:
            return self
        return self.with_context(aftersales_consent=None, aftersales_sync=None)

    def _aftersales_in_sync(self):
        """Whether the ticket itself is at work here: always in sudo, so that no
        client can claim it."""
        return bool(self.env.su and self.env.context.get("aftersales_sync"))

    def _aftersales_answer(self):
        """Who of the payer's side agreed to this order, and how (R-SIGN-05).

        Never who confirmed it for him: the prints show this name in his own box.

        :return: (name, way in words)
        """
        self.ensure_one()
        consent = self.env.context.get("aftersales_consent")
        if consent:
            return consent["by"], consent["how"]
        by = self.signed_by or self.partner_id.name or self.partner_id.display_name
        way = self._aftersales_answer_way()
        if way == "signature":
            return by, self.env._("Signed in the office")
        if way == "in_person":
            return by, self.env._("Confirmed in the office")
        if self.signature:
            return by, self.env._("Signed on the portal")
        return by, self.env._("Paid on the portal")

    @api.model
    def _aftersales_get_sign_way(self):
        """Return whether a signature given now comes from the customer's own page, or
        from a screen of the office.

        The page itself works as the superuser for everybody; who is logged in at the
        browser tells the two apart.
        """
        user = request.env.user if request else self.env.user
        return "portal" if user.share else "signature"

    def _aftersales_answer_way(self):
        """How the payer agreed, as a key of the ticket's ``consent_how``.

        A customer confirms on his own page only; whoever else confirms an order
        without a signature does so for a customer who told him.
        """
        self.ensure_one()
        if self.signature:
            return self.aftersales_signed_how or "portal"
        # sudo: the question only; who confirms need not see online payments
        paid = self.sudo().transaction_ids.filtered(
            lambda transaction: transaction.state in ("authorized", "done")
        )
        return "portal" if self.env.user.share or paid else "in_person"

    def _aftersales_is_untouched(self):
        """Whether nothing was delivered on this order, and nothing invoiced."""
        self.ensure_one()
        lines = self.order_line._aftersales_billable()
        return not self.invoice_ids.filtered(lambda move: move.state != "cancel") and (
            all(line.product_uom_id.is_zero(line.qty_delivered) for line in lines)
        )

    def _aftersales_check_cancel(self):
        """Refuse to cancel what was delivered or invoiced already.

        :raises UserError: naming the order and what to do first
        """
        self.ensure_one()
        precision = self.env["decimal.precision"].precision_get("Product Unit")
        if any(
            not float_is_zero(line.qty_delivered, precision_digits=precision)
            for line in self.order_line._aftersales_billable()
        ):
            raise UserError(
                self.env._(
                    "Order %(order)s cannot be cancelled: parts were issued or work "
                    "was finished on it. Take the parts back first.",
                    order=self.name,
                )
            )
        # sudo: the question only; who cancels need not see invoices
        invoices = self.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        if invoices:
            raise UserError(
                self.env._(
                    "Order %(order)s cannot be cancelled: invoice %(invoice)s is "
                    "posted. Issue a credit note and settle it on the ticket.",
                    order=self.name,
                    invoice=invoices[0].name,
                )
            )

    def action_draft(self):
        # A cancelled order of a ticket stays as the record of the answer.
        for order in self.filtered("aftersales_ticket_id"):
            if order.state == "cancel":
                raise UserError(
                    self.env._(
                        "Order %(order)s was cancelled. Create a new quotation from "
                        "the ticket.",
                        order=order.name,
                    )
                )
        return super().action_draft()
