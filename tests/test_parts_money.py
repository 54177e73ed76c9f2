from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartsMoney(PartsCommon):
    """What left less what came back is delivered and billed, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer = cls.env["res.partner"].create({"name": "Ping Insurance"})

    def _on_credit(self, *specs, **vals):
        """Return an approved ticket whose billed parts go on the advisor's word."""
        ticket = self._approved(
            *[
                (product, {"release_basis": "credit", **line_vals})
                for product, line_vals in specs
            ],
            **vals,
        )
        ticket.line_ids.sudo().guarantor_id = self.user_advisor
        return ticket

    def _hand_out(self, ticket, quantities):
        """Ask for, release and hand out parts of ``ticket``."""
        open_slips = ticket.sudo().picking_ids.filtered(
            lambda slip: slip.state not in ("done", "cancel")
        )
        for slip in open_slips or self._request(ticket):
            if not slip.aftersales_released_by:
                self._release(slip)
            mine = {
                product: quantity
                for product, quantity in quantities.items()
                if product in slip.move_ids.product_id
            }
            if any(mine.values()):
                self._issue(slip, mine)

    def _invoice(self, ticket):
        before = ticket.sudo().invoice_ids
        ticket.with_user(self.user_finance).action_invoice()
        return ticket.sudo().invoice_ids - before

    def _assert_tied(self, ticket, worth):
        """Check order, invoices and receivable of ``ticket`` against each other.

        :param worth: dict of payer -> what he is billed for, tax included, in the
            currency of his order
        """
        for order in ticket.sudo().order_ids:
            payer = order.aftersales_payer
            for line in order.order_line._aftersales_billable():
                used = line.aftersales_line_ids.qty_used
                self.assertEqual(line.qty_delivered, used, line.name)
                self.assertEqual(line.qty_invoiced, used, line.name)
                self.assertEqual(line.qty_to_invoice, 0, line.name)
            moves = order.order_line.invoice_lines.move_id
            signs = {"out_invoice": 1, "out_refund": -1}
            total = sum(signs[m.move_type] * m.amount_total for m in moves)
            self.assertEqual(order.currency_id.round(total), worth[payer], payer)
            self.assertEqual(moves.currency_id, order.currency_id)
            receivable = moves.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            self.assertAlmostEqual(
                sum(receivable.mapped("balance")),
                sum(moves.mapped("amount_total_signed")),
                places=2,
            )
        self.assertAlmostEqual(
            ticket.sudo().amount_due,
            sum(ticket.sudo().invoice_ids.mapped("amount_residual_signed")),
            places=2,
        )

    def _use_euro(self, rate):
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": eur.id,
                "name": "2020-01-01",
                "rate": rate,
                "company_id": self.company.id,
            }
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": eur.id}
        )

    def test_issued_in_parts_returned_and_billed_between(self):
        """Several issues and returns, an invoice after each: credit notes balance."""
        ticket = self._on_credit((self.brake_pads, {"quantity": 5}))
        self._hand_out(ticket, {self.brake_pads: 2})
        self.assertEqual(self._invoice(ticket).amount_total, 406.80)
        self._hand_out(ticket, {self.brake_pads: 3})
        self.assertEqual(self._invoice(ticket).amount_total, 610.20)
        # Two of either slip.
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 2}))
        refund = self._invoice(ticket)
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual(refund.amount_total, 813.60)
        self._assert_tied(ticket, {"customer": 203.40})
        self._hand_out(ticket, {self.brake_pads: 1})
        self.assertEqual(self._invoice(ticket).amount_total, 203.40)
        self._assert_tied(ticket, {"customer": 406.80})

    def test_over_issue_is_not_billed_before_it_is_agreed(self):
        ticket = self._on_credit((self.brake_pads, {"quantity": 1}))
        slip = self._request(ticket)
        slip.with_user(self.user_parts_keeper)._aftersales_ask_more({slip.move_ids: 3})
        self._release(slip)
        self._issue(slip, {self.brake_pads: 3})
        line = ticket.line_ids.sudo().sale_line_id
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (3, 3))
        with self.assertRaisesRegex(UserError, "3.0 delivered, 1.0 agreed"):
            self._invoice(ticket)
        self.assertFalse(ticket.sudo().invoice_ids)
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 2}))
        self._invoice(ticket)
        self._assert_tied(ticket, {"customer": 203.40})

    def test_two_payers(self):
        """Each pays what left on his account, whatever happens on the other's."""
        ticket = self._on_credit(
            (self.brake_pads, {"quantity": 2}),
            (self.mirror, {"quantity": 3, "payer": "insurer"}),
            insurer_id=self.insurer.id,
        )
        self._hand_out(ticket, {self.brake_pads: 2, self.mirror: 1})
        self.assertEqual(len(self._invoice(ticket)), 2)
        self._assert_tied(ticket, {"customer": 406.80, "insurer": 84.75})
        self._hand_out(ticket, {self.mirror: 2})
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 1}))
        self._invoice(ticket)
        self._assert_tied(ticket, {"customer": 203.40, "insurer": 254.25})

    def test_tax_included_in_the_price(self):
        """180 and 75 are what the customer pays, tax inside."""
        self.tax.price_include_override = "tax_included"
        ticket = self._on_credit(
            (self.brake_pads, {"quantity": 3}), (self.mirror, {"quantity": 1})
        )
        order = ticket.sudo().order_ids
        self.assertEqual(order.amount_total, 615.0)
        self._hand_out(ticket, {self.brake_pads: 2, self.mirror: 1})
        pads = order.order_line.filtered(lambda x: x.product_id == self.brake_pads)
        # 2 x 180 less 13 % inside
        self.assertAlmostEqual(pads.untaxed_amount_to_invoice, 318.58, places=2)
        self._invoice(ticket)
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 1}))
        self._invoice(ticket)
        self._assert_tied(ticket, {"customer": 255.0})

    def test_tax_included_paid_beforehand(self):
        """The gate asks for what the customer pays, not for tax on top of it."""
        self.tax.price_include_override = "tax_included"
        ticket = self._approved((self.brake_pads, {"quantity": 2}))
        slip = self._request(ticket)
        order = ticket.sudo().order_ids
        self._pay(order, 350.0)
        with self._refused("360.00.*only.*350.00"):
            self._release(slip)
        self._pay(order, 10.0)
        self._release(slip)
        self._issue(slip)

    def test_foreign_price_list(self):
        """Customer in euro, insurer in the company's currency; partly returned."""
        self._use_euro(0.7)
        ticket = self._on_credit(
            (self.brake_pads, {"quantity": 3}),
            (self.mirror, {"quantity": 1, "payer": "insurer"}),
            insurer_id=self.insurer.id,
        )
        self._hand_out(ticket, {self.brake_pads: 3, self.mirror: 1})
        self._invoice(ticket)
        # 126.00 EUR and 13 % each
        self._assert_tied(ticket, {"customer": 427.14, "insurer": 84.75})
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 2}))
        self._invoice(ticket)
        self._assert_tied(ticket, {"customer": 142.38, "insurer": 84.75})

    def test_foreign_price_list_paid_beforehand(self):
        self._use_euro(0.7)
        ticket = self._approved((self.brake_pads, {"quantity": 2}))
        slip = self._request(ticket)
        order = ticket.sudo().order_ids
        self._pay(order, 280.0)
        with self._refused("284.76.*only.*280.00"):
            self._release(slip)
        self._pay(order, 4.76)
        self._release(slip)
        self._issue(slip)
        self.assertEqual(ticket.line_ids.sudo().sale_line_id.qty_delivered, 2)

    def test_cancelled_after_a_partial_issue(self):
        """What is out is brought back and credited first; then nothing is left."""
        ticket = self._on_credit((self.brake_pads, {"quantity": 3}))
        self._hand_out(ticket, {self.brake_pads: 2})
        advisor = ticket.with_user(self.user_advisor)
        with self._refused("must be invoiced before"):
            advisor.action_cancel("Sold the truck")
        self._invoice(ticket)
        with self._refused("Bring it back"):
            advisor.action_cancel("Sold the truck")
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 2}))
        with self._refused("must be invoiced before"):
            advisor.action_cancel("Sold the truck")
        self._invoice(ticket)
        advisor.action_cancel("Sold the truck")
        slips = ticket.sudo().picking_ids
        self.assertEqual(set(slips.mapped("state")), {"done", "cancel"})
        self._assert_tied(ticket, {"customer": 0.0})
        self.assertEqual(self.brake_pads.qty_available, 20)

    def test_cancelled_before_anything_left(self):
        """An order of which nothing was used or billed is given up with its ticket."""
        ticket = self._on_credit((self.brake_pads, {"quantity": 3}))
        self._request(ticket)
        ticket.with_user(self.user_advisor).action_cancel("Sold the truck")
        self.assertEqual(ticket.sudo().order_ids.state, "cancel")
        self.assertEqual(ticket.sudo().picking_ids.state, "cancel")
        self.assertEqual(ticket.sudo().amount_total, 0.0)
