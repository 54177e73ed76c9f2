from odoo import models
from odoo.tools import float_compare


class SaleOrder(models.Model):
    """What a payer agreed to and what he is billed, to the cent (R-SETT-06)."""

    _inherit = "sale.order"

    def _aftersales_total(self, lines, quantity):
        """Return what ``lines`` of these orders come to, tax included.

        Taxes are rounded as on the document itself, by the company's own method.

        :param lines: lines of these orders, which have one currency
        :param quantity: function that gives the quantity of a line, in its unit
        :return: amount in the orders' currency
        """
        company, currency = self.company_id, self.currency_id
        base_lines = [
            line._prepare_base_line_for_taxes_computation(quantity=quantity(line))
            for line in lines
        ]
        if not base_lines:
            return 0.0
        taxes = self.env["account.tax"]
        taxes._add_tax_details_in_base_lines(base_lines, company)
        taxes._round_base_lines_tax_details(base_lines, company)
        return taxes._get_tax_totals_summary(base_lines, currency, company)[
            "total_amount_currency"
        ]

    def _aftersales_content(self):
        """The lines of these orders that carry what was agreed: no down payments."""
        return self.order_line._aftersales_billable()

    def _aftersales_is_additional(self):
        """Whether this order was made for what was agreed later (R-ADD-03)."""
        self.ensure_one()
        lines = self.order_line.aftersales_line_ids
        return bool(lines) and all(line.origin == "additional" for line in lines)

    def _aftersales_settle(self, moves, currency):
        """Compare what one payer agreed to with what he is billed (R-SETT-06).

        Called in sudo, on the confirmed orders of one payer in one currency; on none
        when he has invoices only.

        :param moves: {account.move: share of it that bills this payer, 0 to 1}
        :param currency: of the orders and moves
        :return: dict of amounts in that currency, tax included: ``estimate``,
            ``additions``, ``discount`` (granted), ``unused`` (agreed, not used or
            done), ``billed`` (invoices less credit notes, and what is still to be
            invoiced), ``rounding`` (of taxes over several documents), ``deposit``,
            ``paid``, ``due`` (open on posted invoices, and what is not posted yet)
        """
        result = dict.fromkeys(("estimate", "additions", "agreed", "used"), 0.0)
        for order in self:
            content = order._aftersales_content()
            agreed = order._aftersales_total(content, lambda line: line.product_uom_qty)
            used = order._aftersales_total(content, lambda line: line.qty_delivered)
            kind = "additions" if order._aftersales_is_additional() else "estimate"
            result[kind] += agreed
            result["agreed"] += agreed
            result["used"] += used
        discount = sum(self.order_line.aftersales_discount_id.mapped("amount"))
        posted = self.env["account.move"].concat(
            *(move for move in moves if move.state == "posted")
        )
        open_lines = self.order_line._aftersales_billable().filtered(
            lambda line: not line.product_uom_id.is_zero(line.qty_to_invoice)
        )
        billed = sum(
            move.amount_total_in_currency_signed * share
            for move, share in moves.items()
        )
        # Who is billed later, by a draft or at the end of a cycle, owes it as well.
        due = -sum(
            move.amount_total_in_currency_signed * moves[move] for move in posted
        )
        due += sum(
            (1 if move.move_type != "out_refund" else -1)
            * move.amount_residual
            * moves[move]
            for move in posted
        )
        if open_lines:
            # Deposits are still to be deducted: they are part of what is to come.
            billed += self._aftersales_total(
                open_lines, lambda line: line.qty_to_invoice
            )
            billed -= self._aftersales_deposit(moves)
        rounding = self._aftersales_rounding(
            moves, open_lines, billed - result["used"] + discount
        )
        return {
            "estimate": currency.round(result["estimate"]),
            "additions": currency.round(result["additions"]),
            "discount": currency.round(discount),
            "unused": currency.round(result["agreed"] - result["used"]),
            "billed": currency.round(billed),
            "rounding": rounding,
            "deposit": currency.round(
                sum(
                    move.amount_total_in_currency_signed * share
                    for move, share in moves.items()
                    if move.state == "posted" and move._is_downpayment()
                )
            ),
            "paid": currency.round(
                sum(order._aftersales_amount_received() for order in self)
            ),
            "due": currency.round(due + billed),
        }

    def _aftersales_deposit(self, moves):
        """Return what is invoiced in advance and not yet deducted, tax included."""
        lines = self.env["account.move"].concat(*moves).invoice_line_ids
        return sum(
            -line.move_id.direction_sign * line.price_total
            for line in lines
            if line.sale_line_ids.filtered("is_downpayment") & self.order_line
        )

    def _aftersales_rounding(self, moves, open_lines, cents):
        """Return the cents by which taxes rounded over other documents than the orders
        differ; 0 when anything else differs.

        :param moves: as in `_aftersales_settle`
        :param open_lines: order lines that are still to be invoiced
        :param cents: billed less what was used, discounts taken off
        """
        currency = self.currency_id
        if not currency or currency.is_zero(cents):
            return 0.0
        cents = currency.round(cents)
        limit = currency.rounding * (len(self) + len(moves))
        if currency.compare_amounts(abs(cents), limit) > 0:
            return 0.0
        invoiced = sum(
            -line.move_id.direction_sign
            * line.quantity
            * line.price_unit
            * (1 - line.discount / 100)
            for line in self.env["account.move"].concat(*moves).invoice_line_ids
            if line.sale_line_ids & self._aftersales_content()
        )
        invoiced += sum(
            line.qty_to_invoice * line.price_unit * (1 - line.discount / 100)
            for line in open_lines & self._aftersales_content()
        )
        delivered = sum(
            line.qty_delivered * line.price_unit * (1 - line.discount / 100)
            for line in self._aftersales_content()
        )
        same = float_compare(invoiced, delivered, precision_digits=4) == 0
        return cents if same else 0.0

    def _aftersales_invoice(self):
        """Invoice what was used and done: one invoice per ticket and payer (R-BEY-20).

        Where taxes rounded over all orders of a payer would differ from what he
        signed, each order has its own, so that he is billed to the cent what he
        approved (R-SETT-06).

        :return: the draft invoices and credit notes
        """
        apart = self.browse()
        for orders in self.grouped(
            lambda order: (
                order.aftersales_ticket_id,
                order.aftersales_payer,
                order.currency_id,
            )
        ).values():
            if len(orders) < 2:
                continue
            each = sum(order._aftersales_open_total() for order in orders)
            if orders.currency_id.compare_amounts(
                each, orders._aftersales_open_total()
            ):
                apart |= orders
        moves = self.env["account.move"]
        if apart:
            moves |= apart._create_invoices(grouped=True, final=True)
        if self - apart:
            moves |= (self - apart)._create_invoices(final=True)
        return moves

    def _aftersales_open_total(self):
        """Return what is still to be invoiced on these orders, tax included, before
        deposits are deducted."""
        return self._aftersales_total(
            self.order_line._aftersales_billable(), lambda line: line.qty_to_invoice
        )

    def _aftersales_open_amount(self):
        """Return what is still to be invoiced on this order, tax included, after the
        deposit that was invoiced in advance; in the company's currency."""
        self.ensure_one()
        moves = self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted"
        )
        amount = self._aftersales_open_total() - self._aftersales_deposit(moves)
        return self.company_id.currency_id.round(amount / (self.currency_rate or 1.0))
