from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_trip import TripCommon


@tagged("post_install", "-at_install")
class TestTripMeans(TripCommon):
    """The rule that proposes how one travels (R-TRIP-01)."""

    def test_rule(self):
        rows = [
            # distance, large parts, weather, poor transport, same day -> means, why
            (60, 0, 0, 0, 1, "public", "no large part"),
            (60, 0, 0, 1, 0, "car", "not back the same day"),
            (60, 0, 0, 1, 1, "public", "but back the same day"),
            (60, 1, 0, 0, 1, "car", "large parts"),
            (60, 0, 1, 0, 1, "car", "severe weather"),
            (100, 1, 0, 0, 0, "car", "large parts"),
            (101, 1, 1, 1, 0, "public", "Medium or long distance"),
        ]
        trip = self._trip()
        for km, large, weather, poor, same_day, means, why in rows:
            with self.subTest(why=why, km=km):
                trip.write(
                    {
                        "distance": km,
                        "large_parts": large,
                        "severe_weather": weather,
                        "poor_transport": poor,
                        "return_same_day": same_day,
                    }
                )
                self.assertEqual((trip.means_proposed, trip.means), (means, means))
                self.assertIn(why, trip.means_reason)

    def test_what_is_nearby_is_a_setting(self):
        self.company.aftersales_trip_near_km = 50
        self.assertEqual(self._trip().area, "far")
        self.company.aftersales_trip_near_km = 60
        self.assertEqual(self._trip().area, "near", "up to and with the limit")

    def test_another_means_needs_a_reason_and_an_approval(self):
        trip = self._trip(means="car")
        self.assertTrue(trip.is_override)
        with self.assert_refused(UserError, "not travel as the rule proposes"):
            trip.action_submit()
        trip.means_override = "No train on Sunday"
        trip.action_submit()
        self._as("inspector", trip).action_approve()
        self.assertEqual(trip.state, "submitted", "the vehicle manager is asked, too")
        for role in ("technician", "inspector", "advisor", "dispatcher", "finance"):
            with (
                self.subTest(role=role),
                self.assert_refused(AccessError, "belongs to Vehicle manager"),
            ):
                self._as(role, trip).action_approve_means()
        manager = self._as("vehicle_manager", trip)
        with self.assert_refused(UserError, "choose the car"):
            manager.action_approve_means()
        with self.assert_refused(UserError, "has been asked for"):
            trip.vehicle_id = self.car
        manager.vehicle_id = self.car
        manager.action_approve_means()
        self.assertEqual(trip.state, "approved")
        self.assertEqual(trip.means_approved_by_id, self.user_vehicle_manager)

    def test_vehicle_manager_chooses_otherwise_with_a_reason(self):
        trip = self._trip()
        trip.action_submit()
        manager = self._as("vehicle_manager", trip)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            manager.means = "car"
            self.env.flush_all()
        manager.invalidate_recordset()
        with Form(manager, "aftersales.trip_view_form") as form:
            form.means = "car"
            form.means_override = "Roads are free, parts are heavy"
            form.vehicle_id = self.car
        self.assertEqual(manager.odometer_out, 20000)
        manager.action_approve_means()
        self.assertTrue(trip.is_override)

    def test_vehicle_manager_does_not_approve_his_own(self):
        employee = self.env["hr.employee"].create(
            {"name": "VM", "user_id": self.user_vehicle_manager.id}
        )
        goes_along = self._trip()
        goes_along.employee_ids |= employee
        goes_along.action_submit()
        asks = self._trip(
            user=self.user_vehicle_manager,
            tickets=goes_along.ticket_ids,
            kind="outing",
            reason="Inspection of the car",
            large_parts=True,
            vehicle_id=self.car.id,
            overlap_reason="On the way",
        )
        asks.action_submit()
        for trip in (goes_along, asks):
            with self.assert_refused(AccessError, "is your own"):
                self._as("vehicle_manager", trip).action_approve_means()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            asks.sudo().means_approved_by_id = self.user_vehicle_manager
            self.env.flush_all()
        self._as("manager", asks).action_approve_means()

    def test_one_car_goes_once(self):
        vals = {"large_parts": True, "means": "car"}
        self._approve(self._trip(**vals), self.car)
        second = self._trip(
            **vals, date_start="2026-03-04 09:00:00", overlap_reason="Changes at noon"
        )
        second.action_submit()
        manager = self._as("vehicle_manager", second)
        manager.vehicle_id = self.car
        with self.assert_refused(UserError, "is on trip TP"):
            manager.action_approve_means()
        later = self._trip(
            **vals, date_start="2026-03-05 00:00:00", date_stop="2026-03-06 00:00:00"
        )
        self.assertEqual(self._approve(later, self.car).state, "approved")

    def test_odometer_goes_into_the_fleet(self):
        trip = self._approve(self._trip(large_parts=True), self.car)
        trip.odometer_out = 19999
        with self.assert_refused(UserError, "stands at 20000.0 already"):
            trip.action_leave()
        trip.odometer_out = 20010
        trip.action_leave()
        with self.assert_refused(UserError, "enter the odometer"):
            trip.action_return()
        trip.odometer_in = 20150
        trip.action_return()
        self.assertEqual(trip.distance_driven, 140)
        self.assertEqual(self.car.odometer, 20150)
        with self.assert_refused(UserError, "stays as it is"):
            trip.odometer_in = 20999
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            trip.sudo().odometer_in = 1
            self.env.flush_all()

    def test_own_car_is_an_exception_with_its_own_odometer(self):
        trip = self._trip(means="own", means_override="No train, no car of ours")
        trip.driver_id = self.employee_2
        self._approve(trip)
        trip.odometer_out = 700
        trip.action_leave()
        with self.assert_refused(UserError, "enter the odometer"):
            trip.action_return()
        trip.odometer_in = 820
        trip.action_return()
        self.assertEqual(trip.distance_driven, 120)
        self.assertEqual(self.car.odometer, 20000, "the fleet's cars stood still")
        mileage = trip.cost_ids.filtered(lambda cost: cost.kind == "mileage")
        self.assertEqual(mileage.employee_id, self.employee_2)
        self.assertEqual(mileage.amount_allowed, 120)

    def test_refuelling_is_the_vehicle_managers(self):
        trip = self._approve(self._trip(large_parts=True), self.car)
        with self.assert_refused(AccessError, "belongs to Vehicle manager"):
            trip.action_refuel()
        manager = self._as("vehicle_manager", trip)
        action = manager.action_refuel()
        services = manager.env[action["res_model"]].with_context(**action["context"])
        with Form(services) as form:
            form.amount = 300
        entry = form.record
        self.assertEqual(entry.vehicle_id, self.car)
        self.assertEqual(trip.sudo().service_ids, entry)
        with self.assert_refused(UserError, "without a company car"):
            self._as("vehicle_manager", self._trip()).action_refuel()
