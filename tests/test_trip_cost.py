from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common_trip import TripCommon
from .report_common import ReportCommon


class TripCostCommon(TripCommon):
    """Trips that somebody has come back from."""

    def _back(
        self,
        persons=2,
        driven=0,
        start="2026-03-02 00:00:00",
        stop="2026-03-04 10:00:00",
        **vals,
    ):
        """Return a trip of ``persons``, three days long, back again."""
        people = self.employee | self.employee_2
        if persons == 1:
            people = self.employee
        elif persons > 2:
            people |= self.env["hr.employee"].create(
                [
                    {"name": f"Helper {number}", "company_id": self.company.id}
                    for number in range(persons - 2)
                ]
            )
        trip = self._trip(
            employee_ids=[Command.set(people.ids)],
            leader_id=self.employee.id,
            large_parts=bool(driven),
            date_start=start,
            date_stop=stop,
            **vals,
        )
        self._approve(trip, self.car if driven else None)
        with freeze_time(start):
            trip.action_leave()
        with freeze_time(stop):
            if driven:
                trip.odometer_in = trip.odometer_out + driven
            trip.action_return()
        self.env.invalidate_all()
        return trip

    def _cost(self, trip, kind, amount, employee=None, **vals):
        """Add what the technician has spent."""
        return trip.env["aftersales.trip.cost"].create(
            {
                "trip_id": trip.id,
                "kind": kind,
                "employee_id": (employee or self.employee).id,
                "amount": amount,
                **vals,
            }
        )

    def _of(self, trip, kind):
        return trip.cost_ids.filtered(lambda cost: cost.kind == kind)


@tagged("post_install", "-at_install")
class TestTripCost(TripCostCommon):
    """What the company's standards pay back (R-EXP-01 to 06)."""

    def test_meals_thirty_a_day_and_person(self):
        trip = self._back()
        meals = self._of(trip, "meals")
        self.assertEqual(meals.employee_id, self.employee | self.employee_2)
        self.assertEqual(meals[0].action_view_trip()["res_id"], trip.id)
        self.assertEqual(meals.mapped("amount_allowed"), [90.0, 90.0])
        self.company.aftersales_trip_meal = 40
        trip.action_fill_allowances()
        self.assertEqual(
            self._of(trip, "meals").mapped("amount_allowed"), [120.0, 120.0]
        )

    def test_a_day_is_paid_once(self):
        first = self._back(persons=1)
        # He is back on the fourth, and leaves again in the evening, for two days more.
        second = self._back(start="2026-03-04 11:00:00", stop="2026-03-06 10:00:00")
        meals = {
            cost.employee_id: cost.amount_allowed for cost in self._of(second, "meals")
        }
        self.assertEqual(meals, {self.employee: 60, self.employee_2: 90})
        first.action_fill_allowances()
        self.assertEqual(self._of(first, "meals").amount_allowed, 90)
        self._of(second, "meals").filtered(
            lambda cost: cost.employee_id == self.employee
        ).amount = 90
        self.assertEqual(sum(self._of(second, "meals").mapped("amount_allowed")), 150)

    def test_lodging_two_to_a_room(self):
        # Two nights at 150 a room
        for persons, standard in ((1, 300), (2, 300), (3, 600), (4, 600), (5, 900)):
            with self.subTest(persons=persons):
                trip = self._back(persons)
                lodging = self._of(trip, "lodging")
                self.assertEqual(lodging.employee_id, self.employee)
                self.assertEqual(lodging.standard, standard)
                lodging.amount = standard
                self.assertEqual(lodging.amount_allowed, standard)
                self.assertFalse(lodging.needs_grant)
                lodging.amount = standard + 0.01
                self.assertEqual(lodging.amount_allowed, standard)
                self.assertTrue(lodging.needs_grant)

    def test_no_lodging_without_a_night(self):
        trip = self._back(stop="2026-03-02 12:00:00")
        self.assertFalse(self._of(trip, "lodging"))
        hotel = self._cost(trip, "lodging", 100)
        self.assertEqual(hotel.amount_allowed, 0)

    def test_two_hotels_share_one_standard(self):
        trip = self._back(3)
        self._of(trip, "lodging").amount = 500
        self._cost(trip, "lodging", 400, self.employee_2)
        lodging = self._of(trip, "lodging")
        self.assertEqual(sum(lodging.mapped("amount_allowed")), 600)
        self.assertEqual(
            sorted(lodging.mapped("amount_allowed")), [266.67, 333.33], "to the cent"
        )

    def test_company_car_one_a_kilometre_paid_to_nobody(self):
        trip = self._back(driven=140)
        mileage = self._of(trip, "mileage")
        self.assertEqual((mileage.quantity, mileage.amount), (140, 140))
        self.assertEqual((mileage.amount_allowed, mileage.needs_grant), (0, False))
        self.company.aftersales_trip_km_rate = 0.85
        trip.action_fill_allowances()
        self.assertEqual(self._of(trip, "mileage").amount, 119)
        trip.action_settle()
        products = trip.sudo().expense_ids.product_id
        self.assertNotIn(self.env.ref("aftersales.product_trip_mileage"), products)

    def test_fine_is_halved(self):
        trip = self._back()
        fine = self._cost(trip, "fine", 200)
        self.assertEqual((fine.amount_allowed, fine.amount_withheld), (100, 0))
        fine.paid_by_company = True
        self.assertEqual((fine.amount_allowed, fine.amount_withheld), (0, 100))
        self.company.aftersales_trip_fine_percent = 30
        other = self._cost(trip, "fine", 200)
        self.assertEqual(other.amount_allowed, 140)
        with self.assert_refused(UserError, "only a fine"):
            self._cost(trip, "fare", 10, paid_by_company=True)

    def test_fine_without_a_receipt_is_halved_as_well(self):
        """What the leader grants leaves the driver his share."""
        trip = self._back(persons=1)
        fine = self._cost(trip, "fine", 200, no_receipt=True)
        superior = self._as("inspector", fine)
        superior.write({"granted_amount": 200, "grant_reason": "Paid on the spot"})
        superior.action_grant()
        self.assertEqual(fine.amount_allowed, 100)

    def test_over_standard_is_the_leaders(self):
        trip = self._back()
        lodging = self._of(trip, "lodging")
        lodging.amount = 400
        self.assertEqual((lodging.excess, lodging.amount_allowed), (100, 300))
        superior = self._as("inspector", lodging)
        self.assertTrue(superior.can_grant)
        for user in (self.user_technician, self.technician_2, self.user_finance):
            with (
                self.subTest(user=user.login),
                self.assert_refused(AccessError, "never who asks or goes along"),
            ):
                lodging.with_user(user).action_grant()
        superior.granted_amount = 380
        with self.assert_refused(UserError, "how much of 400.0 you grant, and why"):
            superior.action_grant()
        superior.grant_reason = "Trade fair, all hotels dear"
        superior.action_grant()
        self.assertEqual(lodging.amount_allowed, 380)
        self.assertEqual(lodging.granted_by_id, self.user_inspector)
        # Another figure: the word is void.
        lodging.amount = 500
        self.assertEqual(lodging.amount_allowed, 300)
        with self.assert_refused(AccessError, "follows from the buttons"):
            lodging.granted_by_id = self.user_inspector
        lodging.flush_recordset()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE aftersales_trip_cost SET amount_allowed = 400 WHERE id = %s",
                (lodging.id,),
            )

    def test_no_receipt_is_discretion(self):
        trip = self._back()
        ride = self._cost(
            trip, "fare", 50, name="Motorcycle taxi to the yard", no_receipt=True
        )
        self.assertEqual(ride.amount_allowed, 0)
        self.assertEqual(trip.waiting_count, 1)
        with self.assert_refused(UserError, "has not said yet how much"):
            trip.action_settle()
        superior = self._as("inspector", ride)
        superior.write({"granted_amount": 60, "grant_reason": "No bus there"})
        with self.assert_refused(UserError, "how much of 50.0"):
            superior.action_grant()
        superior.granted_amount = 40
        superior.action_grant()
        self.assertEqual(ride.amount_allowed, 40)
        self.assertFalse(trip.waiting_count)
        with self.assert_refused(UserError, "allowances, without a receipt"):
            self._of(trip, "meals")[0].no_receipt = True

    def test_expenses_of_odoo(self):
        trip = self._back(driven=140)
        self._of(trip, "lodging").amount = 320
        self._cost(trip, "fare", 12, name="Bus")
        self._cost(trip, "fare", 8, name="Metro")
        self._cost(trip, "fine", 200)
        self._cost(trip, "fare", 15, self.employee_2)
        trip.action_settle()
        self.assertEqual(trip.state, "settled")
        expenses = trip.sudo().expense_ids
        found = {
            (expense.employee_id, expense.product_id.default_code): expense.total_amount
            for expense in expenses
        }
        self.assertEqual(
            found,
            {
                (self.employee, "TRIP-MEALS"): 90,
                (self.employee_2, "TRIP-MEALS"): 90,
                (self.employee, "TRIP-LODGING"): 300,
                (self.employee, "TRIP-FARE"): 20,
                (self.employee, "TRIP-FINE"): 100,
                (self.employee_2, "TRIP-FARE"): 15,
            },
        )
        self.assertEqual(set(expenses.mapped("state")), {"submitted"})
        self.assertEqual(expenses.manager_id, self.user_inspector)
        self.assertEqual(sum(expenses.mapped("total_amount")), trip.amount_allowed)
        self.assertEqual(trip.expense_count, 6)
        own = self.env["hr.expense"].with_user(self.technician_2)
        self.assertEqual(
            len(own.search(trip.action_view_expenses()["domain"])), 2, "only his own"
        )
        with self.assert_refused(UserError, "until they are handed in"):
            self._cost(trip, "fare", 5)
        # More than is allowed is refused in Odoo's own screens, too.
        lodging = expenses.filtered(
            lambda expense: expense.product_id.default_code == "TRIP-LODGING"
        )
        with self.assert_refused(ValidationError, "allows .*300"):
            lodging.total_amount_currency = 320
            lodging.flush_recordset()

    def test_posted_and_refused_in_odoo(self):
        trip = self._back(persons=1)
        trip.action_settle()
        expense = trip.sudo().expense_ids
        expense.action_approve()
        expense._post_without_wizard()
        self.assertEqual(expense.state, "posted")
        self.assertEqual(expense.account_move_id.amount_total, 90)
        with self.assert_refused(UserError, "refuse its expenses first"):
            self._as("finance", trip).action_reopen_costs()
        other = self._back(
            persons=1, start="2026-04-06 00:00:00", stop="2026-04-08 10:00:00"
        )
        other.action_settle()
        other.sudo().expense_ids._do_refuse("Dates are wrong")
        for role in ("technician", "inspector"):
            with self.assert_refused(AccessError, "belongs to Finance"):
                self._as(role, other).action_reopen_costs()
        self._as("finance", other).action_reopen_costs()
        other.action_fill_allowances()
        other.action_settle()
        anew = other.sudo().expense_ids.filtered(lambda row: row.state != "refused")
        self.assertEqual(anew.total_amount, 90)

    def test_refused_is_not_paid_beside_what_was_handed_in_anew(self):
        trip = self._back(persons=1)
        trip.action_settle()
        refused = trip.sudo().expense_ids
        refused._do_refuse("Dates are wrong")
        self._as("finance", trip).action_reopen_costs()
        trip.action_settle()
        with self.assert_refused(ValidationError, "allows .*90"):
            refused.action_reset()

    def test_kept_as_long_as_it_is_of_the_trip(self):
        """A traveller takes his own back in Odoo's screen; it stays the trip's."""
        trip = self._back(persons=1)
        trip.action_settle()
        mine = trip.sudo().expense_ids.with_user(self.user_technician)
        mine.action_reset()
        with self.assert_refused(UserError, "is refused, not deleted"):
            mine.unlink()
        with self.assert_refused(AccessError, "follows from the trip's costs"):
            mine.aftersales_trip_id = False
        mine.action_submit()
        self.assertEqual(mine.state, "submitted")

    def test_who_writes_costs(self):
        trip = self._trip()
        with self.assert_refused(UserError, "from leaving until"):
            self._cost(trip, "fare", 5)
        trip = self._back()
        outsider = self.technician_2.copy({"login": "technician_3"})
        self.assertFalse(
            self.env["aftersales.trip.cost"].with_user(outsider).search([])
        )
        with self.assertRaises(AccessError):
            self._cost(trip.with_user(outsider), "fare", 5)
        with self.assert_refused(UserError, "does not go along"):
            self._cost(trip, "fare", 5, self.employee_advisor)
        with Form(trip, "aftersales.trip_view_form") as form:
            with form.cost_ids.new() as line:
                line.kind = "fare"
                line.employee_id = self.employee
                line.amount = 7
        self.assertEqual(self._of(trip, "fare").amount_allowed, 7)

    def test_other_company_has_its_own_figures(self):
        other = self.env["res.company"].create({"name": "Other"})
        other.aftersales_trip_meal = 99
        self.assertEqual(
            set(self._of(self._back(), "meals").mapped("amount_allowed")), {90.0}
        )


@tagged("post_install", "-at_install")
class TestTravelClaim(ReportCommon, TripCostCommon, HttpCase):
    """The travel claim, printed for real (F48)."""

    _report_role = "technician"

    def test_claim(self):
        trip = self._back(driven=140)
        self._of(trip, "lodging").amount = 320
        self._cost(trip, "fare", 12, name="Bus 33")
        text = self._text("report_travel_claim", trip)
        self.assertWords(
            text,
            trip.name,
            "Meals",
            "90.00",
            "Lodging",
            "320.00",
            "300.00",
            "140.00",
            "Bus 33",
            trip.ticket_ids.name,
            "492.00",
        )
        action = self._as("technician", trip).action_print_claim()
        self.assertEqual(action["report_name"], "aftersales.report_travel_claim")
