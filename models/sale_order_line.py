from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    aftersales_line_ids = fields.One2many(
        "aftersales.ticket.line",
        "sale_line_id",
        string="Ticket Lines",
        copy=False,
    )

    def _aftersales_billable(self):
        """The lines of tickets' orders that carry a product (no down payments)."""
        return self.filtered(
            lambda line: (
                line.order_id.aftersales_ticket_id
                and not line.display_type
                and not line.is_downpayment
            )
        )

    def _aftersales_by_order(self):
        """The ticket lines whose product would be invoiced as ordered."""
        return self._aftersales_billable().filtered(
            lambda line: line.product_id.invoice_policy == "order"
        )

    # A ticket is invoiced on what was really used or done, whatever the product's
    # own policy says: parts by their slips, operations when they are finished.

    def _compute_qty_to_invoice(self):
        result = super()._compute_qty_to_invoice()
        for line in self._aftersales_billable():
            if line.state == "sale":
                line.qty_to_invoice = line.qty_delivered - line.qty_invoiced
        return result

    def _compute_invoice_status(self):
        result = super()._compute_invoice_status()
        for line in self._aftersales_by_order():
            if line.state != "sale" or line.invoice_status not in ("no", "upselling"):
                continue
            moves = line.move_ids
            all_moved = any(move.state == "done" for move in moves) and all(
                move.state in ("done", "cancel") for move in moves
            )
            if line.invoice_status == "upselling" or all_moved:
                line.invoice_status = "invoiced"
        return result

    def _compute_untaxed_amount_to_invoice(self):
        result = super()._compute_untaxed_amount_to_invoice()
        for line in self._aftersales_by_order():
            if line.state != "sale":
                continue
            price = line.price_unit * (1 - (line.discount or 0.0) / 100.0)
            amount = price * line.qty_delivered
            if line.tax_ids.filtered("price_include"):
                amount = line.tax_ids.compute_all(
                    price,
                    currency=line.currency_id,
                    quantity=line.qty_delivered,
                    product=line.product_id,
                    partner=line.order_id.partner_shipping_id,
                )["total_excluded"]
            line.untaxed_amount_to_invoice = amount - line.untaxed_amount_invoiced
        return result

    def _compute_amount_to_invoice(self):
        result = super()._compute_amount_to_invoice()
        for line in self._aftersales_by_order():
            if line.product_uom_qty:
                quantity = line.qty_delivered - line.qty_invoiced_posted
                line.amount_to_invoice = (
                    line.price_total / line.product_uom_qty * quantity
                )
        return result

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        # The ticket's own slips move its parts: its order never starts a delivery.
        lines = self.filtered(lambda line: not line.order_id.aftersales_ticket_id)
        return super(SaleOrderLine, lines)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )

    @api.model
    def _aftersales_content_fields(self):
        """What the customer signs for: may change on the ticket only."""
        return {
            "product_id",
            "name",
            "product_uom_qty",
            "product_uom_id",
            "price_unit",
            "discount",
            "tax_ids",
        }

    def _aftersales_check_by_ticket(self):
        """Refuse a change by hand of what the ticket decides (R-SIGN-02).

        :raises UserError: naming the order and the ticket
        """
        # Only the ticket itself writes here, in sudo: a client may not ask for it.
        if self.order_id._aftersales_in_sync():
            return
        for line in self._aftersales_billable():
            raise UserError(
                self.env._(
                    "Order %(order)s belongs to service ticket %(ticket)s. Change the "
                    "lines of the ticket; the order follows.",
                    order=line.order_id.name,
                    # sudo: the name only, for the person who may edit the order
                    ticket=line.order_id.sudo().aftersales_ticket_id.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._aftersales_check_by_ticket()
        return lines

    def write(self, vals):
        if self._aftersales_content_fields() & vals.keys():
            self._aftersales_check_by_ticket()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_aftersales(self):
        self._aftersales_check_by_ticket()
