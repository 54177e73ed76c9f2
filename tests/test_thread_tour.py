from odoo.tests import HttpCase, tagged

from .common_billing import BillingCommon
from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestThreadTour(BillingCommon, PartsCommon, HttpCase):
    """The thread in the browser: each of five people at his own screen."""

    def _tour(self, role, name, url=None):
        self.env.flush_all()
        self.start_tour(
            url or f"/odoo/aftersales-tickets/{self.ticket.id}",
            f"aftersales_thread_{name}",
            login=self.users[role].login,
        )
        self.env.invalidate_all()

    def test_tour_from_report_to_close(self):
        Ticket = self.env["aftersales.ticket"]
        before = Ticket.search([])
        self._tour("advisor", "report", "/odoo/aftersales-tickets/new")
        self.ticket = ticket = Ticket.search([]) - before
        self.assertEqual(ticket.state, "assigned")
        self._tour("technician", "diagnosis")

        motor = self._line(ticket, self.motor, payer="warranty")
        self._line(ticket, self.brake_pads, quantity=2)
        mirror = self._line(ticket, self.mirror)
        self._line(ticket, self.labour)
        self._as("technician", mirror).write(
            {"release_basis": "credit", "guarantor_id": self.user_technician.id}
        )
        self._judge(motor)
        self._tour("advisor", "quote")
        order = self._order(ticket)
        self._sign(order)
        self.assertEqual(ticket.state, "approved")

        self._tour("technician", "work")
        self._tour("finance", "money_first")
        self._tour("finance", "payment")
        self._tour(
            "finance", "release", "/odoo/action-aftersales.parts_slip_action_release"
        )
        self._tour(
            "parts_keeper", "issue", "/odoo/action-aftersales.parts_slip_action_issue"
        )
        self.assertEqual(set(ticket.picking_ids.mapped("state")), {"done"})

        self._tour("technician", "finish")
        self._tour("inspector", "inspect")
        self._as("finance", ticket).action_invoice()
        self._tour("finance", "gate")
        self._tour("advisor", "handover")
        self.assertEqual(ticket.state, "delivered")
        self._tour("technician", "report_back")
        self._as("parts_keeper", ticket.part_return_ids).action_receive()
        self._tour("advisor", "close")

        self.assertEqual(ticket.state, "closed")
        invoices = self._invoices(ticket)
        self.assertAlmostEqual(sum(invoices.mapped("amount_total_signed")), 559.35)
        self.assertEqual(sum(invoices.mapped("amount_residual")), 0.0)
        self.assertEqual(set(order.order_line.mapped("qty_to_invoice")), {0.0})
