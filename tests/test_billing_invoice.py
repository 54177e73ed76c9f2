from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_billing import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingInvoice(BillingCommon):
    def test_order_makes_no_delivery(self):
        """The ticket's slips move its parts, not the order."""
        ticket, __ = self._approved()
        self.assertFalse(ticket.sudo().order_ids.picking_ids)
        self.assertFalse(ticket.sudo().order_ids.order_line.move_ids)

    def test_invoice_what_was_used(self):
        """Three payers, three invoices, to the cent: parts by slip, work when done."""
        ticket, lines = self._approved()
        order = self._order(ticket)
        with self.assertRaisesRegex(UserError, "nothing to invoice"):
            self._as("finance", ticket).action_invoice()
        self.assertEqual(order.invoice_status, "no")
        self._use(lines["customer"], 1)
        self._use(lines["insurer"], 1)
        self._use(lines["warranty"], 1)
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertEqual(order.amount_to_invoice, 203.4)
        pads = lines["customer"].sale_line_id.sudo()
        self.assertEqual(pads.untaxed_amount_to_invoice, 180.0)
        self._finish(ticket)
        self._as("finance", ticket).action_invoice()
        totals = {
            payer: self._invoices(ticket, payer).amount_total
            for payer in ("customer", "insurer", "warranty")
        }
        # (180 + 90), 75 and 1200, each with 13 %
        self.assertEqual(
            totals, {"customer": 305.1, "insurer": 84.75, "warranty": 1356.0}
        )
        invoices = ticket.sudo().invoice_ids
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        self.assertEqual(len(invoices), 3)
        self.assertEqual(invoices.partner_id, self.customer | self.insurer | self.maker)
        self.assertEqual(ticket.amount_invoiced, 1745.85)
        self.assertEqual(ticket.amount_due, 1745.85)
        self.assertEqual(ticket.payment_state, "unpaid")
        # the second pad follows on an invoice of its own
        self._use(lines["customer"], 1)
        self._as("finance", ticket).action_invoice()
        self.assertEqual(len(self._invoices(ticket)), 2)
        self.assertEqual(
            sum(self._invoices(ticket).mapped("amount_total")), order.amount_total
        )
        self.assertEqual(order.invoice_status, "invoiced")

    def test_more_than_agreed(self):
        """R-SETT-06: what was not agreed is not billed."""
        ticket, lines = self._approved()
        self._use(lines["customer"], 3)
        with self.assertRaisesRegex(UserError, "3.0 delivered, 2.0 agreed"):
            self._as("finance", ticket).action_invoice()

    def test_deposit_is_netted(self):
        """R-PAY-12: a deposit invoice is deducted from the last one, to the cent."""
        ticket, lines = self._approved()
        order = self._order(ticket)
        self._as("finance", ticket).action_invoice_deposit(33.33)
        deposit = self._invoices(ticket)
        self.assertEqual(deposit.state, "posted")
        self.assertEqual(deposit.amount_total, 169.48)
        self.assertEqual(order._aftersales_amount_received(), 0.0)
        self._pay(deposit)
        self.assertEqual(order._aftersales_amount_received(), 169.48)
        self.assertEqual(ticket.payment_state, "partial")
        with self.assertRaisesRegex(UserError, "without an invoice"):
            self._as("finance", ticket).action_invoice_deposit(50)
        self._use(lines["customer"], 2)
        self._finish(ticket)
        self._as("finance", ticket).action_invoice()
        final = self._invoices(ticket) - deposit
        self.assertEqual(final.amount_total, 339.02)
        self.assertEqual(final.amount_total + deposit.amount_total, order.amount_total)
        self.assertEqual(order._aftersales_amount_received(), 169.48)
        self._pay(final)
        self.assertEqual(order._aftersales_amount_received(), 508.5)
        self.assertEqual(sum(self._invoices(ticket).mapped("amount_residual")), 0.0)

    def test_paid_in_advance(self):
        """R-PART-03: the whole order invoiced and paid before anything leaves."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._as("finance", ticket).action_invoice_deposit()
        self.assertEqual(ticket.payment_state, "unpaid")
        self._pay(ticket.sudo().invoice_ids)
        self.assertEqual(ticket.payment_state, "prepaid")
        self._use(line, 1)
        self._as("finance", ticket).action_invoice()
        self.assertEqual(ticket.amount_due, 0.0)
        self.assertEqual(ticket.payment_state, "paid")

    def test_the_word_that_it_is_paid_goes_with_its_reason(self):
        ticket, __ = self._approved()
        self._as("finance", ticket).action_invoice_deposit(100)
        self._pay(self._invoices(ticket))
        told = ticket.activity_ids.filtered(
            lambda activity: "is paid: go on" in (activity.summary or "")
        )
        self.assertEqual(told.user_id, ticket.advisor_id)
        self._finish(ticket)
        self.assertFalse(told.exists(), "nobody has to go on any more")

    def test_deposit_at_the_counter(self):
        """R-PAY-12: signed, deposit paid in cash: the order is confirmed then."""
        self.company.aftersales_deposit_percent = 40
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        self._order(ticket, "insurer")._action_cancel()
        order = self._order(ticket)
        with self.assertRaisesRegex(UserError, "without an invoice"):
            self._as("finance", ticket).action_invoice_deposit()
        self._sign(order)
        self._as("finance", ticket).action_invoice_deposit()
        deposit = ticket.sudo().invoice_ids
        self.assertEqual(deposit.amount_total, 203.4)
        self._pay(deposit, 100.0)
        self.assertEqual(order.state, "draft")
        self._pay(deposit)
        self.assertEqual(order.state, "sale")
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(ticket.consent_by, "Mr Zhao")
        self.assertEqual(lines["customer"].approval, "approved")
        # R-PAY-01: the advisor hears that the money has come
        self.assertEqual(
            ticket.activity_ids.user_id & self.user_advisor, self.user_advisor
        )
        with self.assertRaisesRegex(UserError, "invoice .* is posted"):
            order._action_cancel()

    def test_list_costs_the_same_for_many(self):
        """The list of open money reads any number of tickets with as many queries."""
        tickets = self.env["aftersales.ticket"]
        for __ in range(3):
            ticket, lines = self._approved()
            self._use(lines["customer"], 1)
            self._as("finance", ticket).action_invoice()
            tickets |= ticket
        fields_read = [
            "name",
            "payment_state",
            "amount_total",
            "amount_invoiced",
            "amount_paid",
            "amount_due",
            "days_overdue",
            "is_long_overdue",
            "order_count",
            "order_waiting_count",
            "invoice_count",
            "gate_pass_id",
        ]
        counts = []
        for records in (tickets, tickets[:1], tickets):
            records = self._as("finance", records)
            self.env.invalidate_all()
            self.env["aftersales.ticket"].with_user(self.user_finance).search([])
            before = self.env.cr.sql_log_count
            records.read(fields_read)
            counts.append(self.env.cr.sql_log_count - before)
        # The first only fills the caches of rights.
        self.assertEqual(counts[1], counts[2])

    def test_percentage_refused(self):
        ticket, __ = self._approved()
        for percent in (-5, 101):
            with self.assertRaisesRegex(UserError, "between 0 and 100"):
                self._as("finance", ticket).action_invoice_deposit(percent)

    def test_received_counts_money_only(self):
        """A credit note settles an invoice without bringing money."""
        ticket, lines = self._approved()
        order = self._order(ticket)
        self._use(lines["customer"], 2)
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        self.assertEqual(invoice.amount_total, 406.8)
        self._pay(invoice, 100.0)
        self.assertEqual(order._aftersales_amount_received(), 100.0)
        self.assertEqual(ticket.payment_state, "partial")
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        refund = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        self.assertEqual(refund.aftersales_ticket_id, ticket)
        refund.action_post()
        # 406.80 are owed back on the open credit note: nothing is ours
        self.assertEqual(order._aftersales_amount_received(), 0.0)
        (invoice + refund).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(invoice.amount_residual, 0.0)
        # 306.80 set off against the invoice; 100 came in and are owed back
        self.assertEqual(refund.amount_residual, 100.0)
        self.assertEqual(order._aftersales_amount_received(), 0.0)

    def test_returned_part_gives_credit_note(self):
        """A part taken back after the invoice makes a credit note of its ticket."""
        ticket, lines = self._approved()
        move = self._use(lines["customer"], 2)
        self._as("finance", ticket).action_invoice()
        self._bring_back(move, 1)
        self._as("finance", ticket).action_invoice()
        refund = ticket.sudo().invoice_ids.filtered(
            lambda move: move.move_type == "out_refund"
        )
        self.assertEqual(refund.amount_total, 203.4)
        self.assertEqual(refund.aftersales_ticket_id, ticket)
        self.assertEqual(refund.state, "posted")

    def test_guarantor_on_invoice(self):
        """R-PART-04: who gave the parts on credit stands on the invoice."""
        ticket, lines = self._approved()
        self._use(lines["customer"], 1)
        ticket.action_vouch_credit()
        self._as("finance", ticket).action_invoice()
        self.assertEqual(
            self._invoices(ticket).aftersales_guarantor_ids, self.user_advisor
        )
        with self.assertRaisesRegex(UserError, "answers for the money already"):
            self._as("manager", ticket).action_vouch_credit()

    def test_overdue(self):
        """R-PAY-08: due date and days overdue, searchable."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._use(line, 1)
        self._as("finance", ticket).action_invoice()
        today = fields.Date.context_today(ticket)
        invoice = ticket.sudo().invoice_ids
        tickets = self.env["aftersales.ticket"].with_user(self.user_finance)
        found = [("id", "=", ticket.id)]
        for days, overdue, long in ((0, 0, 0), (1, 1, 0), (40, 1, 0), (41, 1, 1)):
            invoice.invoice_date_due = today - timedelta(days=days)
            self.env.flush_all()
            self.assertEqual(ticket.days_overdue, days)
            self.assertEqual(
                tickets.search_count(found + [("days_overdue", ">", 0)]), overdue
            )
            self.assertEqual(
                tickets.search_count(found + [("is_long_overdue", "=", True)]), long
            )
            self.assertEqual(
                tickets.search_count(found + [("is_long_overdue", "=", False)]),
                1 - long,
            )
        self._pay(invoice)
        self.assertFalse(ticket.payment_due_date)
        self.assertEqual(ticket.days_overdue, 0)
        self.assertEqual(ticket.payment_state, "paid")

    def test_foreign_currency_received(self):
        """The money is counted in the order's currency."""
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": eur.id,
                "name": "2020-01-01",
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": eur.id}
        )
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        order = self._order(ticket)
        self.assertEqual(order.currency_id, eur)
        self.assertEqual(order.amount_total, 42.38)
        self._use(line, 1)
        self._as("finance", ticket).action_invoice()
        invoice = ticket.sudo().invoice_ids
        self.assertEqual(invoice.currency_id, eur)
        self._pay(invoice)
        self.assertEqual(order._aftersales_amount_received(), 42.38)
        # 75 and 13 % tax: the tax is rounded in the company's currency
        self.assertEqual(ticket.amount_invoiced, 84.75)
        self.assertEqual(ticket.amount_paid, 84.75)
        self.assertEqual(ticket.payment_state, "paid")

    def test_standard_order_is_untouched(self):
        """An order without a ticket delivers and invoices as Odoo does."""
        self.mirror.invoice_policy = "order"
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.mirror.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        line = order.order_line
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)
        self.assertEqual(line.qty_to_invoice, 2)
        self.assertEqual(line.invoice_status, "to invoice")
        self.assertEqual(line.untaxed_amount_to_invoice, 150.0)
        self.assertEqual(line.amount_to_invoice, 169.5)
        line.product_uom_qty = 3
        line.price_unit = 70.0
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("product_uom_qty")), 3)
        invoice = order._create_invoices()
        self.assertFalse(invoice.aftersales_ticket_id)
        order_2 = order.copy()
        order_2._action_cancel()
        order_2.action_draft()
        order_2.unlink()

    def test_orders_of_tickets_are_invoiced_apart(self):
        """Invoiced from Odoo's own list, too: one invoice per ticket and payer."""
        orders = self.env["sale.order"]
        for __ in range(2):
            ticket, lines = self._approved()
            self._use(lines["customer"], 1)
            orders |= self._order(ticket)
        orders |= self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.labour.id})],
            }
        )
        orders[2].action_confirm()
        invoices = orders._create_invoices()
        self.assertEqual(len(invoices), 3)
        self.assertEqual(len(invoices.aftersales_ticket_id), 2)

    def test_paid_online_is_not_invoiced_as_ordered(self):
        """Automatic invoicing does not bill what was not used yet."""
        ticket, lines = self._approved()
        order = self._order(ticket)
        order._force_lines_to_invoice_policy_order()
        self.assertEqual(set(order.order_line.mapped("qty_to_invoice")), {0.0})

    def test_cancel_confirmed_order(self):
        ticket, lines = self._approved()
        order = self._order(ticket)
        self._use(lines["customer"], 1)
        with self.assertRaisesRegex(UserError, "Take the parts back first"):
            order._action_cancel()
        insurer = self._order(ticket, "insurer")
        insurer._action_cancel()
        self.assertEqual(lines["insurer"].approval, "proposed")

    def test_roles(self):
        ticket, lines = self._approved()
        self._use(lines["customer"], 1)
        for role in (
            "advisor",
            "technician",
            "dispatcher",
            "inspector",
            "parts_keeper",
            "quality",
        ):
            for step in (
                "action_invoice",
                "action_invoice_deposit",
                "action_register_payment",
                "action_issue_gate_pass",
            ):
                with self.assertRaises(AccessError, msg=f"{role} {step}"):
                    getattr(self._as(role, ticket), step)()
        for role in ("technician", "finance", "quality"):
            with self.assertRaises(AccessError):
                self._as(role, ticket).action_vouch_credit()
        self.assertNotIn(
            "amount_due",
            self.env["aftersales.ticket"]
            .with_user(self.user_technician)
            .fields_get(["amount_due"]),
        )
