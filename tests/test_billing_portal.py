from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_billing import SIGNATURE, BillingCommon


@tagged("post_install", "-at_install")
class TestBillingPortal(BillingCommon, HttpCase):
    """The customer answers on Odoo's own page of the order, without a login."""

    def url_open(self, url, **kwargs):
        # A page of the shop's theme takes its time on a busy machine.
        return super().url_open(url, **{"timeout": 60, **kwargs})

    def _quoted(self, **vals):
        ticket, lines = self._mixed_ticket(**vals)
        ticket.action_quote()
        self._order(ticket, "insurer")._action_cancel()
        order = self._order(ticket)
        order._portal_ensure_token()
        order.action_quotation_sent()
        self.env.flush_all()
        return ticket, lines, order

    def _accept(self, order, token=None):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": token or order.access_token,
                "name": "Mr Zhao",
                "signature": SIGNATURE,
            },
            timeout=60,
        )

    def _transaction(self, order, amount):
        """Return a transaction for ``order``, as the provider makes it."""
        method = self.env.ref("payment.payment_method_unknown")
        provider = self.env["payment.provider"].create(
            {
                "name": "Counter terminal",
                "code": "none",
                "state": "test",
                "company_id": self.company.id,
                "payment_method_ids": method.ids,
            }
        )
        method.active = True
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        bank.inbound_payment_method_line_ids[:1].payment_provider_id = provider
        provider.journal_id = bank
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": amount,
                "currency_id": order.currency_id.id,
                "reference": order.name,
                "operation": "online_redirect",
                "partner_id": order.partner_id.id,
                "sale_order_ids": order.ids,
            }
        )

    def test_page_shows_what_is_covered(self):
        """R-EST-04: what costs nothing is shown to the customer, and only to him."""
        ticket, __, order = self._quoted()
        page = self.url_open(f"/my/orders/{order.id}?access_token={order.access_token}")
        self.assertEqual(page.status_code, 200)
        for text in (
            "Nothing to pay for",
            "Covered by goodwill",
            self.vehicle.vin,
            ticket.name,
        ):
            self.assertIn(text, page.text)
        other = self._order(ticket, "warranty")
        other._portal_ensure_token()
        self.env.flush_all()
        page = self.url_open(f"/my/orders/{other.id}?access_token={other.access_token}")
        self.assertNotIn("Nothing to pay for", page.text)
        self.assertNotIn(self.brake_pads.name, page.text)

    def test_standard_order_shows_no_ticket(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        order._portal_ensure_token()
        self.env.flush_all()
        page = self.url_open(f"/my/orders/{order.id}?access_token={order.access_token}")
        self.assertNotIn("Service ticket", page.text)

    def test_signature(self):
        """R-SIGN-05: signed on the page: lines agreed, ticket approved."""
        ticket, lines, order = self._quoted()
        with mute_logger("odoo.http"):
            self.assertIn("error", self._accept(order, token="wrong"))
        result = self._accept(order)
        self.assertTrue(result.get("force_refresh"), result)
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
        self.assertEqual(lines["customer"].approval, "approved")
        self.assertEqual(lines["customer"].approved_by, "Mr Zhao")
        self.assertEqual(ticket.state, "approved")
        self.assertEqual((ticket.consent_by, ticket.consent_how), ("Mr Zhao", "portal"))
        log = ticket.message_ids.filtered(lambda message: "Approved" in message.body)
        self.assertEqual(log.author_id, order.partner_id, "the customer, no machine")
        self.assertFalse(order.picking_ids)
        self.assertIn("error", self._accept(order), "only once")

    def test_decline(self):
        ticket, lines, order = self._quoted()
        self.authenticate(None, None)
        self.url_open(
            f"/my/orders/{order.id}/decline",
            data={
                "access_token": order.access_token,
                "decline_message": "Too dear",
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.env.invalidate_all()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(lines["customer"].approval, "declined")
        self.assertEqual(ticket.state, "quoted")

    def test_deposit_by_transaction(self):
        """R-PAY-12: signed, then the deposit paid: confirmed; the money counts."""
        self.company.aftersales_deposit_percent = 50
        ticket, lines, order = self._quoted()
        self._accept(order)
        self.env.invalidate_all()
        self.assertEqual(order.state, "sent", "the deposit is due")
        self.assertEqual(ticket.state, "quoted")
        transaction = self._transaction(order, 254.25)
        transaction._set_done()
        self.assertEqual(order._aftersales_amount_received(), 0.0, "not booked yet")
        transaction._post_process()
        self.assertEqual(order.state, "sale")
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(transaction.payment_id.state, "in_process")
        self.assertEqual(order._aftersales_amount_received(), 254.25)
        self.assertEqual(ticket.payment_state, "partial")
        # the final invoice uses the payment up: it is not counted twice
        self._use(lines["customer"], 2)
        # what the insurer was not asked about any more is not done
        lines["insurer"]._decline()
        self._finish(ticket)
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        self.assertEqual(invoice.amount_residual, 254.25)
        self.assertEqual(order._aftersales_amount_received(), 254.25)
        self._pay(invoice)
        self.assertEqual(order._aftersales_amount_received(), 508.5)

    def test_paid_in_full_online(self):
        """All paid before work starts: the basis "paid" holds, nothing is invoiced."""
        self.company.aftersales_deposit_percent = 100
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        ticket, lines, order = self._quoted()
        self._accept(order)
        transaction = self._transaction(order, order.amount_total)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order._aftersales_amount_received(), 508.5)
        self.assertEqual(set(order.order_line.mapped("qty_invoiced")), {0.0})
