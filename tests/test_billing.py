from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_billing import BillingCommon


@tagged("post_install", "-at_install")
class TestBilling(BillingCommon):
    def test_one_order_per_payer(self):
        """R-BEY-20: three payers, three orders; what nobody pays is on none."""
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        orders = ticket.sudo().order_ids
        self.assertEqual(
            set(orders.mapped("aftersales_payer")), {"customer", "insurer", "warranty"}
        )
        self.assertEqual(self._order(ticket).partner_id, self.customer)
        self.assertEqual(self._order(ticket, "insurer").partner_id, self.insurer)
        self.assertEqual(self._order(ticket, "warranty").partner_id, self.maker)
        self.assertFalse(lines["goodwill"].sale_line_id)
        self.assertTrue(lines["goodwill"].is_covered)
        self.assertFalse(
            orders.order_line.filtered(lambda line: not line.price_unit),
            "never a price of zero as a trick",
        )
        customer = self._order(ticket)
        # 2 x 180 + 1.5 x 60 = 450, and 13 % tax
        self.assertEqual(customer.amount_untaxed, 450.0)
        self.assertEqual(customer.amount_total, 508.5)
        self.assertEqual(customer.order_line.tax_ids, self.tax)
        self.assertTrue(customer.require_signature)
        self.assertFalse(customer.require_payment)
        self.assertEqual(customer.warehouse_id, self.warehouse)
        self.assertEqual(customer.user_id, self.user_advisor)
        self.assertEqual(ticket.order_waiting_count, 2)

    def test_no_provider_is_own_warranty(self):
        """Without a provider warranty work is the company's cost: nobody is billed."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.motor, payer="warranty")
        ticket.action_quote()
        self.assertFalse(ticket.sudo().order_ids)
        self.assertTrue(line.is_covered)
        self.assertEqual(ticket.payment_state, "covered")
        ticket._approve("Mr Zhao", "phone")
        self.assertEqual(line.approval, "approved")
        self.assertEqual(ticket.state, "approved")

    def test_company_provider_is_the_default(self):
        self.company.aftersales_warranty_provider_id = self.maker
        ticket = self._ticket()
        self.assertEqual(ticket.warranty_provider_id, self.maker)

    def test_payer_missing(self):
        ticket = self._diagnosed()
        self._line(ticket, self.mirror, payer="insurer")
        with self.assertRaisesRegex(UserError, "enter who that is"):
            ticket.action_quote()

    def test_open_quotation_follows_lines(self):
        """While draft or sent, the order follows: changed, added, removed, repaid."""
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        order = self._order(ticket)
        order.action_quotation_sent()
        pads = lines["customer"]
        pads.quantity = 3
        self.assertEqual(pads.sale_line_id.sudo().product_uom_qty, 3)
        pads.discount = 10
        pads.price_unit = 170
        self.assertEqual(pads.sale_line_id.sudo().price_subtotal, 459.0)
        added = self._line(ticket, self.mirror, price_unit=80.0)
        self.assertEqual(added.sale_line_id.sudo().order_id, order)
        self.assertEqual(added.sale_line_id.sudo().price_unit, 80.0)
        pads.payer = "goodwill"
        self.assertFalse(pads.sale_line_id)
        added.payer = "insurer"
        self.assertEqual(
            added.sale_line_id.sudo().order_id, self._order(ticket, "insurer")
        )
        lines["labour"].unlink()
        self.assertEqual(order.state, "cancel", "a sent order without lines is void")

    def test_price_change_survives_quantity(self):
        """A price agreed by hand is not computed anew when the quantity changes."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror, price_unit=50.0)
        ticket.action_quote()
        line.quantity = 4
        self.assertEqual(line.sale_line_id.sudo().price_unit, 50.0)
        self.assertEqual(line.sale_line_id.sudo().price_subtotal, 200.0)

    def test_payer_of_ticket_changes(self):
        other = self.env["res.partner"].create({"name": "Wang Haulage"})
        ticket, __ = self._mixed_ticket()
        ticket.action_quote()
        ticket.insurer_id = other
        self.assertEqual(self._order(ticket, "insurer").partner_id, other)
        self._sign(self._order(ticket))
        with self.assertRaisesRegex(UserError, "signed or confirmed"):
            ticket.partner_id = other

    def test_signature_approves(self):
        """R-SIGN-01: the last signature moves the ticket, its lines are agreed."""
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        self._sign(self._order(ticket))
        self.assertEqual(ticket.state, "quoted", "the insurer has not answered")
        pads = lines["customer"]
        self.assertEqual(pads.approval, "approved")
        self.assertEqual(pads.approved_by, "Mr Zhao")
        self.assertEqual(pads.approved_how, "Signed on the portal")
        self.assertEqual(lines["insurer"].approval, "proposed")
        self._sign(self._order(ticket, "insurer"), "Ms Chen")
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(ticket.consent_how, "portal")
        self.assertEqual(lines["goodwill"].approval, "approved")
        self.assertEqual(lines["warranty"].approval, "approved")
        self.assertEqual(self._order(ticket, "warranty").state, "sale")
        with self.assertRaisesRegex(UserError, "agreed with the payer"):
            pads.quantity = 5

    def test_signature_while_on_hold(self):
        """The customer may sign a ticket that waits for him."""
        for reason, state in (("customer", "approved"), ("parts", "quoted")):
            ticket = self._diagnosed()
            self._line(ticket, self.mirror)
            ticket.action_quote()
            ticket.action_hold(reason)
            self._sign(self._order(ticket))
            self.assertEqual(ticket.state, state)
            if ticket.on_hold_reason:
                ticket.action_resume()
                self.assertEqual(ticket.state, "approved")
                self.assertEqual(ticket.consent_by, "Mr Zhao")

    def test_consent_in_the_office(self):
        """R-SIGN-05: consent by phone answers the open orders, too."""
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        with Form.from_action(ticket.env, ticket.action_approve()) as form:
            form.name = "Mr Zhao"
        form.record.action_confirm()
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(set(ticket.line_ids.mapped("approval")), {"approved"})
        self.assertEqual(lines["customer"].approved_by, "Mr Zhao")
        self.assertEqual(lines["customer"].approved_how, "Phone")
        self.assertEqual(set(ticket.sudo().order_ids.mapped("state")), {"sale"})

    def test_customer_declines(self):
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        self._sign(self._order(ticket, "insurer"))
        order = self._order(ticket)
        order.with_user(self.env.ref("base.public_user")).sudo()._action_cancel()
        self.assertEqual(lines["customer"].approval, "declined")
        self.assertEqual(lines["labour"].approval, "declined")
        self.assertEqual(ticket.state, "approved", "the insurer's work goes on")

    def test_withdrawn_quotation_can_be_made_again(self):
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        ticket.action_quote()
        first = self._order(ticket)
        first._action_cancel()
        self.assertEqual(line.approval, "proposed")
        with self.assertRaisesRegex(UserError, "new quotation from the ticket"):
            first.action_draft()
        self._as("advisor", ticket).action_create_quotations()
        self.assertNotEqual(self._order(ticket), first)
        self.assertEqual(line.sale_line_id.sudo().order_id, self._order(ticket))

    def test_decline_recorded_in_the_office(self):
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        ticket.action_quote()
        self._as("advisor", ticket).action_decline_orders()
        self.assertEqual(line.approval, "declined")
        self.assertEqual(ticket.state, "quoted")
        with self.assertRaisesRegex(UserError, "no quotation waits"):
            ticket.action_decline_orders()

    def test_additional_order(self):
        """R-ADD-03: what is found later goes to an additional order of its payer."""
        ticket = self._diagnosed()
        self._line(ticket, self.mirror)
        ticket.action_quote()
        first = self._order(ticket)
        self._sign(first)
        self._receive(ticket)
        self._as("technician", ticket).action_start()
        later = self._line(ticket, self.brake_pads)
        covered = self._line(ticket, self.mirror, payer="goodwill")
        self.assertEqual(later.origin, "additional")
        self.assertFalse(later.sale_line_id)
        self._as("advisor", ticket).action_create_quotations()
        second = later.sale_line_id.sudo().order_id
        self.assertNotEqual(first, second)
        self.assertEqual(second.state, "draft")
        with self.assertRaisesRegex(UserError, "on an order already"):
            ticket.action_create_quotations()
        with Form.from_action(ticket.env, ticket.action_approve_additional()) as form:
            form.name = "Mr Zhao"
            form.how = "in_person"
        form.record.action_confirm()
        self.assertEqual(second.state, "sale")
        self.assertEqual(later.approval, "approved")
        self.assertEqual(covered.approval, "approved")
        self.assertEqual(ticket.state, "in_progress")
        with self.assertRaisesRegex(UserError, "nothing waits"):
            ticket._approve_additional("Mr Zhao", "phone")

    def test_deposit_waits(self):
        """A signed order that waits for its deposit is closed to changes."""
        self.company.aftersales_deposit_percent = 30
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        order = self._order(ticket)
        self.assertTrue(order.require_payment)
        self.assertEqual(order.prepayment_percent, 0.3)
        self.assertFalse(self._order(ticket, "insurer").require_payment)
        self._sign(order)
        self.assertEqual(order.state, "draft", "the deposit is not paid")
        with self.assertRaisesRegex(UserError, "waits for its deposit"):
            lines["customer"].quantity = 5
        with self.assertRaisesRegex(UserError, "waits for its deposit"):
            lines["customer"].unlink()
        added = self._line(ticket, self.mirror)
        self.assertFalse(added.sale_line_id)

    def test_order_is_changed_on_the_ticket_only(self):
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        order = self._order(ticket)
        salesman = self.env["res.users"].create(
            {
                "name": "Sales",
                "login": "sales_all",
                "group_ids": [
                    Command.link(
                        self.env.ref("sales_team.group_sale_salesman_all_leads").id
                    )
                ],
            }
        )
        # A client cannot claim to be the ticket.
        order = order.with_user(salesman).with_context(aftersales_sync=True)
        with self.assertRaisesRegex(UserError, "Change the lines of the ticket"):
            order.order_line[0].price_unit = 1.0
        with self.assertRaisesRegex(UserError, "Change the lines of the ticket"):
            order.order_line[0].unlink()
        with self.assertRaisesRegex(UserError, "Change the lines of the ticket"):
            order.order_line = [Command.create({"product_id": self.mirror.id})]
        with self.assertRaisesRegex(UserError, "Change who pays on the ticket"):
            order.partner_id = self.maker
        order.order_line = [
            Command.create({"display_type": "line_note", "name": "Valid for a week"})
        ]
        self.assertEqual(lines["customer"].sale_line_id.sudo().price_unit, 180.0)

    def test_insurers_tax_is_his_own(self):
        """The payer's fiscal position maps the taxes of his lines."""
        other_tax = self.tax.copy({"name": "VAT 6 %", "amount": 6.0})
        position = self.env["account.fiscal.position"].create(
            {"name": "Insurers", "tax_ids": [Command.link(other_tax.id)]}
        )
        other_tax.original_tax_ids = self.tax
        self.insurer.property_account_position_id = position
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        self.assertEqual(lines["insurer"].tax_ids, other_tax)
        self.assertEqual(self._order(ticket, "insurer").amount_total, 79.5)
        self.assertEqual(lines["customer"].tax_ids, self.tax)

    def test_order_in_foreign_currency(self):
        """A payer whose price list has another currency is quoted in it."""
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
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": eur.id}
        )
        self.insurer.property_product_pricelist = pricelist
        ticket, __ = self._mixed_ticket()
        ticket.action_quote()
        order = self._order(ticket, "insurer")
        self.assertEqual(order.currency_id, eur)
        self.assertEqual(order.amount_untaxed, 37.5)
        ticket._approve("Mr Zhao", "phone")
        total = sum(
            order.amount_total / order.currency_rate
            for order in ticket.sudo().order_ids
        )
        self.assertEqual(ticket.amount_total, total)

    def test_roles(self):
        """Only advisers quote; nobody else reads the orders of tickets."""
        ticket, __ = self._mixed_ticket()
        for role in ("technician", "dispatcher", "inspector", "parts_keeper"):
            with self.assertRaises(AccessError):
                self._as(role, ticket).action_create_quotations()
        ticket.action_quote()
        self.env.flush_all()
        orders = self.env["sale.order"]
        for role in ("advisor", "finance", "manager"):
            found = orders.with_user(self.users[role]).search(
                [("aftersales_ticket_id", "=", ticket.id)]
            )
            self.assertEqual(len(found), 3, role)
        for role in ("technician", "dispatcher", "inspector", "parts_keeper"):
            with self.assertRaises(AccessError):
                orders.with_user(self.users[role]).search([])
        with self.assertRaises(AccessError):
            self._as("advisor", self._order(ticket)).action_confirm()

    def test_rights_beside_sales_rights(self):
        """An advisor sees tickets' orders only; who sees all orders still does."""
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertFalse(
            order.with_user(self.user_advisor).search([("id", "=", order.id)])
        )
        self.assertTrue(
            order.with_user(self.user_finance).search([("id", "=", order.id)])
        )
        self.user_advisor.group_ids += self.env.ref("account.group_account_readonly")
        self.assertTrue(
            order.with_user(self.user_advisor).search([("id", "=", order.id)])
        )

    def test_cancelled_ticket_withdraws_quotations(self):
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        ticket.action_cancel("Customer sold the truck")
        self.assertEqual(set(ticket.sudo().order_ids.mapped("state")), {"cancel"})
        self.assertEqual(lines["customer"].approval, "proposed")

    def test_send_quotations(self):
        ticket, __ = self._mixed_ticket()
        with self.assertRaisesRegex(UserError, "no open quotation"):
            ticket.action_send_quotations()
        ticket.action_quote()
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no mail address"):
            ticket.action_send_quotations()
        self.customer.email = "lin@example.com"
        ticket.action_send_quotations()
        self.assertEqual(
            {o.aftersales_payer: o.state for o in ticket.sudo().order_ids},
            {"customer": "sent", "insurer": "sent", "warranty": "draft"},
        )
        message = self._order(ticket).message_ids.filtered("partner_ids")
        self.assertIn(self.customer, message.partner_ids)

    def test_two_companies(self):
        """An order belongs to its ticket's company; others do not see it."""
        other = self.env["res.company"].create({"name": "Second Station"})
        self._setup_books(other)
        self.env.user.company_ids += other
        foreigner = self.env["res.users"].create(
            {
                "name": "Foreign advisor",
                "login": "advisor_2",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
                "group_ids": [
                    Command.link(self.env.ref("aftersales.group_aftersales_manager").id)
                ],
            }
        )
        ticket, __ = self._mixed_ticket()
        ticket.action_quote()
        self.env.flush_all()
        self.assertFalse(
            self.env["sale.order"]
            .with_user(foreigner)
            .search([("aftersales_ticket_id", "!=", False)])
        )
        with self.assertRaises(AccessError):
            ticket.with_user(foreigner).action_create_quotations()
        with self.assertRaises(UserError):
            self._order(ticket).write({"company_id": other.id})

    def test_batch_of_quotations(self):
        """Many tickets are quoted without a query for each of their payers."""
        tickets = self.env["aftersales.ticket"]
        for __ in range(4):
            ticket, __ = self._mixed_ticket()
            tickets |= ticket
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(400):
            tickets.action_quote()
            self.env.flush_all()
        self.assertEqual(len(tickets.sudo().order_ids), 12)
