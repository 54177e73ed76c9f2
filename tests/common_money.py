from odoo import fields
from odoo.fields import Command

from .common import AftersalesCommon


class MoneyCommon(AftersalesCommon):
    """Invoices of one ticket in the books, with and without a guarantor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ticket().sudo()
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.eur.id,
                "name": "2020-01-01",
                "rate": 0.7,
                "company_id": cls.company.id,
            }
        )
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "Half now, half in a month",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 30}
                    ),
                ],
            }
        )
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.Receivable = cls.env["aftersales.receivable"]

    @classmethod
    def _bill(cls, *lines, date="2025-10-01", post=True, **vals):
        """Return an invoice of the ticket; each line is ``(price, guarantor)``."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "aftersales_ticket_id": cls.ticket.id,
                "invoice_date": date,
                "date": date,
                **(
                    {"invoice_payment_term_id": False, "invoice_date_due": date}
                    if "invoice_payment_term_id" not in vals
                    else {}
                ),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"Part {number}",
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": [Command.set([])],
                        }
                    )
                    for number, (price, __) in enumerate(lines)
                ],
                **vals,
            }
        )
        if post:
            move.action_post()
            for line, (__, who) in zip(move.invoice_line_ids, lines, strict=True):
                line.sudo().aftersales_guarantor_id = who
        return move

    @classmethod
    def _nobody(cls):
        return cls.env["res.users"]

    @classmethod
    def _receive_money(cls, invoice, amount, date="2025-10-10"):
        """Register a payment of ``invoice`` by Odoo's own wizard."""
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "amount": amount,
                    "payment_date": date,
                    "journal_id": cls.bank.id,
                    "payment_difference_handling": "open",
                }
            )
            ._create_payments()
        )

    @classmethod
    def _advance(cls, amount, date="2025-10-10", **vals):
        """Return money for the ticket that no invoice has used up."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": cls.customer.id,
                "amount": amount,
                "date": date,
                "journal_id": cls.bank.id,
                "aftersales_ticket_id": cls.ticket.id,
                **vals,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _credit(cls, invoice, *prices, date="2025-10-15"):
        """Return a credit note of ``invoice``, apart from it, for these prices of its
        first lines; each keeps who answered for its line."""
        refund = invoice._reverse_moves([{"invoice_date": date, "date": date}])
        kept = refund.invoice_line_ids[: len(prices)]
        (refund.invoice_line_ids - kept).unlink()
        # Else Odoo would set it off at once.
        refund.reversed_entry_id = False
        for line, price in zip(kept, prices, strict=True):
            line.price_unit = price
        refund.action_post()
        for line, old in zip(kept, invoice.invoice_line_ids, strict=False):
            line.sudo().aftersales_guarantor_id = old.aftersales_guarantor_id
        return refund

    @classmethod
    def _set_off(cls, *moves):
        """Set these entries off against each other, as Finance does by hand."""
        cls.env["account.move"].union(*moves).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        ).reconcile()

    def _rows(self, domain=()):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Receivable.search([("company_id", "=", self.company.id), *domain])

    def _open_by(self, fname, domain=()):
        self.env.flush_all()
        return {
            key if not hasattr(key, "_name") else key: round(amount, 2)
            for key, amount in self.Receivable._read_group(
                [("company_id", "=", self.company.id), *domain],
                [fname],
                ["amount_residual:sum"],
            )
        }

    def _ledger(self, date=None):
        """Return what the books say is open for the ticket's customer, by ORM."""
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("partner_id", "child_of", self.customer.id),
            ]
        )
        if not date:
            return round(sum(items.mapped("amount_residual")), 2)
        date = fields.Date.to_date(date)
        items = items.filtered(lambda line: line.date <= date)
        amount = sum(items.mapped("balance"))
        for part in items.matched_credit_ids | items.matched_debit_ids:
            if part.max_date <= date:
                amount -= part.amount * (part.debit_move_id in items)
                amount += part.amount * (part.credit_move_id in items)
        return round(amount, 2)
