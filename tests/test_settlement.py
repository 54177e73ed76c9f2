from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_settlement import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlement(SettlementCommon):
    """Papers complete, billed as approved to the cent, then the gate (R-SETT)."""

    # -- Totals -----------------------------------------------------------------------

    def test_three_payers_deposit_and_addition(self):
        """R-SETT-06, R-PAY-12: each payer as he approved, the deposit set off."""
        ticket, lines = self._approved()
        # 2 × 180 + 1.5 × 60 = 450.00; with 13 % 508.50; a third of it in advance
        self._as("finance", ticket).action_invoice_deposit(33.33)
        deposit = self._invoices(ticket)
        self.assertEqual(deposit.amount_total, 169.48)
        self._pay(deposit)
        self._receive(ticket)
        self._as("technician", ticket).action_start()
        # another mirror: 75.00, with 13 % 84.75
        added = self._line(ticket, self.mirror)
        ticket._approve_additional("Mr Zhao", "By phone")
        for line in (lines["customer"], lines["insurer"], lines["warranty"], added):
            self._use(line, line.quantity)
        technical = self._as("technician", ticket)
        technical.correction = "Replaced"
        technical.line_ids.filtered(
            lambda line: line.line_type == "operation"
        ).action_done()
        self._finish_work(ticket)
        self._inspect(ticket)

        settlement = self._settlement(ticket)
        customer = self._payer(settlement)
        # Before the last invoice: what is still to be invoiced counts.
        self._assert_amounts(
            customer,
            estimate=508.50,
            additions=84.75,
            expected=593.25,
            billed=593.25,
            difference=0.0,
            deposit=169.48,
            paid=169.48,
            due=423.77,
        )
        self._assert_amounts(
            self._payer(settlement, "insurer"), expected=84.75, billed=84.75, due=84.75
        )
        self._assert_amounts(
            self._payer(settlement, "warranty"), expected=1356.00, billed=1356.00
        )
        self.assertEqual(len(settlement.line_ids), 3, "goodwill is billed to nobody")
        settlement.action_check()
        with self.assertRaisesRegex(UserError, "is not invoiced yet"):
            settlement.action_settle()
        self._as("finance", ticket).action_invoice()
        settlement.action_settle()
        self._assert_amounts(
            customer, billed=593.25, difference=0.0, paid=169.48, due=423.77
        )
        self.assertEqual(settlement.amount_billed, 593.25 + 84.75 + 1356.00)
        # 593.25 − 169.48 = 423.77 are left to pay on the last invoice.
        last = self._invoices(ticket) - deposit
        self.assertEqual(last.amount_total, 423.77)

    def test_less_used_is_explained_by_the_slips(self):
        ticket, lines = self._approved()
        self._use(lines["customer"], 1)
        self._use(lines["insurer"], 1)
        self._use(lines["warranty"], 1)
        self._finish(ticket)
        self._as("finance", ticket).action_invoice()
        settlement = self._settlement(ticket)
        customer = self._payer(settlement)
        self._assert_amounts(
            customer, expected=508.50, billed=305.10, difference=-203.40, unused=203.40
        )
        self.assertIn("Brake pads 1/2", customer.reason)
        settlement.action_check()
        settlement.action_settle()
        self.assertEqual(settlement.state, "settled")

    def test_a_difference_needs_reason_and_manager(self):
        """R-SETT-06: what is billed otherwise than approved is blocked."""
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        invoice.button_draft()
        invoice.invoice_line_ids[0].price_unit -= 0.01
        invoice.action_post()
        settlement = self._settlement(ticket)
        customer = self._payer(settlement)
        self.assertAlmostEqual(customer.amount_difference, -0.02)
        with self.assertRaisesRegex(UserError, r"approved are .*508\.50, billed"):
            settlement.action_check()
        customer.reason = "Price rounded down by hand"
        with self.assertRaisesRegex(UserError, "let a manager approve"):
            settlement.action_check()
        with self.assertRaises(AccessError):
            customer.action_approve_difference()
        with self.assertRaises(AccessError):
            self._as("advisor", customer).reason = "Because"
        self._as("manager", customer).action_approve_difference()
        self.assertEqual(customer.approved_by_id, self.user_manager)
        settlement.action_check()
        self.assertEqual(settlement.state, "checked")

    def test_nobody_approves_his_own_reason(self):
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        invoice.button_draft()
        invoice.invoice_line_ids[0].price_unit += 1
        invoice.action_post()
        line = self._payer(self._settlement(ticket))
        manager = self._as("manager", line)
        manager.reason = "Dearer part"
        with self.assertRaisesRegex(UserError, "gave the reason yourself"):
            manager.action_approve_difference()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            line.sudo().approved_by_id = self.user_manager
            self.env.flush_all()

    def test_approval_falls_with_its_difference(self):
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        invoice.button_draft()
        invoice.invoice_line_ids[0].price_unit += 1
        invoice.action_post()
        settlement = self._settlement(ticket)
        line = self._payer(settlement)
        line.reason = "Dearer part"
        self._as("manager", line).action_approve_difference()
        invoice.button_draft()
        invoice.invoice_line_ids[0].price_unit += 50
        invoice.action_post()
        with self.assertRaisesRegex(UserError, "Put the invoice right"):
            settlement.action_check()
        self.assertFalse(line.approved_by_id)
        self.assertFalse(line.reason)

    # -- Papers -----------------------------------------------------------------------

    def test_papers(self):
        """R-SETT-02: what is missing is named; done without only with a reason."""
        ticket, lines = self._approved()
        self._use(lines["customer"], 2)
        self._use(lines["insurer"], 1)
        self._use(lines["warranty"], 1)
        self._finish(ticket)
        ticket.sudo().write({"correction": False})
        settlement = self._settlement(ticket)
        kinds = settlement.paper_ids.mapped("kind")
        self.assertEqual(
            kinds,
            [
                "order",
                "estimate",
                "prices",
                "reception",
                "diagnosis",
                "slips",
                "operations",
                "report",
                "inspection",
                "sheets",
            ],
        )
        self.assertEqual(settlement.papers_missing, 1)
        with self.assertRaisesRegex(UserError, "Repair report: No correction"):
            settlement.action_check()
        report = settlement.paper_ids.filtered(lambda paper: paper.kind == "report")
        with self.assertRaises(AccessError):
            self._as("advisor", report).waived_reason = "Lost"
        with self.assertRaises(AccessError):
            report.missing = False
        report.waived_reason = "Sheet lost, the work is known"
        self.assertEqual(report.waived_by_id, self.user_finance)
        settlement.action_check()
        self.assertEqual(settlement.state, "checked")

    def test_an_open_slip_is_a_missing_paper(self):
        ticket, lines = self._ready()
        slip = ticket.sudo()._create_return_slips(
            [
                (
                    lines["customer"].sudo().move_ids,
                    1,
                    self.env["stock.lot"],
                )
            ],
            "return",
        )
        settlement = self._settlement(ticket)
        with self.assertRaisesRegex(UserError, f"slip {slip.name} is open"):
            settlement.action_check()

    # -- The gate ---------------------------------------------------------------------

    def test_no_gate_pass_before_it_is_settled(self):
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        self._pay(self._invoices(ticket))
        finance = self._as("finance", ticket)
        with self.assertRaisesRegex(UserError, "is not settled"):
            finance.action_issue_gate_pass()
        settlement = self._settlement(ticket)
        settlement.action_check()
        with self.assertRaisesRegex(UserError, "is not settled"):
            finance.action_issue_gate_pass()
        settlement.action_settle()
        self.assertEqual(settlement.settled_by_id, self.user_finance)
        finance.action_issue_gate_pass()
        with self.assertRaisesRegex(UserError, "rests on this settlement"):
            settlement.action_reopen()

    def test_settled_otherwise_than_billed(self):
        """What is billed after the settlement is settled again."""
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        invoice = self._invoices(ticket)
        self._pay(invoice)
        settlement = self._settle(ticket)
        courtesy = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "aftersales_ticket_id": ticket.id,
                "invoice_line_ids": [
                    Command.create({"name": "Courtesy", "price_unit": 10.0})
                ],
            }
        )
        courtesy.action_post()
        with self.assertRaisesRegex(UserError, "were settled. Reopen"):
            self._as("finance", ticket).action_issue_gate_pass()
        settlement.action_reopen()
        self.assertEqual(settlement.state, "draft")
        self.assertFalse(settlement.settled_by_id)
        with self.assertRaisesRegex(UserError, "Put the invoice right"):
            settlement.action_check()

    def test_setting_switches_the_gate_off(self):
        self.company.aftersales_settlement_required = False
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        self._pay(self._invoices(ticket))
        self._as("finance", ticket).action_issue_gate_pass()
        self.assertTrue(ticket.sudo().gate_pass_ids)

    # -- Who may ----------------------------------------------------------------------

    def test_roles(self):
        ticket, __ = self._ready()
        for role in ("advisor", "technician", "inspector", "parts_keeper"):
            with self.assertRaises(AccessError):
                self._as(role, ticket).action_settlement()
        settlement = self._settlement(ticket)
        advisor = self._as("advisor", settlement)
        for step in ("action_check", "action_settle", "action_reopen"):
            with self.assertRaises(AccessError):
                getattr(advisor, step)()
        advisor.work_explained = True
        with self.assertRaises(AccessError):
            advisor.state = "settled"
        with self.assertRaises(AccessError):
            self._as("finance", settlement).checked_by_id = self.user_finance
        with self.assertRaises(AccessError):
            self._as("finance", self._payer(settlement)).write({"amount_billed": 1})
        with self.assertRaises(AccessError):
            self.env["aftersales.settlement"].with_user(self.user_manager).create(
                {"ticket_id": ticket.id}
            )
        with self.assertRaisesRegex(UserError, "kept as a record"):
            settlement.sudo().unlink()
        for role in ("advisor", "finance", "manager"):
            Form(self._as(role, settlement))

    def test_settled_is_final(self):
        ticket, __ = self._ready()
        self._as("finance", ticket).action_invoice()
        settlement = self._settle(ticket)
        with self.assertRaisesRegex(UserError, "Reopen it before"):
            self._as("advisor", settlement).work_explained = True
        with self.assertRaisesRegex(UserError, "Reopen it before"):
            self._payer(settlement).reason = "Later"
        with self.assertRaisesRegex(UserError, "is Settled"):
            settlement.action_check()

    def test_one_settlement(self):
        ticket, __ = self._ready()
        settlement = self._settlement(ticket)
        self.assertEqual(self._settlement(ticket), settlement, "opened again")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            settlement.sudo().copy({"ticket_id": ticket.id})
