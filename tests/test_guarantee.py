import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_billing import BillingCommon


@tagged("post_install", "-at_install")
class TestGuarantee(BillingCommon):
    """R-PART-04, R-PAY-02: each open cent has one who answers for it, or nobody."""

    def _credit_ticket(self):
        """Return a finished ticket: 406.80 on the advisor's word, 84.75 on the
        manager's, 67.80 of labour that nobody answers for."""
        ticket = self._diagnosed()
        pads = self._line(ticket, self.brake_pads, quantity=2, release_basis="credit")
        mirror = self._line(ticket, self.mirror, release_basis="credit")
        self._line(ticket, self.labour, quantity=1)
        pads.sudo().guarantor_id = self.user_advisor
        mirror.sudo().guarantor_id = self.user_manager
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._use(pads, 2)
        self._use(mirror, 1)
        self._finish(ticket)
        return ticket

    def _invoiced(self):
        ticket = self._credit_ticket()
        self._as("finance", ticket).action_invoice()
        return ticket, self._invoices(ticket)

    def _assert_open(self, move, **expected):
        """Check who answers for how much, by role; ``nobody`` for the rest."""
        shares = move._aftersales_guarantees()[move]
        amounts = {
            (user.login or "nobody"): amount for user, (amount, __) in shares.items()
        }
        self.assertEqual(amounts, expected)
        sign = -1 if move.move_type == "out_refund" else 1
        self.assertEqual(
            round(sum(amount for amount, __ in shares.values()), 2),
            sign * move.amount_residual,
        )
        self.assertEqual(
            round(sum(amount for __, amount in shares.values()), 2),
            move.amount_residual_signed,
        )

    def _credit_note(self, invoice, product=None, post=True):
        """Return a credit note of ``invoice``, of one product's line only."""
        reversal = (
            self.env["account.move.reversal"]
            .with_user(self.user_finance)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        refund = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        if product:
            refund.invoice_line_ids.filtered(
                lambda line: line.product_id != product
            ).unlink()
        refund.action_post()
        return refund

    def _reconcile(self, *moves):
        self.env["account.move"].union(*moves).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        ).reconcile()

    def test_each_line_has_its_guarantor(self):
        __, invoice = self._invoiced()
        self.assertEqual(
            invoice.aftersales_guarantor_ids, self.user_advisor | self.user_manager
        )
        self._assert_open(invoice, advisor=406.80, manager=84.75, nobody=67.80)
        found = self.env["account.move"].search(
            [("aftersales_guarantor_ids", "in", self.user_manager.ids)]
        )
        self.assertEqual(found, invoice)

    def test_partial_payment(self):
        """First what nobody answers for, then all guarantors in proportion."""
        __, invoice = self._invoiced()
        self._pay(invoice, 60.0)
        self._assert_open(invoice, advisor=406.80, manager=84.75, nobody=7.80)
        self._pay(invoice, 40.0)
        # 459.35 shared 406.80 : 84.75
        self._assert_open(invoice, advisor=380.15, manager=79.20)
        self._pay(invoice, 459.34)
        self._assert_open(invoice, advisor=0.01)
        self._pay(invoice)
        self._assert_open(invoice)

    def test_credit_note_lowers_its_own_guarantor(self):
        __, invoice = self._invoiced()
        self._pay(invoice, 100.0)
        refund = self._credit_note(invoice, self.mirror)
        self.assertEqual(refund.aftersales_guarantor_ids, self.user_manager)
        # Odoo has set it off against its invoice.
        self._assert_open(refund)
        self._assert_open(invoice, advisor=374.60)

    def test_returned_part_lowers_its_own_guarantor(self):
        """A part taken back makes a credit note on its guarantor's account."""
        ticket, invoice = self._invoiced()
        pads = ticket.line_ids.filtered(lambda x: x.product_id == self.brake_pads)
        self._bring_back(pads.sudo().move_ids, 1)
        self._as("finance", ticket).action_invoice()
        refund = self._invoices(ticket) - invoice
        # Set off at once against the invoice that billed it.
        self._assert_open(refund)
        self._assert_open(invoice, advisor=203.40, manager=84.75, nobody=67.80)

    def test_credit_note_of_everything(self):
        __, invoice = self._invoiced()
        self._pay(invoice, 100.0)
        refund = self._credit_note(invoice)
        self._reconcile(invoice, refund)
        self._assert_open(invoice)
        # The 100.00 that came in are owed back, each one's share of it.
        self._assert_open(refund, advisor=-72.73, manager=-15.15, nobody=-12.12)

    def test_deposit_comes_off_what_nobody_answers_for(self):
        ticket = self._diagnosed()
        pads = self._line(ticket, self.brake_pads, quantity=2, release_basis="credit")
        self._line(ticket, self.labour, quantity=1)
        pads.sudo().guarantor_id = self.user_advisor
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self._as("finance", ticket).action_invoice_deposit(25)
        deposit = self._invoices(ticket)
        self._assert_open(deposit, nobody=118.65)
        self._pay(deposit)
        self._use(pads, 2)
        self._finish(ticket)
        self._as("finance", ticket).action_invoice()
        # 474.60 less the deposit of 118.65: more than the labour's 67.80 is paid
        self._assert_open(self._invoices(ticket) - deposit, advisor=355.95)

    def test_who_vouches_for_the_ticket_answers_for_the_rest(self):
        ticket, invoice = self._invoiced()
        self._as("manager", ticket).action_vouch_credit()
        self._assert_open(invoice, advisor=406.80, manager=152.55)
        self._as("manager", ticket).action_withdraw_credit()
        self._assert_open(invoice, advisor=406.80, manager=84.75, nobody=67.80)

    def test_foreign_currency(self):
        """Shares sum up in the invoice's currency and in the company's."""
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": eur.id,
                "name": "2020-01-01",
                "rate": 0.7,
                "company_id": self.company.id,
            }
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": eur.id}
        )
        __, invoice = self._invoiced()
        self.assertEqual(invoice.currency_id, eur)
        shares = invoice._aftersales_guarantees()[invoice]
        self._assert_open(
            invoice,
            **{(user.login or "nobody"): a for user, (a, __) in shares.items()},
        )
        self.assertAlmostEqual(shares[self.user_advisor][0], 284.76, delta=0.01)
        self.assertAlmostEqual(shares[self.user_advisor][1], 406.80, delta=0.02)

    def test_shares_sum_up_whatever_the_weights(self):
        dice = random.Random(19)
        users = self.env["res.users"].browse(range(1, 8))
        currency = self.company.currency_id
        for __ in range(500):
            weights = {user: dice.randrange(0, 10**6) / 100 for user in users}
            total = dice.randrange(0, 10**7) / 100
            shares = self.env["account.move"]._aftersales_share_out(
                total, weights, currency
            )
            self.assertEqual(currency.round(sum(shares.values())), total)
            for user, share in shares.items():
                exact = total * weights[user] / sum(weights.values())
                self.assertLess(abs(share - exact), 0.011)

    def test_gate_pass_names_all_guarantors(self):
        ticket, invoice = self._invoiced()
        finance = self._as("finance", ticket)
        with self.assertRaisesRegex(UserError, "559.35.* answers for .*491.55"):
            finance.action_issue_gate_pass()
        self._pay(invoice, 67.80)
        self.assertEqual(ticket.payment_state, "credit")
        with self.assertRaisesRegex(UserError, "answer for the money yourself"):
            self._as("manager", ticket).action_issue_gate_pass()
        self._settle(ticket)
        finance.action_issue_gate_pass()
        gate_pass = ticket.sudo().gate_pass_id
        self.assertEqual(gate_pass.amount_open, 491.55)
        self.assertEqual(gate_pass.guarantor_id, self.user_advisor)
        self.assertEqual(gate_pass.guarantor_ids, self.user_advisor | self.user_manager)

    def test_guarantor_is_bound_while_the_parts_are_out(self):
        ticket = self._credit_ticket()
        pads = ticket.line_ids.filtered(lambda x: x.product_id == self.brake_pads)
        with self.assertRaisesRegex(UserError, "Advisor answers for the parts"):
            pads.with_user(self.user_advisor).guarantor_id = False
        self._bring_back(pads.sudo().move_ids, 2)
        pads.with_user(self.user_advisor).guarantor_id = False
