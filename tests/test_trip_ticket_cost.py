from odoo.exceptions import AccessError, ValidationError
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

    def test_kilometres_of_a_company_car(self):
        """At the company's rate, on the tickets at once, paid back to nobody."""
        tickets = self._visit() | self._visit() | self._visit()
        trip = self._back(persons=1, driven=100, tickets=tickets)
        trip.action_settle()
        self.assertNotIn(100.0, trip.sudo().expense_ids.mapped("total_amount"))
        self.assertEqual(sorted(tickets.mapped("trip_cost")), [33.33, 33.33, 33.34])
        lines = self.env["account.analytic.line"].search(
            [("aftersales_trip_id", "=", trip.id)]
        )
        self.assertEqual(lines.aftersales_ticket_id, tickets)
        self.assertEqual(lines.account_id, self.company.aftersales_trip_account_id)
        self.assertIn(self.car.license_plate or self.car.name, lines[0].name)
        self.env.flush_all()
        report = self.env["aftersales.service.cost.report"].search(
            [("ticket_id", "in", tickets.ids), ("source", "=", "trip")]
        )
        self.assertEqual(round(sum(report.mapped("amount")), 2), 100.0)
        # Handed in once more, they stand there once.
        expenses = trip.sudo().expense_ids
        expenses._do_refuse("Wrong dates")
        self._as("finance", trip).action_reopen_costs()
        tickets.invalidate_recordset()
        self.assertEqual(sum(tickets.mapped("trip_cost")), 0)
        trip.action_settle()
        tickets.invalidate_recordset()
        self.assertAlmostEqual(sum(tickets.mapped("trip_cost")), 100.0)

    def test_ones_own_car_costs_what_is_paid_back(self):
        trip = self._back(persons=1, driven=100)
        trip.sudo().write({"means": "own", "means_override": "All cars are out"})
        trip.action_fill_allowances()
        trip.action_settle()
        self.assertEqual(trip.ticket_ids.mapped("trip_cost"), [0.0])

    def _split(self, expense):
        """Split an expense in halves by Odoo's own wizard; return both."""
        wizard = self.env["hr.expense.split.wizard"].browse(
            expense.action_split_wizard()["res_id"]
        )
        wizard.action_split_expense()
        return self.env["hr.expense"].search(
            [("split_expense_origin_id", "=", expense.id)]
        )

    def test_split_in_odoo_costs_the_same(self):
        """A part of an expense is of the same trip, on its tickets and bounded."""
        trip = self._back(persons=1)
        self._cost(trip, "fine", 100)
        trip.action_settle()
        fine = trip.sudo().expense_ids.filtered(lambda row: row.total_amount == 50)
        halves = self._split(fine)
        self.assertEqual(halves.mapped("total_amount"), [25, 25])
        for half in halves:
            with self.assert_refused(ValidationError, "allows .*140"):
                half.total_amount_currency = 50
                half.flush_recordset()
        expenses = trip.sudo().expense_ids
        # Halves look like duplicates, of which Odoo's button asks.
        expenses._do_approve()
        expenses._post_without_wizard()
        trip.ticket_ids.invalidate_recordset()
        self.assertEqual(sum(trip.ticket_ids.mapped("trip_cost")), 140)
        self.env.flush_all()
        items = self.env["aftersales.account.item"].search(
            [("move_id", "in", expenses.account_move_id.ids)]
        )
        self.assertEqual(
            {
                category: sum(rows.mapped("amount"))
                for category, rows in items.grouped("category").items()
            },
            {"trip": -90, "fine": -50},
        )

    def test_split_freight(self):
        ticket = self._visit()
        parcel = self.env["aftersales.part.shipment"].create(
            {
                "ticket_id": ticket.id,
                "carrier_id": self.customer.id,
                "tracking_ref": "SF-2",
                "freight_amount": 20,
            }
        )
        parcel = parcel.with_user(self.user_technician)
        parcel.action_send()
        parcel.action_reimburse()
        expense = parcel.sudo().expense_id
        expense.tax_ids = False
        expense.manager_id = self.user_manager
        halves = self._split(expense)
        halves.action_submit()
        halves.action_approve()
        halves._post_without_wizard()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.trip_cost, 20)
        self.env.flush_all()
        items = self.env["aftersales.account.item"].search(
            [("move_id", "in", halves.account_move_id.ids)]
        )
        self.assertEqual(items.mapped("category"), ["freight", "freight"])

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
