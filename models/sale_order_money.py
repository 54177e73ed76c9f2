from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Deposit, invoice and money of a ticket's order."""

    _inherit = "sale.order"

    def _aftersales_waits_for_deposit(self):
        """Whether the customer has signed and only his deposit is missing."""
        self.ensure_one()
        return bool(
            self.aftersales_ticket_id
            and self.state in ("draft", "sent")
            and self.signature
            and self.require_payment
        )

    def _aftersales_deposit_paid(self):
        """Confirm signed orders whose deposit was paid at the counter (R-PAY-12)."""
        for order in self:
            if not order._aftersales_waits_for_deposit():
                continue
            required = order._get_prepayment_required_amount()
            received = order._aftersales_amount_received()
            if order.currency_id.compare_amounts(received, required) >= 0:
                # sudo: Finance booked the money; the customer's signature confirms
                order.sudo()._validate_order()

    # === Invoicing ===

    def _prepare_aftersales_advance(self, percent=None):
        """Values of the wizard that invoices this order in advance.

        :param percent: share of the order's total; empty: the deposit it waits for,
            else all but what leaves on credit (R-PART-03, R-PART-04)
        :return: dict; empty when nothing is to be paid in advance
        :raises UserError: when the percentage is none
        """
        self.ensure_one()
        vals = {"sale_order_ids": self.ids}
        if not percent and self._aftersales_waits_for_deposit():
            percent = self.prepayment_percent * 100
        if percent is None:
            on_credit = self._aftersales_content().filtered(
                lambda line: (
                    "credit" in line.aftersales_line_ids.mapped("release_basis")
                )
            )
            if on_credit:
                amount = self._aftersales_total(
                    self._aftersales_content() - on_credit,
                    lambda line: line.product_uom_qty,
                )
                return amount and {
                    **vals,
                    "advance_payment_method": "fixed",
                    "fixed_amount": amount,
                }
            percent = 100.0
        if not 0 < percent <= 100:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: a deposit lies between 0 and 100 percent.",
                    ticket=self.aftersales_ticket_id.name,
                )
            )
        return {**vals, "advance_payment_method": "percentage", "amount": percent}

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        # Always there, also when empty: invoices are grouped by it.
        values["aftersales_ticket_id"] = self.aftersales_ticket_id.id
        return values

    def _aftersales_check_agreed(self):
        """Refuse to bill more than the payer agreed to (R-SETT-06, R-SIGN-02).

        :raises UserError: naming the line
        """
        self.ensure_one()
        for line in self.order_line._aftersales_billable():
            uom = line.product_uom_id
            if uom.compare(line.qty_delivered, line.product_uom_qty) > 0:
                raise UserError(
                    self.env._(
                        "Order %(order)s, %(line)s: %(delivered)s delivered, "
                        "%(agreed)s agreed. Have the rest agreed on a new line of the "
                        "ticket, or take it back.",
                        order=self.name,
                        line=line.name,
                        delivered=line.qty_delivered,
                        agreed=line.product_uom_qty,
                    )
                )

    def _get_invoice_grouping_keys(self):
        # One ticket and one payer are settled apart from all others (R-BEY-20).
        return super()._get_invoice_grouping_keys() + ["aftersales_ticket_id"]

    def _force_lines_to_invoice_policy_order(self):
        # An order paid online in full is still invoiced on what is really used.
        orders = self.filtered(lambda order: not order.aftersales_ticket_id)
        return super(SaleOrder, orders)._force_lines_to_invoice_policy_order()

    # === Money ===

    def _aftersales_amount_received(self):
        """Money really in the books for this order, deposits included (R-PART-03).

        What payments and bank entries settled on the posted invoices of the order
        (its share, when an invoice bills several orders), less what credit notes
        give back, and the posted online payments that no invoice has used up yet.

        :return: amount in the order's currency, never below zero
        """
        self.ensure_one()
        # sudo: only a sum leaves this method; parts keepers ask for it at the gate
        order = self.sudo()
        today = fields.Date.context_today(order)
        received = 0.0
        moves = order.order_line.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted"
        )
        money = moves._aftersales_money()
        for move in moves:
            share = move._aftersales_share(order)
            if not share:
                continue
            amount = money[move]
            if move.move_type == "out_refund":
                # What a credit note did not set off against an invoice is owed back.
                amount = min(amount, 0.0) - move.amount_residual
            received += move.currency_id._convert(
                amount * share,
                order.currency_id,
                order.company_id,
                move.invoice_date or today,
            )
        for payment in order.transaction_ids.payment_id:
            received += payment.currency_id._convert(
                payment._aftersales_unused_amount(),
                order.currency_id,
                order.company_id,
                payment.date or today,
            )
        return max(order.currency_id.round(received), 0.0)

    def _aftersales_amount_delivered(self):
        """What was used and done on this order is worth, with tax, as far as nobody
        answers for its money (R-PART-04).

        :return: amount in the order's currency
        """
        self.ensure_one()
        return self.currency_id.round(
            sum(
                line.price_total / line.product_uom_qty * line.qty_delivered
                for line in self.order_line._aftersales_billable()
                if line.product_uom_qty and not line.aftersales_line_ids.guarantor_id
            )
        )
