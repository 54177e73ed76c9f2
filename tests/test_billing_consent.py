from odoo.tests import HttpCase, new_test_user, tagged

from .common_billing import SIGNATURE, BillingCommon


@tagged("post_install", "-at_install")
class TestBillingConsent(BillingCommon, HttpCase):
    """Who agreed, and how: the customer's side, whoever presses the button."""

    def _asked(self):
        """Return a ticket whose customer has a quotation before him."""
        ticket = self._diagnosed()
        self._line(ticket, self.brake_pads, quantity=2)
        self._line(ticket, self.mirror, payer="goodwill")
        ticket.action_quote()
        order = self._order(ticket)
        order._portal_ensure_token()
        order.action_quotation_sent()
        self.env.flush_all()
        return ticket, order

    def _assert_consent(self, ticket, by, how, words):
        self.env.invalidate_all()
        self.assertEqual(ticket.state, "approved")
        self.assertEqual((ticket.consent_by, ticket.consent_how), (by, how))
        pads = ticket.line_ids.filtered(lambda line: line.payer == "customer")
        self.assertEqual((pads.approved_by, pads.approved_how), (by, words))
        self.assertEqual(set(ticket.line_ids.mapped("approved_by")), {by})

    def _accept(self, order):
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.access_token,
                "name": "Mr Zhao",
                "signature": SIGNATURE,
            },
            timeout=60,
        )
        self.assertTrue(result.get("force_refresh"), result)

    def _salesman(self):
        return new_test_user(
            self.env,
            login="salesman",
            name="Office Salesman",
            groups="sales_team.group_sale_manager",
            company_id=self.company.id,
        )

    def test_confirmed_in_the_office(self):
        """R-SIGN-05: a salesman presses Confirm for a customer who told him."""
        ticket, order = self._asked()
        order.with_user(self._salesman()).action_confirm()
        self._assert_consent(
            ticket, "Lin Freight", "in_person", "Confirmed in the office"
        )

    def test_signed_on_the_customers_own_page(self):
        ticket, order = self._asked()
        self._accept(order)
        self._assert_consent(ticket, "Mr Zhao", "portal", "Signed on the portal")

    def test_signed_on_a_screen_of_the_office(self):
        """The advisor opens the page for the customer, who signs there."""
        ticket, order = self._asked()
        self.authenticate("advisor", "advisor")
        self._accept(order)
        self._assert_consent(ticket, "Mr Zhao", "signature", "Signed in the office")

    def test_deposit_booked_later_by_finance(self):
        """Signed on the portal, confirmed by the payment that Finance enters."""
        self.company.aftersales_deposit_percent = 40
        ticket, order = self._asked()
        self._sign(order)
        self.assertEqual(ticket.state, "quoted")
        self._as("finance", ticket).action_invoice_deposit()
        self._pay(ticket.sudo().invoice_ids)
        self._assert_consent(ticket, "Mr Zhao", "portal", "Signed on the portal")

    def test_the_customers_answer_is_the_consent(self):
        """An insurer who answers last does not take the customer's place."""
        ticket, __ = self._mixed_ticket()
        ticket.action_quote()
        self._sign(self._order(ticket))
        self._sign(self._order(ticket, "insurer"), "Ms Chen")
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(ticket.consent_by, "Mr Zhao")

    def test_by_phone(self):
        ticket, __ = self._asked()
        ticket._approve("Mr Zhao", "phone")
        self._assert_consent(ticket, "Mr Zhao", "phone", "Phone")

    def test_print_shows_the_customer(self):
        """F05: the box of the customer does not carry the name of our clerk."""
        ticket, order = self._asked()
        salesman = self._salesman()
        order.with_user(salesman).action_confirm()
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_ticket_workshop_order", ticket.ids
        )
        self.assertIn("Lin Freight", html.decode())
        self.assertNotIn(salesman.name, html.decode())
