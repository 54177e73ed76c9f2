from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_trip_cost import TripCostCommon


@tagged("post_install", "-at_install")
class TestTripTicketCost(TripCostCommon):
    """Costs on the road stand on the tickets, once they are in the books (R-EXP-07)."""

    def test_shared_by_the_tickets_of_a_trip(self):
        tickets = self._visit() | self._visit() | self._visit()
        trip = self._back(persons=1, tickets=tickets)
        self._cost(trip, "fare", 10)
        trip.action_settle()
        expenses = trip.sudo().expense_ids
        expenses.action_approve()
        self.assertEqual(tickets.mapped("trip_cost"), [0, 0, 0], "not in the books yet")
        expenses._post_without_wizard()
        tickets.invalidate_recordset()
        # 90 for meals and 10 for the bus
        self.assertEqual(sorted(tickets.mapped("trip_cost")), [33.33, 33.33, 33.34])
        lines = self.env["account.analytic.line"].search(
            [("aftersales_ticket_id", "in", tickets.ids)]
        )
        self.assertEqual(
            lines.account_id, self.company.aftersales_trip_account_id, "one account"
        )
        action = self._as("finance", tickets[0]).action_view_trip_costs()
        self.assertEqual(len(lines.search(action["domain"])), 2)
        with self.assert_refused(AccessError, "belongs to Finance"):
            self._as("technician", tickets[0]).action_view_trip_costs()
        # Taken out of the books, taken off the tickets.
        expenses.account_move_id.button_draft()
        tickets.invalidate_recordset()
        self.assertEqual(sum(tickets.mapped("trip_cost")), 0)

    def test_freight_of_a_parcel(self):
        ticket = self._visit()
        courier = self.env["res.partner"].create({"name": "Swift Courier"})
        parcel = self.env["aftersales.part.shipment"].create(
            {
                "ticket_id": ticket.id,
                "carrier_id": courier.id,
                "tracking_ref": "SF-1",
                "freight_amount": 23.5,
            }
        )
        parcel = parcel.with_user(self.user_technician)
        parcel.action_send()
        parcel.action_reimburse()
        expense = parcel.sudo().expense_id
        expense.tax_ids = False
        expense.manager_id = self.user_manager
        expense.action_submit()
        expense.action_approve()
        expense._post_without_wizard()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.trip_cost, 23.5)

    def test_account_of_ones_own(self):
        plan = self.env["account.analytic.plan"].search([], limit=1)
        account = self.env["account.analytic.account"].create(
            {"name": "Travel", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.company.aftersales_trip_account_id = account
        trip = self._back(persons=1)
        trip.action_settle()
        self.assertEqual(
            trip.sudo().expense_ids.analytic_distribution, {str(account.id): 100}
        )
