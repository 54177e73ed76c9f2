from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_billing import BillingCommon


@tagged("post_install", "-at_install")
class TestGatePass(BillingCommon):
    def _ready(self):
        """Return a ticket at Ready with one mirror and one hour for the customer."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        self._line(ticket, self.labour)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._use(line, 1)
        self._finish(ticket)
        return ticket

    def _issue(self, ticket, role="finance"):
        if (
            ticket.state == "ready"
            and ticket.sudo().invoice_ids
            and (ticket.settlement_state != "settled")
            and not ticket.sudo().invoice_ids.filtered(lambda m: m.state == "draft")
            and not ticket.sudo()._get_waiting_orders()
        ):
            self._settle(ticket)
        self._as(role, ticket).action_issue_gate_pass()
        ticket.invalidate_recordset()
        return ticket.gate_pass_id

    def test_paid(self):
        """R-SETT-11: blocked until invoiced and paid to the cent."""
        ticket = self._ready()
        with self.assertRaisesRegex(UserError, "is not invoiced yet"):
            self._issue(ticket)
        self._as("finance", ticket).action_invoice()
        invoice = ticket.sudo().invoice_ids
        with self.assertRaisesRegex(UserError, "is unpaid by"):
            self._issue(ticket)
        self._pay(invoice, invoice.amount_total - 0.01)
        with self.assertRaisesRegex(UserError, "is unpaid by"):
            self._issue(ticket)
        self._pay(invoice)
        gate_pass = self._issue(ticket)
        self.assertEqual(gate_pass.reason, "paid")
        self.assertEqual(gate_pass.issued_by_id, self.user_finance)
        self.assertEqual(gate_pass.vehicle_id, self.vehicle)
        self.assertFalse(gate_pass.amount_open)
        self.assertRegex(gate_pass.name, r"^GP/\d{4}/\d{5}$")
        with self.assertRaisesRegex(UserError, "already"):
            self._issue(ticket)

    def test_draft_invoice_blocks(self):
        ticket = self._ready()
        order = self._order(ticket)
        order._create_invoices()
        with self.assertRaisesRegex(UserError, "still a draft"):
            self._issue(ticket)

    def test_credit(self):
        """R-PAY-13: unpaid leaves only with a guarantor other than the issuer."""
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        invoice = ticket.sudo().invoice_ids
        self._pay(invoice, 50.0)
        self._as("advisor", ticket).action_vouch_credit()
        self.assertEqual(invoice.aftersales_guarantor_ids, self.user_advisor)
        gate_pass = self._issue(ticket)
        self.assertEqual(gate_pass.reason, "credit")
        self.assertEqual(gate_pass.guarantor_id, self.user_advisor)
        self.assertEqual(gate_pass.amount_open, 102.55)
        self.assertEqual(ticket.payment_state, "credit")

    def test_nobody_passes_his_own_guarantee(self):
        """A manager who vouches cannot issue the pass himself."""
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._as("manager", ticket).action_vouch_credit()
        with self.assertRaisesRegex(UserError, "answer for the money yourself"):
            self._issue(ticket, "manager")
        gate_pass = self._issue(ticket)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            gate_pass.sudo().issued_by_id = self.user_manager
            self.env.flush_all()

    def test_guarantee_withdrawn(self):
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._as("advisor", ticket).action_vouch_credit()
        with self.assertRaisesRegex(UserError, "do not answer"):
            self._as("manager", ticket).action_withdraw_credit()
        self._as("advisor", ticket).action_withdraw_credit()
        self.assertFalse(ticket.sudo().invoice_ids.aftersales_guarantor_ids)
        with self.assertRaisesRegex(UserError, "is unpaid by"):
            self._issue(ticket)
        self._as("advisor", ticket).action_vouch_credit()
        self._issue(ticket)
        with self.assertRaisesRegex(UserError, "on your word"):
            self._as("advisor", ticket).action_withdraw_credit()

    def test_other_company(self):
        """No role reads another company's passes and handovers."""
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._as("advisor", ticket).action_vouch_credit()
        gate_pass = self._issue(ticket)
        handover = self.env["aftersales.handover"].browse(
            self._as("advisor", ticket).action_hand_over()["res_id"]
        )
        other = self.env["res.company"].create({"name": "Second Station"})
        foreigner = new_test_user(
            self.env,
            login="manager_2",
            groups="aftersales.group_aftersales_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for record in (gate_pass, handover):
            with self.assertRaises(AccessError):
                record.with_user(foreigner).read(["display_name"])
            self.assertFalse(record.with_user(foreigner).search([]))
        with self.assertRaises(AccessError):
            ticket.with_user(foreigner).action_issue_gate_pass()

    def test_steps_cannot_be_forged(self):
        """What the steps decide is not written by hand, whatever the client sends."""
        ticket = self._ready()
        line = ticket.line_ids[:1]
        self._as("finance", ticket).action_invoice()
        invoice = ticket.sudo().invoice_ids
        with self.assertRaises(AccessError):
            self._as("advisor", ticket).credit_guarantor_id = self.user_technician
        with self.assertRaises(AccessError):
            self._as(
                "finance", invoice.invoice_line_ids
            ).aftersales_guarantor_id = self.user_advisor
        self._as("advisor", ticket).action_vouch_credit()
        gate_pass = self._issue(ticket)
        for vals in ({"state": "cancelled"}, {"amount_open": 0}, {"reason": "paid"}):
            with self.assertRaises(AccessError):
                self._as("finance", gate_pass).write(vals)
        handover = self.env["aftersales.handover"].browse(
            self._as("advisor", ticket).action_hand_over()["res_id"]
        )
        with self.assertRaises(AccessError):
            self._as("advisor", handover).state = "done"
        fresh = self._diagnosed()
        for vals in ({"approval": "approved"}, {"sale_line_id": line.sale_line_id.id}):
            with self.assertRaises(AccessError):
                self._line(fresh, self.mirror, **vals)
        proposed = self._line(fresh, self.mirror)
        with self.assertRaises(AccessError):
            self._as("advisor", proposed).approval = "approved"

    def test_covered(self):
        """Nobody is billed: the pass says so."""
        ticket = self._diagnosed()
        self._line(ticket, self.labour, payer="goodwill")
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        with self.assertRaises(UserError):
            self._issue(ticket)
        self._finish(ticket)
        self._settle(ticket)
        self.assertEqual(self._issue(ticket).reason, "covered")
        self.assertEqual(ticket.payment_state, "covered")

    def test_other_payers_at_least_invoiced(self):
        """The maker pays later, but is invoiced before the vehicle leaves."""
        ticket = self._diagnosed(warranty_provider_id=self.maker.id)
        line = self._line(ticket, self.motor, payer="warranty")
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._use(line, 1)
        self._finish(ticket)
        with self.assertRaisesRegex(UserError, "is not invoiced yet"):
            self._issue(ticket)
        self._as("finance", ticket).action_invoice()
        self.assertEqual(self._issue(ticket).reason, "covered")

    def test_unanswered_order_blocks(self):
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._pay(ticket.sudo().invoice_ids)
        order = self._order(ticket).copy()
        order.with_context(aftersales_sync=True).write(
            {"aftersales_ticket_id": ticket.id, "aftersales_payer": "customer"}
        )
        with self.assertRaisesRegex(UserError, "has not been answered"):
            self._issue(ticket)

    def test_diagnosis_fee(self):
        """R-DIAG-13, R-SETT-19: leaving without repair: fee, invoice, money, pass."""
        ticket = self._diagnosed()
        self.assertFalse(ticket.order_ids)
        line = self._line(ticket, self.motor)
        ticket.action_quote()
        first = self._order(ticket)
        advisor = self._as("advisor", ticket)
        fee = self.env.ref("aftersales.product_diagnosis_fee")
        fee.lst_price = 0.0
        with self.assertRaisesRegex(UserError, "has no diagnosis fee"):
            advisor.action_charge_diagnosis_fee()
        fee.lst_price = 40.0
        fee.taxes_id = self.tax
        advisor.action_charge_diagnosis_fee()
        self.assertEqual(first.state, "cancel")
        self.assertEqual(line.approval, "declined")
        order = self._order(ticket)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_total, 45.2)
        self.assertEqual(ticket.state, "quoted", "no consent to a repair")
        self.assertEqual(ticket.outcome, "not_entered")
        with self.assertRaisesRegex(UserError, "charged already"):
            advisor.action_charge_diagnosis_fee()
        with self.assertRaisesRegex(UserError, "is not invoiced yet"):
            self._issue(ticket)
        with self.assertRaisesRegex(UserError, "must be invoiced"):
            ticket.action_cancel("Too dear")
        self._as("finance", ticket).action_invoice()
        with self.assertRaisesRegex(UserError, "is unpaid by"):
            self._issue(ticket)
        self._pay(ticket.sudo().invoice_ids)
        self.assertEqual(self._issue(ticket).reason, "not_entered")
        self._as("advisor", ticket).action_cancel("Too dear")
        self.assertEqual(ticket.state, "cancelled")
        self.assertEqual(order.state, "sale", "what was invoiced stands")

    def test_company_fee_product(self):
        own = self.env["product.product"].create(
            {"name": "Estimate fee", "type": "service", "list_price": 25.0}
        )
        self.company.aftersales_diagnosis_fee_product_id = own
        ticket = self._diagnosed()
        ticket.action_charge_diagnosis_fee()
        self.assertEqual(ticket.line_ids.product_id, own)

    def test_no_pass_past_the_fee(self):
        """R-DIAG-13: who leaves after the diagnosis pays, or is let go."""
        self.env.ref("aftersales.product_diagnosis_fee").lst_price = 40.0
        for state in ("diagnosed", "cancelled"):
            with self.subTest(state=state):
                ticket = self._diagnosed()
                if state == "cancelled":
                    ticket.action_cancel("Too dear")
                with self.assertRaisesRegex(UserError, "Charge the diagnosis or esti"):
                    self._issue(ticket)
                self.assertFalse(ticket.gate_pass_ids)
                with self.assertRaises(AccessError):
                    self._as("advisor", ticket).action_waive_fee()
                self._as("manager", ticket).action_waive_fee()
                self.assertEqual(ticket.fee_waived_by_id, self.user_manager)
                self.assertEqual(self._issue(ticket).reason, "not_entered")

    def test_no_fee_without_a_diagnosis(self):
        """R-SETT-19: nothing was diagnosed, nothing is owed."""
        self.env.ref("aftersales.product_diagnosis_fee").lst_price = 40.0
        ticket = self._ticket()
        ticket.action_assign()
        self.assertEqual(self._issue(ticket).reason, "not_entered")

    def test_fee_as_told(self):
        """R-DIAG-08: charged is what the customer was told when he agreed."""
        fee = self.env.ref("aftersales.product_diagnosis_fee")
        fee.lst_price = 40.0
        ticket = self._diagnosed()
        self.assertEqual(ticket.diagnosis_fee_told, 40.0)
        fee.lst_price = 60.0
        ticket.action_charge_diagnosis_fee()
        self.assertEqual(self._order(ticket).amount_untaxed, 40.0)

    def test_estimate_fee(self):
        """R-DIAG-13: after the estimate its own fee, if the company has one."""
        self.env.ref("aftersales.product_diagnosis_fee").lst_price = 40.0
        own = self.env["product.product"].create(
            {"name": "Estimate fee", "type": "service", "list_price": 25.0}
        )
        self.company.aftersales_estimate_fee_product_id = own
        ticket = self._diagnosed()
        self._line(ticket, self.motor)
        ticket.action_quote()
        ticket.action_charge_diagnosis_fee()
        charged = ticket.line_ids.filtered(lambda line: line.approval == "approved")
        self.assertEqual(charged.product_id, own)
        self.assertEqual(charged.price_unit, 25.0)

    def test_cancel_pass(self):
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._pay(ticket.sudo().invoice_ids)
        gate_pass = self._issue(ticket)
        with self.assertRaises(AccessError):
            self._as("advisor", gate_pass).action_cancel()
        with self.assertRaisesRegex(UserError, "Write the reason"):
            self._as("finance", gate_pass).action_cancel()
        with self.assertRaisesRegex(UserError, "kept as a record"):
            gate_pass.sudo().unlink()
        self._as("finance", gate_pass).cancel_reason = "Customer came back"
        self._as("finance", gate_pass).action_cancel()
        self.assertEqual(gate_pass.state, "cancelled")
        self.assertEqual(gate_pass.cancelled_by_id, self.user_finance)
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            self._as("finance", gate_pass).action_cancel()
        self.assertTrue(self._issue(ticket), "a new one can be issued")

    def test_one_valid_pass(self):
        """The database keeps it: one valid pass for a ticket."""
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._pay(ticket.sudo().invoice_ids)
        self._settle(ticket)
        vals = self._as("finance", ticket)._prepare_gate_pass_vals()
        passes = self.env["aftersales.gate.pass"]
        passes.create(vals)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            passes.create(vals)

    def test_finance_only(self):
        """Nobody makes a pass by hand, not even Finance."""
        ticket = self._ready()
        vals = {
            "ticket_id": ticket.id,
            "company_id": self.company.id,
            "partner_id": self.customer.id,
            "reason": "paid",
            "issued_by_id": self.user_finance.id,
            "issued_at": "2026-01-01",
        }
        for role in ("finance", "advisor", "manager"):
            with self.assertRaises(AccessError):
                self.env["aftersales.gate.pass"].with_user(self.users[role]).create(
                    vals
                )

    def test_print_pdf(self):
        """F19 with number, plate, VIN, who and when; in the customer's language."""
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._pay(ticket.sudo().invoice_ids)
        gate_pass = self._issue(ticket)
        report = self.env["ir.actions.report"].with_user(self.user_finance)
        html = report._render_qweb_html("aftersales.report_gate_pass", gate_pass.ids)[
            0
        ].decode()
        for text in (
            gate_pass.name,
            ticket.name,
            self.vehicle.vin,
            self.vehicle.license_plate,
            self.customer.name,
            self.user_finance.name,
        ):
            self.assertIn(text, html)
        self.assertIn(f"Barcode {gate_pass.name}", html)
        action = self._as("finance", gate_pass).action_print()
        self.assertEqual(action["report_name"], "aftersales.report_gate_pass")

    def test_forms_open(self):
        """Each role can open what its menus and buttons lead to."""
        ticket = self._ready()
        self._as("finance", ticket).action_invoice()
        self._pay(ticket.sudo().invoice_ids)
        gate_pass = self._issue(ticket)
        handover = self.env["aftersales.handover"].browse(
            self._as("advisor", ticket).action_hand_over()["res_id"]
        )
        order = self._order(ticket)
        order_view = "aftersales.sale_order_view_form_ticket"
        for role in self.ticket_users:
            Form(self._as(role, ticket))
            if role not in ("advisor", "finance", "manager"):
                continue
            self.env.invalidate_all()
            Form(self._as(role, order), view=order_view)
            Form(self._as(role, gate_pass))
            Form(self._as(role, handover))
            action = self._as(role, ticket).action_view_orders()
            found = self.env["sale.order"].with_user(self.users[role])
            self.assertEqual(found.search(action["domain"]), order)
            self.assertIn(
                f"/my/orders/{order.id}",
                self._as(role, order).action_preview_sale_order()["url"],
            )
        Form(self._as("finance", ticket.sudo().invoice_ids))
        Form(self._as("finance", order))
