from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_is_zero


class SaleOrder(models.Model):
    _inherit = "sale.order"

    aftersales_ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Service Ticket",
        index="btree_not_null",
        copy=False,
        readonly=True,
        check_company=True,
        help="The service ticket whose lines this order quotes and bills.",
    )
    aftersales_payer = fields.Selection(
        [
            ("customer", "Customer"),
            ("warranty", "Warranty"),
            ("goodwill", "Goodwill"),
            ("internal", "Internal"),
            ("insurer", "Insurer"),
        ],
        string="Payer",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="On whose account the ticket's lines of this order are (R-BEY-20).",
    )

    _aftersales_payer_check = models.Constraint(
        "CHECK((aftersales_ticket_id IS NULL) = (aftersales_payer IS NULL))",
        "An order of a service ticket must say who pays.",
    )

    # === Consent: the order is the customer's answer to the ticket (R-SIGN-01, 05) ===

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
        """Who agreed to this order, and how.

        :return: (name, way in words)
        """
        self.ensure_one()
        consent = self.env.context.get("aftersales_consent")
        if consent:
            return consent["by"], consent["how"]
        if self.signature:
            return self.signed_by, self.env._("Signed on the portal")
        return self.env.user.name, self.env._("Confirmed in the office")

    def _aftersales_sync_lines(self, lines):
        """Make the products of this open order those of the ticket `lines`.

        An order left without lines is deleted, or cancelled once it was sent.

        :param lines: ticket lines (in sudo) this order must carry, or None
        :return: whether anything changed
        """
        self.ensure_one()
        lines = (
            lines.with_env(self.env) if lines else (self.env["aftersales.ticket.line"])
        )
        surplus = self.order_line._aftersales_billable().filtered(
            lambda order_line: not order_line.aftersales_line_ids & lines
        )
        changed = bool(surplus)
        surplus.unlink()
        to_create = lines.browse()
        for line in lines:
            if line.sale_line_id.order_id != self:
                to_create |= line
            elif vals := line._get_order_line_changes(self):
                line.sale_line_id.write(vals)
                changed = True
        if to_create:
            changed = True
            order_lines = self.env["sale.order.line"].create(
                [
                    {"order_id": self.id, **line._prepare_order_line_vals(self)}
                    for line in to_create
                ]
            )
            for line, order_line in zip(to_create, order_lines, strict=True):
                line.sale_line_id = order_line
        if not lines:
            if self.state == "draft":
                self.unlink()
            else:
                self._action_cancel()
        elif changed and self.state == "sent":
            self._message_log(
                body=self.env._("The quotation changed with the lines of its ticket.")
            )
        return changed

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

    def write(self, vals):
        if {"partner_id", "aftersales_ticket_id", "aftersales_payer"} & vals.keys():
            for order in self.filtered("aftersales_ticket_id"):
                if not order._aftersales_in_sync():
                    raise UserError(
                        self.env._(
                            "Order %(order)s belongs to service ticket %(ticket)s. "
                            "Change who pays on the ticket; the order follows.",
                            order=order.name,
                            # sudo: the name only, for who may edit the order
                            ticket=order.sudo().aftersales_ticket_id.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_aftersales_answered(self):
        for order in self.filtered("aftersales_ticket_id"):
            if order.state != "draft":
                raise UserError(
                    self.env._(
                        "Order %(order)s belongs to a service ticket and was already "
                        "sent; it is kept as a record. Cancel it instead.",
                        order=order.name,
                    )
                )

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

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        # Always there, also when empty: invoices are grouped by it.
        values["aftersales_ticket_id"] = self.aftersales_ticket_id.id
        if self.aftersales_ticket_id:
            values["aftersales_guarantor_id"] = self._aftersales_guarantor().id
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

    def _aftersales_guarantor(self):
        """Who answers for this order's money: the one of the ticket's remainder,
        else the one of the first part given on credit (R-PART-04)."""
        self.ensure_one()
        # sudo: read for the invoice; who invoices need not have rights on the ticket
        ticket = self.sudo().aftersales_ticket_id
        if self.aftersales_payer == "customer" and ticket.credit_guarantor_id:
            return ticket.credit_guarantor_id
        return self.sudo().order_line.aftersales_line_ids.guarantor_id[:1]

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
        """What was used and done on this order is worth, with tax.

        :return: amount in the order's currency
        """
        self.ensure_one()
        return self.currency_id.round(
            sum(
                line.price_total / line.product_uom_qty * line.qty_delivered
                for line in self.order_line._aftersales_billable()
                if line.product_uom_qty
            )
        )

    def _aftersales_get_covered(self):
        """Ticket lines to print on this order as costing nothing.

        The customer sees what is covered and what he brought himself; other payers
        see their own lines only.

        :return: (covered lines, parts the customer brought)
        """
        self.ensure_one()
        # sudo: the customer has no rights on tickets; he sees lines of his own only
        ticket = self.sudo().aftersales_ticket_id
        lines = ticket.line_ids.browse()
        if self.aftersales_payer != "customer":
            return lines, lines
        covered = ticket._get_covered_lines()
        brought = ticket.line_ids.filtered(
            lambda line: (
                line.line_type == "part"
                and line.supply == "customer"
                and line.approval in ("proposed", "approved")
            )
        )
        return covered - brought, brought

    @api.readonly
    def action_view_aftersales_ticket(self):
        """Open the service ticket this order belongs to (smart button)."""
        self.ensure_one()
        return self.aftersales_ticket_id._get_records_action()
