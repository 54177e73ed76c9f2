from odoo.tests import new_test_user, tagged

from .common_billing import BillingCommon
from .common_parts import PartsCommon
from .common_tour import TourCommon


@tagged("post_install", "-at_install")
class TestThreadTour(BillingCommon, PartsCommon, TourCommon):
    """The thread in the browser: five people and the customer, each at his screen.

    Python only looks: every step is a click of the person whose step it is. Between
    the clicks, each of them is seen to have no button for what others do.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_deposit_percent = 75
        cls.portal_user = new_test_user(
            cls.env,
            login="zhao_portal",
            groups="base.group_portal",
            email="zhao@example.com",
        )
        cls.portal_user.partner_id.parent_id = cls.customer

    def _visit(self, role, name, url=None):
        """Let ``role`` play his part; the technician does it on a phone."""
        self._tour(
            self.users[role].login,
            f"thread_{name}",
            url or f"/odoo/aftersales-tickets/{self.ticket.id}",
            phone=role == "technician",
        )

    def _stock(self, product):
        return product.with_context(
            location=self.warehouse.lot_stock_id.id
        ).qty_available

    def test_tour_from_report_to_close(self):
        Ticket = self.env["aftersales.ticket"]
        before = Ticket.search([])
        self._visit("advisor", "report", "/odoo/aftersales-tickets/new")
        self.ticket = ticket = Ticket.search([]) - before
        self.assertEqual(ticket.state, "assigned")
        self.assertEqual(self.vehicle.odometer, 12000)
        self._visit("advisor", "receive")
        self.assertEqual(ticket.reception_state, "done")
        self._visit("technician", "diagnosis", "/odoo/aftersales-my-tickets")
        self._visit("advisor", "estimate")
        self._visit("technician", "vouch")
        motor, pads, mirror, labour = ticket.line_ids
        self.assertEqual(motor.payer, "warranty")
        self.assertEqual(motor.cause_judged_by_id, self.user_technician)
        self.assertFalse(motor.human_caused)
        self.assertEqual(pads.quantity, 2)
        self.assertEqual(mirror.release_basis, "credit")
        self.assertEqual(mirror.guarantor_id, self.user_technician)
        self._visit("advisor", "quote")
        order = self._order(ticket)
        self.assertEqual((order.state, len(order.order_line)), ("sent", 3))
        self.assertAlmostEqual(order.amount_total, 559.35)

        # The customer signs; his deposit makes the order.
        self._tour(
            self.portal_user.login, "thread_sign", f"/my/tickets/{self.ticket.id}"
        )
        self.assertEqual(order.signed_by, "Mr Zhao")
        self.assertTrue(order.signature)
        self.assertEqual((order.state, ticket.state), ("sent", "quoted"))
        self._visit("finance", "deposit")
        self.assertEqual((order.state, ticket.state), ("sale", "approved"))
        deposit = self._invoices(ticket)
        self.assertAlmostEqual(deposit.amount_total, 419.51)

        self._visit("technician", "work")
        slips = ticket.picking_ids
        self.assertEqual(
            set(slips.mapped("aftersales_release_basis")),
            {"warranty", "paid", "credit"},
        )
        self._visit("finance", "release", "/odoo/aftersales-tickets")
        self.assertEqual(slips.aftersales_released_by, self.user_finance)
        self._visit("parts_keeper", "issue", "/odoo/aftersales-tickets")
        self.assertEqual(set(slips.mapped("state")), {"done"})
        self._visit("technician", "finish")
        self.assertEqual(labour.done_by_id, self.user_technician)
        self._visit("inspector", "inspect")
        self._visit("finance", "money")
        self._visit("advisor", "handover")
        self.assertEqual(ticket.state, "delivered")
        self._visit("technician", "report_back")
        self._visit("parts_keeper", "old_part", "/odoo/aftersales-tickets")
        self.assertEqual(ticket.part_return_ids.state, "received")
        self._visit("advisor", "close")
        self.assertEqual(ticket.state, "closed")
        self._check_books(order, deposit)

    def _check_books(self, order, deposit):
        """Stock, deliveries, invoices, receivable and payments tie to the cent."""
        ticket = self.ticket
        motor, pads, mirror, labour = ticket.line_ids
        self.assertEqual(
            [self._stock(p) for p in (self.motor, self.brake_pads, self.mirror)],
            [19, 18, 19],
        )
        self.assertEqual([x.qty_used for x in (motor, pads, mirror)], [1, 2, 1])
        self.assertFalse(motor.sale_line_id, "own warranty is on no order")
        for line in pads | mirror | labour:
            sold = line.sale_line_id
            self.assertEqual(
                (sold.qty_delivered, sold.qty_invoiced, sold.qty_to_invoice),
                (line.quantity, line.quantity, 0),
                line.name,
            )
        final = self._invoices(ticket) - deposit
        self.assertAlmostEqual(final.amount_total, 139.84)
        invoices = deposit | final
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        receivable = invoices.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertAlmostEqual(sum(receivable.mapped("balance")), 559.35)
        self.assertEqual(set(receivable.mapped("reconciled")), {True})
        payments = invoices.matched_payment_ids
        self.assertEqual(
            sorted(round(payment.amount, 2) for payment in payments), [139.84, 419.51]
        )
        self.assertAlmostEqual(order._aftersales_amount_received(), 559.35)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual((ticket.payment_state, ticket.amount_due), ("paid", 0.0))
