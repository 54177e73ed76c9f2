from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimMoney(ClaimCommon):
    """Claims in the books: posted, credited, paid, tied to the ledger (R-BEY-09)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"].create(
            [
                {
                    "code": "112999",
                    "name": "Claims receivable",
                    "account_type": "asset_receivable",
                    "reconcile": True,
                },
                {
                    "code": "699901",
                    "name": "Claim differences",
                    "account_type": "expense",
                },
                {
                    "code": "699902",
                    "name": "Cost of warranty",
                    "account_type": "expense",
                },
            ]
        )
        cls.receivable, cls.differences, cls.cost = accounts
        cls.company.write(
            {
                "aftersales_claim_account_id": cls.receivable.id,
                "aftersales_claim_difference_account_id": cls.differences.id,
            }
        )
        cls.company._get_aftersales_location("warranty").valuation_account_id = cls.cost
        tax_account = cls.env["account.account"].create(
            {
                "code": "222999",
                "name": "Tax",
                "account_type": "liability_current",
            }
        )
        repartition = (
            cls.tax.invoice_repartition_line_ids | cls.tax.refund_repartition_line_ids
        )
        repartition.filtered(
            lambda row: row.repartition_type == "tax"
        ).account_id = tax_account
        cls.motor.categ_id = cls.env["product.category"].create(
            {"name": "Drive", "property_valuation": "real_time"}
        )
        cls.motor.aftersales_part_class = "assembly"

    def _balance(self, account):
        entries = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(entries.mapped("balance"))

    def _assert_tied(self):
        tie = self.company._aftersales_claim_tie()
        self.assertEqual(tie["difference"], 0.0)
        self.assertFalse(tie["strays"])
        return tie["ledger"]

    def _pay(self, moves):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        ).create({"group_payment": False})._create_payments()

    def _invoiced(self):
        claim = self._submitted(self._finished(self.maker))
        self._as("finance", claim).action_invoice()
        return claim

    def _settled(self, claim, **destinies):
        for line in claim.line_ids.filtered("amount_difference"):
            line.with_user(self.user_finance).difference_destiny = "goodwill"
        self._as("finance", claim).action_settle()

    def test_makers_invoice_stands_on_claims_receivable(self):
        claim = self._invoiced()
        self.assertEqual(claim.amount_posted, 1260.0)
        self.assertEqual(claim.amount_paid, 0.0)
        # 13 % tax
        self.assertEqual(claim.amount_open, 1423.8)
        self.assertEqual(self._balance(self.receivable), 1423.8)
        self.assertEqual(self._assert_tied(), 1423.8)

    def test_customers_invoice_does_not(self):
        ticket = self._approved(
            (self.labour, {}),
            (self.labour, {"payer": "warranty"}),
            warranty_provider_id=self.customer.id,
        )
        ticket.line_ids.sudo().is_done = True
        ticket.with_user(self.user_finance).action_invoice()
        moves = ticket.sudo().invoice_ids
        self.assertEqual(
            sorted(moves.mapped("aftersales_payer")), ["customer", "warranty"]
        )
        for move in moves:
            terms = move.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            )
            self.assertEqual(
                terms.account_id == self.receivable, move.aftersales_payer == "warranty"
            )

    def test_difference_is_credited_and_borne(self):
        claim = self._invoiced()
        self._answer(claim, part=1000.0, operation="rejected")
        with self.assert_refused(UserError, "Choose who bears the difference"):
            self._as("finance", claim).action_settle()
        self._settled(claim)
        self.assertEqual(claim.state, "settled")
        self.assertEqual(claim.amount_approved, 1000.0)
        self.assertEqual(claim.amount_posted, 1000.0)
        part = claim.line_ids.filtered(lambda line: line.line_type == "part")
        self.assertEqual(part.amount_posted, 1000.0)
        self.assertEqual(self._balance(self.differences), 260.0)
        self.assertEqual(self._assert_tied(), 1130.0)
        # No part came back, so its cost stays where it is.
        refund = claim.sudo().line_ids.move_line_ids.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )
        self.assertEqual(refund.amount_total, 293.8)
        self.assertFalse(claim.paid_date)

    def test_paid_in_part_then_in_full(self):
        claim = self._invoiced()
        self._answer(claim, part=1000.0, operation="approved")
        self._settled(claim)
        invoice = (
            claim.sudo()
            ._get_moves()
            .filtered(lambda move: move.move_type == "out_invoice")
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 598.9})._create_payments()
        self.assertEqual(claim.amount_paid, 530.0)
        self.assertEqual(claim.amount_open, 598.9)
        self._assert_tied()
        self.assertFalse(claim.paid_date)
        self._pay(invoice)
        self.assertEqual(claim.amount_paid, claim.amount_approved)
        self.assertEqual(claim.amount_open, 0.0)
        self.assertEqual(claim.paid_date, fields.Date.today())
        self.assertEqual(self._assert_tied(), 0.0)
        # The clock of the old part runs from now on.
        old_part = claim.ticket_id.sudo().part_return_ids
        self.assertEqual(old_part.claim_paid_date, fields.Date.today())
        # The bank sends the money back.
        invoice.line_ids.remove_move_reconcile()
        self.assertFalse(claim.paid_date)
        self.assertFalse(old_part.claim_paid_date)
        self.assertGreater(claim.amount_open, 0)

    def test_approved_without_an_invoice(self):
        claim = self._submitted(self._finished(self.maker))
        self._answer(claim, part="approved", operation="approved")
        with self.assert_refused(UserError, "Press Invoice first"):
            self._as("finance", claim).action_settle()
        self._as("finance", claim).action_invoice()
        self._as("finance", claim).action_settle()
        self.assertEqual(claim.amount_posted, 1260.0)
        with self.assert_refused(UserError, "nothing left to invoice|is Settled"):
            self._as("finance", claim).action_invoice()

    def test_closed_period(self):
        claim = self._invoiced()
        self._answer(claim, part=1000.0, operation="approved")
        claim.sudo().line_ids.difference_destiny = "internal"
        self.company.fiscalyear_lock_date = fields.Date.today()
        with self.assert_refused(UserError, "the books are closed until"):
            self._as("finance", claim).action_settle()
        self.env.invalidate_all()
        self.assertEqual(claim.state, "answered")
        self.assertEqual(claim.amount_posted, 1260.0)

    def test_customer_bears_only_what_he_can_agree_to(self):
        claim = self._invoiced()
        self._answer(claim, part=1000.0, operation="approved")
        claim.sudo().line_ids.difference_destiny = "customer"
        with self._refused("Choose our goodwill .* have him sign its quotation"):
            self._as("finance", claim).action_settle()
        self.env.invalidate_all()
        claim.ticket_id.sudo().state = "in_progress"
        self._as("finance", claim).action_settle()
        part = claim.line_ids.filtered(lambda line: line.line_type == "part")
        line = part.customer_line_id.sudo()
        self.assertEqual((line.payer, line.approval), ("customer", "proposed"))
        self.assertEqual(line.price_unit, 200.0)
        self.assertFalse(line._needs_price_approval())

    def test_own_claim_has_left_its_cost_already(self):
        claim = self._submitted(self._finished())
        self.assertEqual(claim.amount_posted, 800.0)
        self.assertEqual(self._balance(self.cost), 800.0)
        quality = claim.with_user(self.user_quality)
        quality.action_approve_all()
        quality.action_answer()
        self._as("finance", claim).action_settle()
        self.assertEqual(claim.paid_date, fields.Date.today())
        self.assertFalse(claim.sudo()._get_moves())

    def test_supplier_pays_the_cost_back(self):
        claim = self._submitted(self._finished())
        self.motor.seller_ids = [(0, 0, {"partner_id": self.supplier.id})]
        self.motor.supplier_taxes_id = False
        recovery = claim.browse(claim.action_recover()["res_id"])
        recovery.action_submit()
        self._answer(recovery, part=600.0, operation="approved")
        self._as("finance", recovery).action_settle()
        refund = recovery.sudo()._get_moves()
        self.assertEqual(refund.move_type, "in_refund")
        self.assertEqual(refund.partner_id, self.supplier)
        self.assertEqual(recovery.amount_posted, 600.0)
        self.assertEqual(recovery.amount_open, 600.0)
        self.assertEqual(self._balance(self.cost), 200.0)
        self._pay(refund)
        self.assertEqual(recovery.amount_paid, 600.0)
        self.assertEqual(recovery.paid_date, fields.Date.today())

    def test_suppliers_refund_is_taxed_as_the_part_was_bought(self):
        bought, abroad = self.env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount": amount,
                    "type_tax_use": "purchase",
                    "company_id": self.company.id,
                    "tax_group_id": self.tax.tax_group_id.id,
                    "country_id": self.tax.country_id.id,
                }
                for name, amount in (("Bought 13 %", 13), ("Bought abroad", 0))
            ]
        )
        self.motor.supplier_taxes_id = bought
        self.motor.seller_ids = [(0, 0, {"partner_id": self.supplier.id})]
        claim = self._submitted(self._finished())
        recovery = claim.browse(claim.action_recover()["res_id"])
        part = recovery.sudo().line_ids.filtered(lambda line: line.line_type == "part")
        account = self.company._aftersales_get_warranty_account()
        self.assertEqual(part._get_refund_taxes(account), bought)
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "company_id": self.company.id}
        )
        abroad.write({"fiscal_position_ids": position, "original_tax_ids": bought})
        self.supplier.property_account_position_id = position
        self.assertEqual(part._get_refund_taxes(account), abroad)
        self.supplier.property_account_position_id = False
        recovery.action_submit()
        self._answer(recovery, part=600.0, operation="approved")
        self._as("finance", recovery).action_settle()
        self.assertEqual(recovery.amount_posted, 600.0)
        self.assertEqual(recovery.amount_open, 678.0)

    def test_cost_of_warranty_ties_to_its_account(self):
        claim = self._submitted(self._finished())
        self.motor.seller_ids = [(0, 0, {"partner_id": self.supplier.id})]
        recovery = claim.browse(claim.action_recover()["res_id"])
        recovery.action_submit()
        self._answer(recovery, part=500.0, operation="approved")
        self._as("finance", recovery).action_settle()
        billed = self._invoiced()
        self._answer(billed, part=1000.0, operation="approved")
        self._settled(billed)
        self.env.flush_all()
        Report = self.env["aftersales.warranty.cost.report"].with_user(
            self.user_finance
        )
        rows = Report.search([("company_id", "=", self.company.id)])
        found = {}
        for row in rows:
            found[row.kind] = found.get(row.kind, 0.0) + row.amount
        self.assertEqual(found["issue"], 800.0)
        self.assertEqual(found["recovery"], -500.0)
        self.assertEqual(found["difference"], 200.0)
        own = rows.filtered(lambda row: row.kind != "difference")
        self.assertEqual(sum(own.mapped("amount")), self._balance(self.cost))
        self.assertEqual(rows.model_id, self.vehicle_model)
        self.assertIn(self.motor.categ_id, rows.categ_id)
        self.assertIn("assembly", rows.mapped("part_class"))
        # The accounts of after-sales say the same (R-PAY-07).
        Item = self.env["aftersales.account.item"].with_user(self.user_finance)
        items = Item.search([("account_id", "in", (self.cost | self.differences).ids)])
        self.assertEqual(set(items.mapped("category")), {"warranty"})
        self.assertEqual(
            -sum(items.mapped("amount")),
            self._balance(self.cost) + self._balance(self.differences),
        )

    def test_tie_names_what_belongs_to_no_claim(self):
        self._invoiced()
        bank = self.env["account.account"].search(
            [
                ("account_type", "=", "expense"),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    (0, 0, {"account_id": self.receivable.id, "debit": 5.0}),
                    (0, 0, {"account_id": bank.id, "credit": 5.0}),
                ]
            }
        )
        entry.action_post()
        Tie = self.env["aftersales.claim.tie"].with_user(self.user_finance)
        tie = Tie.browse(Tie.action_open()["res_id"])
        self.assertEqual(tie.display_name, "Claims beside the Ledger")
        self.assertEqual(tie.amount_difference, 5.0)
        self.assertEqual(tie.stray_ids.move_id, entry)
        self.assertEqual(tie.amount_claims, 1423.8)
        with self.assertRaises(AccessError):
            self.env["aftersales.claim.tie"].with_user(self.user_advisor).action_open()

    def test_only_finance_settles(self):
        claim = self._invoiced()
        self._answer(claim, part="approved", operation="approved")
        for role in ("claims_clerk", "quality", "advisor"):
            with self.subTest(role), self.assertRaises(AccessError):
                self._as(role, claim).action_settle()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            claim.sudo().write({"state": "settled", "answered_by_id": False})
            claim.flush_recordset()
