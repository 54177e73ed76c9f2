from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_settlement_batch_run import DONE


class AftersalesTicket(models.Model):
    """Dealers on account: the vehicle leaves, the invoice follows at the end of the
    cycle (R-PAY-09)."""

    _inherit = "aftersales.ticket"

    is_on_account = fields.Boolean(
        compute="_compute_is_on_account",
        compute_sudo=True,
        help="Its customer's order is invoiced when his month or quarter ends.",
    )

    @api.depends("state", "partner_id", "order_ids.invoice_status")
    def _compute_is_on_account(self):
        for ticket in self:
            ticket.is_on_account = bool(ticket._get_cycle_orders())

    def _is_settled_by_cycle(self):
        """Whether the customer's orders are invoiced when his month or quarter ends."""
        self.ensure_one()
        # sudo: a setting of the customer, decided on for who takes the next step
        partner = self.sudo().partner_id.commercial_partner_id
        partner = partner.with_company(self.company_id)
        return (
            self.state in DONE
            and partner.aftersales_settlement_cycle in ("month", "quarter")
            and self._get_payment_rule() == "account"
        )

    def _get_cycle_orders(self):
        """Return the orders that wait for the end of the customer's cycle."""
        if not self._is_settled_by_cycle():
            return self.env["sale.order"]
        return self.order_ids.filtered(
            lambda order: (
                order.aftersales_payer == "customer"
                and order.state == "sale"
                and order.invoice_status == "to invoice"
            )
        )

    def _find_overdue_invoice(self):
        """Return the oldest after-sales invoice that the customer should have paid
        before today; no record: he keeps his terms."""
        self.ensure_one()
        today = self.env["aftersales.dunning.letter"]._get_today(self.company_id)
        # sudo: whether an invoice is open, whoever vouches; its number is shown
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    (
                        "commercial_partner_id",
                        "=",
                        self.partner_id.commercial_partner_id.id,
                    ),
                    ("aftersales_ticket_id", "!=", False),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    ("aftersales_disputed", "=", False),
                    ("invoice_date_due", "<", today),
                ],
                order="invoice_date_due, id",
                limit=1,
            )
        )

    # -- Gate -------------------------------------------------------------------------

    def _get_orders_to_bill(self):
        return super()._get_orders_to_bill() - self._get_cycle_orders()

    def _check_all_billed(self):
        orders = self._get_cycle_orders()
        overdue = orders and self._find_overdue_invoice()
        if overdue:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: %(customer)s is settled at the end of a cycle, "
                    "but %(invoice)s has been overdue since %(date)s. Collect it; or "
                    "invoice order %(order)s now, and this vehicle leaves once that "
                    "is paid or vouched for.",
                    ticket=self.name,
                    customer=self.partner_id.commercial_partner_id.name,
                    invoice=overdue.name,
                    date=overdue.invoice_date_due,
                    order=orders[:1].name,
                )
            )
        return super()._check_all_billed()

    def _check_vouched(self, guarantees):
        if self._is_settled_by_cycle() and not self._find_overdue_invoice():
            return None
        return super()._check_vouched(guarantees)

    def _get_leave_terms(self):
        reason, amount, guarantors = super()._get_leave_terms()
        if not self._is_settled_by_cycle() or (
            reason == "credit" and self._find_overdue_invoice()
        ):
            return reason, amount, guarantors
        orders = self._get_cycle_orders()
        amount += sum(order._aftersales_open_amount() for order in orders)
        if self.company_id.currency_id.compare_amounts(amount, 0.0) <= 0:
            return reason, amount, guarantors
        # Who answers for a part answers for its invoice, too, which is still to come.
        guarantors |= orders.order_line.aftersales_line_ids.guarantor_id
        return "account", amount, guarantors | self.credit_guarantor_id
