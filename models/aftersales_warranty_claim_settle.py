from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .aftersales_ticket_billing import ADDITIONAL_STATES


class AftersalesWarrantyClaim(models.Model):
    """Settlement: the answer goes into the books, each difference its way (R-BEY-09).

    To the maker: what he does not pay is taken back from his invoice by a credit note.
    To the supplier: a vendor refund. What we bear ourselves has left its cost already.
    """

    _inherit = "aftersales.warranty.claim"

    def action_invoice(self):
        """Invoice the maker for the work of these claims, and post it (R-BEY-20).

        His orders alone; other payers of the tickets are settled apart.

        :return: action that opens the invoices
        :raises UserError: when nothing is left to invoice
        """
        self._check_role("finance")
        self._check_state("submitted", "answered")
        # sudo: orders and invoices arise from the ticket; the role is checked above
        orders = self.sudo().line_ids.ticket_line_id.sale_line_id.order_id.filtered(
            lambda order: order.invoice_status == "to invoice"
        )
        for order in orders:
            order._aftersales_check_agreed()
        if not orders:
            raise UserError(
                self.env._(
                    "Claim %(claim)s: the maker's order has nothing left to invoice.",
                    claim=", ".join(self.mapped("name")),
                )
            )
        moves = self.env["account.move"].sudo()
        for company, company_orders in orders.grouped("company_id").items():
            moves |= company_orders.with_company(company)._aftersales_invoice()
        moves.action_post()
        return self.ticket_id._action_view_moves(moves)

    def action_settle(self):
        """Settle these claims by their answers: the books follow (R-BEY-09).

        :raises UserError: naming the claim: not invoiced yet, a difference without
            anybody to bear it, a closed period, no account
        """
        self._check_role("finance")
        self._check_state("answered")
        for claim in self:
            # sudo: entries arise from the claim; role and state are checked above
            claim.sudo()._settle()
        return True

    def _settle(self):
        """Make the entries of one claim and write its stamps (in sudo)."""
        self.ensure_one()
        if self.kind != "supplier":
            self._check_destinies()
        if self.kind == "maker":
            self._credit_differences()
        elif self.kind == "supplier":
            self._create_vendor_refund()
        self._bill_customer()
        self.write(
            {
                "state": "settled",
                "settled_at": fields.Datetime.now(),
                "settled_by_id": self.env.uid,
            }
        )
        self._update_paid_date()

    def _check_destinies(self):
        """Raise UserError for a difference that nobody is to bear."""
        for line in self.line_ids:
            if (
                not self.currency_id.is_zero(line.amount_difference)
                and not line.difference_destiny
            ):
                raise UserError(
                    self.env._(
                        "Claim %(claim)s, %(line)s: %(amount)s were not approved. "
                        "Choose who bears the difference.",
                        claim=self.name,
                        line=line.ticket_line_id.name,
                        amount=self.currency_id.format(line.amount_difference),
                    )
                )

    def _check_open_period(self, date, journal):
        """Raise UserError when the books are closed on that day."""
        locks = self.company_id._get_violated_lock_dates(date, True, journal)
        if locks:
            raise UserError(
                self.env._(
                    "Claim %(claim)s cannot be settled on %(date)s: the books are "
                    "closed until %(lock)s. Move the lock date or settle it later.",
                    claim=self.name,
                    date=date,
                    lock=max(lock[0] for lock in locks),
                )
            )

    # -- The maker ---------------------------------------------------------------------

    def _credit_differences(self):
        """Take back from the maker's invoice what he does not pay."""
        differences = {}
        for line in self.line_ids:
            left = self.currency_id.round(line.amount_posted - line.amount_approved)
            if self.currency_id.compare_amounts(left, 0) < 0:
                raise UserError(
                    self.env._(
                        "Claim %(claim)s, %(line)s: %(approved)s approved, %(posted)s "
                        "invoiced. Press Invoice first.",
                        claim=self.name,
                        line=line.ticket_line_id.name,
                        approved=self.currency_id.format(line.amount_approved),
                        posted=self.currency_id.format(line.amount_posted),
                    )
                )
            if left:
                billed = line.move_line_ids.filtered(
                    lambda entry: (
                        entry.move_type == "out_invoice"
                        and entry.parent_state == "posted"
                    )
                )[-1:]
                differences.setdefault(billed.move_id, []).append((line, billed, left))
        for invoice, rows in differences.items():
            date = fields.Date.context_today(self)
            self._check_open_period(date, invoice.journal_id)
            refund = invoice.with_company(self.company_id).create(
                self._prepare_difference_vals(invoice, date, rows)
            )
            refund.action_post()
            refund._aftersales_set_off()

    def _prepare_difference_vals(self, invoice, date, rows):
        """Return the values of the credit note for ``rows`` of one invoice.

        No product: nothing comes back, and no cost of goods is turned round.
        """
        account = self.company_id._aftersales_get_difference_account()
        return {
            "move_type": "out_refund",
            "partner_id": invoice.partner_id.id,
            "currency_id": invoice.currency_id.id,
            "journal_id": invoice.journal_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": date,
            "ref": self.name,
            "reversed_entry_id": invoice.id,
            "aftersales_ticket_id": self.ticket_id.id,
            "aftersales_payer": "warranty",
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": " ".join(
                            filter(
                                None,
                                [
                                    f"{self.name}: {line.ticket_line_id.name}",
                                    line.reason_id.name,
                                ],
                            )
                        ),
                        "quantity": 1,
                        "price_unit": left,
                        "tax_ids": [Command.set(billed.tax_ids.ids)],
                        "account_id": account.id,
                        "aftersales_claim_line_id": line.id,
                    }
                )
                for line, billed, left in rows
            ],
        }

    # -- The supplier ------------------------------------------------------------------

    def _create_vendor_refund(self):
        """Enter what the supplier grants as a refund of his, to be set off or paid."""
        lines = self.line_ids.filtered(lambda line: line.amount_approved > 0)
        if not lines:
            return
        account = self.company_id._aftersales_get_warranty_account()
        date = fields.Date.context_today(self)
        refund = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "in_refund",
                    "partner_id": self.provider_id.id,
                    "currency_id": self.currency_id.id,
                    "invoice_date": date,
                    "ref": " ".join(filter(None, [self.name, self.provider_reference])),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": f"{self.name}: {line.ticket_line_id.name}",
                                "quantity": 1,
                                "price_unit": line.amount_approved,
                                "tax_ids": [
                                    Command.set(line._get_refund_taxes(account).ids)
                                ],
                                "account_id": account.id,
                                "aftersales_claim_line_id": line.id,
                            }
                        )
                        for line in lines
                    ],
                }
            )
        )
        self._check_open_period(date, refund.journal_id)
        refund.action_post()

    # -- The customer ------------------------------------------------------------------

    def _bill_customer(self):
        """Put what the customer is to bear on the ticket, for him to agree to."""
        product = self.env.ref("aftersales.product_claim_difference")
        for line in self.line_ids:
            if line.difference_destiny != "customer" or not line.amount_difference:
                continue
            ticket = self.ticket_id
            if ticket.state not in ADDITIONAL_STATES:
                raise UserError(
                    self.env._(
                        "Claim %(claim)s, %(line)s: the work of ticket %(ticket)s is "
                        "finished, and the customer has not agreed to pay for it. "
                        "Choose our goodwill or our cost for the %(amount)s. If he "
                        "does agree, open a ticket for the vehicle with the product "
                        "%(product)s, and have him sign its quotation.",
                        claim=self.name,
                        line=line.ticket_line_id.name,
                        ticket=ticket.name,
                        amount=self.currency_id.format(line.amount_difference),
                        product=product.display_name,
                    )
                )
            line.customer_line_id = line.customer_line_id.create(
                {
                    "ticket_id": ticket.id,
                    "product_id": product.id,
                    "name": f"{product.name}: {line.ticket_line_id.name}",
                    "price_unit": self.currency_id._convert(
                        line.amount_difference,
                        ticket.currency_id,
                        ticket.company_id,
                    ),
                }
            )
