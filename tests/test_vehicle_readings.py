from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales.tests.common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestReadings(AftersalesCommon):
    """Meters that tell the truth (R-BEY-02)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = date.today()

    def _day(self, ago):
        return self.today - timedelta(days=ago)

    def _read(self, value, ago=0, **extra):
        return self.vehicle._add_reading(value, self._day(ago), **extra)

    def test_the_latest_reading_is_the_odometer(self):
        self._read(1000, ago=20)
        self._read(3000)
        self._read(2000, ago=10)
        self.assertEqual(self.vehicle.odometer, 3000)
        self.assertEqual(self.vehicle.odometer_date, self.today)
        self.assertEqual(self.vehicle.average_daily_distance, 100)

    def test_below_the_last_reading_is_refused(self):
        self._read(3000, ago=1)
        with self.assert_refused(ValidationError, "2,999 km.*3,000 km"):
            self._read(2999)
        self.assertEqual(self.vehicle.odometer, 3000)

    def test_beyond_what_it_can_have_run_is_refused(self):
        self._read(1000, ago=2)
        with self.assert_refused(ValidationError, "at most 1,500 a day"):
            self._read(4001)
        self._read(4000)
        self.company.aftersales_max_daily_distance = 0
        self._read(900000)

    def test_limit_in_miles(self):
        self.vehicle.odometer_unit = "mi"
        self._read(1000, ago=1)
        with self.assertRaises(ValidationError):
            self._read(1940)
        self._read(1930)

    def test_same_day_counts_as_one_day(self):
        self._read(1000)
        self._read(2500)
        with self.assertRaises(ValidationError):
            self._read(4001)

    def test_backdated_readings_are_judged_by_both_neighbours(self):
        self._read(1000, ago=20)
        self._read(3000, ago=10)
        with self.assert_refused(ValidationError, "does not fit the later one"):
            self._read(3001, ago=15)
        with self.assert_refused(ValidationError, "below the earlier one"):
            self._read(999, ago=15)
        self._read(2000, ago=15)
        with self.assert_refused(ValidationError, "does not fit the later one"):
            self._read(3500, ago=30)

    def test_an_override_needs_a_reason_and_stays_visible(self):
        self._read(1000, ago=2)
        reading = self._read(90000, reason="long_trip")
        self.assertEqual(reading.plausibility, "beyond")
        self.assertEqual(self._read(90010, reason="long_trip").plausibility, "ok")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self.cr.execute(
                    "UPDATE aftersales_vehicle_reading SET reason = NULL WHERE id = %s",
                    (reading.id,),
                )

    def test_nobody_writes_the_verdict(self):
        vehicle = self.vehicle.with_user(self.user_manager)
        reading = vehicle._add_reading(1000, plausibility="beyond", reason="long_trip")
        self.assertEqual(reading.plausibility, "ok")
        reading.plausibility = "below"
        self.env.invalidate_all()
        self.assertEqual(reading.plausibility, "ok")

    def test_swapped_meter_carries_warranty_and_service_over(self):
        self.vehicle.write(
            {
                "delivery_date": self._day(400),
                "last_service_date": self._day(60),
                "last_service_odometer": 48000,
            }
        )
        self._read(50000, ago=10)
        self.assertEqual(self.vehicle.next_service_odometer, 58000)
        technician = self.vehicle.with_user(self.user_technician)
        technician._add_reading(10, self._day(9), reason="meter_swapped")
        self.assertEqual(self.vehicle.odometer, 10)
        self.assertEqual(self.vehicle.odometer_offset, 49990)
        self.assertEqual(self.vehicle.next_service_odometer, 8010)
        self.assertTrue(self.vehicle._is_under_warranty(odometer=10010))
        self.assertFalse(self.vehicle._is_under_warranty(odometer=10011))
        self._read(500)
        # 50,000 km of the first meter over 390 days, then 490 of the second.
        self.assertAlmostEqual(self.vehicle.average_daily_distance, 50490 / 400, 1)

    def test_a_wrong_reading_is_set_aside_not_erased(self):
        wrong = self._read(9000, ago=10, reason="long_trip")
        with self.assertRaises(ValidationError):
            self._read(950)
        wrong.with_user(self.user_advisor).action_void()
        self._read(950)
        self.assertEqual(self.vehicle.odometer, 950)
        self.assertTrue(wrong.exists())
        self.assertIn("9,000 km", self.vehicle.message_ids[0].body)
        with self.assertRaises(AccessError):
            wrong.with_user(self.user_technician).action_void()
        with self.assertRaises(AccessError):
            wrong.with_user(self.user_advisor).unlink()

    def test_hours_have_their_own_series(self):
        self._read(3000, ago=1)
        self._read(40, ago=1, measure="hours")
        with self.assert_refused(ValidationError, "at most 24 a day"):
            self._read(65, measure="hours")
        self._read(60, measure="hours")
        self.assertEqual(self.vehicle.engine_hours, 60)
        self.assertEqual(self.vehicle.odometer, 3000)

    def test_a_reading_of_tomorrow_is_refused(self):
        with self.assert_refused(ValidationError, "still to come"):
            self._read(10, ago=-1)

    def test_a_moment_is_taken_as_the_day_of_the_user(self):
        self.env.user.tz = "Asia/Shanghai"
        with freeze_time("2026-05-02 12:00:00"):
            reading = self.vehicle._add_reading(10, datetime(2026, 5, 1, 20, 0))
        self.assertEqual(reading.date, date(2026, 5, 2))

    def test_the_odometer_of_a_new_file_is_its_first_reading(self):
        vehicle = self.env["aftersales.vehicle"].create(
            {
                "vin": VINS[1],
                "partner_id": self.customer.id,
                "odometer": 1200,
                "engine_hours": 30,
                "delivery_date": self._day(100),
            }
        )
        self.assertEqual(vehicle.odometer, 1200)
        self.assertEqual(vehicle.engine_hours, 30)
        self.assertEqual(len(vehicle.reading_ids), 2)
        self.assertEqual(vehicle.average_daily_distance, 12)

    def test_who_may_read_a_meter(self):
        for role in ("technician", "inspector", "advisor", "quality", "manager"):
            self._as(role, self.vehicle)._add_reading(100)
        for role in ("finance", "parts_keeper", "dispatcher"):
            with self.assertRaises(AccessError):
                self._as(role, self.vehicle)._add_reading(100)

    def test_many_readings_are_judged_in_few_queries(self):
        vehicles = self.env["aftersales.vehicle"].create(
            [
                {"serial_number": f"R-{number}", "partner_id": self.customer.id}
                for number in range(100)
            ]
        )
        self.env.flush_all()
        with self.assertQueryCount(25):
            self.env["aftersales.vehicle.reading"].create(
                [
                    {"vehicle_id": vehicle.id, "value": 10 * step, "date": day}
                    for vehicle in vehicles
                    for step, day in enumerate((self._day(2), self._day(1)))
                ]
            )
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestServiceDue(AftersalesCommon):
    """What falls due, and who is reminded (R-VEH-04, R-VEH-12, R-BEY-17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicles = cls.env["aftersales.vehicle"]
        cls.cron = cls.env.ref("aftersales.ir_cron_vehicle_reminders")
        # Every vehicle but the ones a test makes is out of it.
        cls.vehicles.search([]).write({"state": "sold"})

    def _create(self, **vals):
        serial = f"S-{self.vehicles.search_count([])}"
        return self.vehicles.create(
            {"serial_number": serial, "partner_id": self.customer.id, **vals}
        )

    def _run(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    @freeze_time("2026-06-01")
    def test_next_service_counts_from_the_service_done(self):
        vehicle = self._create(delivery_date="2026-01-01")
        self.assertEqual(vehicle.next_service_date, date(2026, 7, 1))
        self.assertEqual(vehicle.next_service_odometer, 10000)
        vehicle._register_service(date(2026, 5, 20), 9000)
        self.assertEqual(vehicle.next_service_date, date(2026, 11, 20))
        self.assertEqual(vehicle.next_service_odometer, 19000)

    @freeze_time("2026-06-01")
    def test_intervals_come_from_the_model(self):
        self.vehicle_model.write(
            {
                "aftersales_service_interval_months": 3,
                "aftersales_service_interval_distance": 5000,
            }
        )
        vehicle = self._create(
            delivery_date="2026-01-01", model_id=self.vehicle_model.id
        )
        self.assertEqual(vehicle.next_service_date, date(2026, 4, 1))
        self.assertEqual(vehicle.next_service_odometer, 5000)

    @freeze_time("2026-06-01")
    def test_whichever_comes_first_by_its_own_use(self):
        vehicle = self._create(delivery_date="2026-05-02")
        self.assertEqual(vehicle.next_service_due_date, date(2026, 11, 2))
        self.assertEqual(vehicle.next_service_basis, "date")
        # 100 km a day: 10,000 km are reached 70 days on.
        vehicle._add_reading(3000)
        self.assertEqual(vehicle.average_daily_distance, 100)
        self.assertEqual(vehicle.next_service_due_date, date(2026, 8, 10))
        self.assertEqual(vehicle.next_service_basis, "distance")
        with freeze_time("2026-06-11"):
            vehicle.invalidate_recordset(["estimated_odometer"])
            self.assertEqual(vehicle.estimated_odometer, 4000)

    @freeze_time("2026-06-01")
    def test_one_activity_per_due_service_however_often_the_cron_runs(self):
        vehicle = self._create(delivery_date="2025-12-10", user_id=self.user_advisor.id)
        later = self._create(delivery_date="2026-05-01")
        self._run()
        self._run()
        activity = vehicle.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.user_advisor)
        self.assertEqual(activity.date_deadline, date(2026, 6, 10))
        self.assertFalse(later.activity_ids)
        # Done, the next one counts from it and is reminded in its turn.
        vehicle._register_service(date(2026, 6, 1), 5000)
        self.assertFalse(vehicle.activity_ids)
        self._run()
        self.assertFalse(vehicle.activity_ids)
        with freeze_time("2026-11-30"):
            self._run()
            self.assertEqual(len(vehicle.activity_ids), 1)

    @freeze_time("2026-06-01")
    def test_a_due_day_that_was_slept_through_is_not_lost(self):
        vehicle = self._create(delivery_date="2025-01-10")
        self._run()
        self.assertEqual(vehicle.activity_ids.date_deadline, date(2026, 6, 1))

    @freeze_time("2026-06-01")
    def test_statutory_dates(self):
        vehicle = self._create(
            annual_inspection_date="2026-06-15",
            secondary_maintenance_date="2026-06-16",
        )
        self._run()
        self.assertEqual(
            vehicle.activity_ids.activity_type_id,
            self.env.ref("aftersales.mail_activity_type_annual_inspection"),
        )
        self.company.aftersales_service_lead_days = 15
        self._run()
        self.assertEqual(len(vehicle.activity_ids), 2)
        vehicle.annual_inspection_date = "2026-06-14"
        self._run()
        self.assertEqual(len(vehicle.activity_ids), 3, "another day, another reminder")

    @freeze_time("2026-06-01")
    def test_who_is_reminded(self):
        vehicle = self._create(delivery_date="2025-12-10")
        self.assertEqual(vehicle._get_reminder_user(), self.env.ref("base.user_admin"))
        self.company.aftersales_vehicle_custodian_id = self.user_quality
        self.assertEqual(vehicle._get_reminder_user(), self.user_quality)
        self.customer.aftersales_designated_user_id = self.user_advisor
        self.assertEqual(vehicle._get_reminder_user(), self.user_advisor)
        vehicle.user_id = self.user_manager
        self.assertEqual(vehicle._get_reminder_user(), self.user_manager)
        self.user_manager.active = False
        self.assertEqual(vehicle._get_reminder_user(), self.user_advisor)

    @freeze_time("2026-06-01")
    def test_no_reminder_for_vehicles_that_are_gone_or_our_own(self):
        gone = self._create(delivery_date="2025-12-10", state="scrapped")
        own = self._create(
            delivery_date="2025-12-10", partner_id=self.company.partner_id.id
        )
        archived = self._create(delivery_date="2025-12-10", active=False)
        self._run()
        self.assertFalse((gone | own | archived).activity_ids)

    @freeze_time("2026-06-01")
    def test_a_broken_file_does_not_stop_the_others(self):
        first, broken, last = (
            self._create(delivery_date="2025-12-10") for __ in range(3)
        )
        origin = type(self.vehicles)._get_reminder_user

        def fail(vehicle):
            if vehicle == broken:
                raise ValueError("broken on purpose")
            return origin(vehicle)

        self.patch(type(self.vehicles), "_get_reminder_user", fail)
        logger = "odoo.addons.aftersales.models.aftersales_vehicle_service"
        for __ in range(3):
            with self.assertLogs(logger, "ERROR"):
                self._run()
        self.assertTrue(first.activity_ids)
        self.assertTrue(last.activity_ids)
        self.assertFalse(broken.service_reminder_date)
        # A manager is asked to look, once, not with every run.
        told = broken.activity_ids
        self.assertEqual(len(told), 1)
        self.assertEqual(
            told.activity_type_id, self.env.ref("mail.mail_activity_data_warning")
        )
        self.assertTrue(told.user_id.has_group("aftersales.group_aftersales_manager"))
        self.assertIn("broken on purpose", told.note)
        self.assertIn("broken on purpose", broken.failure)
        self.patch(type(self.vehicles), "_get_reminder_user", origin)
        self._run()
        self.assertEqual(len(broken.activity_ids - told), 1)
        self.assertFalse(broken.failure)
        self.assertEqual(len(first.activity_ids), 1)

    @freeze_time("2026-06-01")
    def test_each_company_has_its_own_lead(self):
        other = self.env["res.company"].create(
            {"name": "Other station", "aftersales_service_lead_days": 60}
        )
        soon = self._create(delivery_date="2026-01-15")
        foreign = self.vehicles.create(
            {
                "serial_number": "F-1",
                "partner_id": self.driver.id,
                "company_id": other.id,
                "service_interval_months": 6,
                "delivery_date": "2026-01-15",
            }
        )
        self.env.user.company_ids = [Command.link(other.id)]
        self._run()
        self.assertFalse(soon.activity_ids)
        self.assertEqual(len(foreign.activity_ids), 1)
