from datetime import date

from odoo.tests import tagged

from .common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestVehicleWarranty(AftersalesCommon):
    """How long the warranty of a vehicle lasts."""

    def _create(self, **vals):
        return self.env["aftersales.vehicle"].create(
            {"partner_id": self.customer.id, **vals}
        )

    def test_warranty_from_model_then_company(self):
        vehicle = self._create(vin=VINS[1], delivery_date="2025-01-31")
        self.assertEqual(vehicle.warranty_start_date, date(2025, 1, 31))
        self.assertEqual(vehicle.warranty_end_date, date(2028, 1, 31))
        self.assertEqual(vehicle.warranty_end_odometer, 60000)
        self.vehicle_model.write(
            {"aftersales_warranty_months": 12, "aftersales_warranty_distance": 1000}
        )
        self.assertEqual(vehicle.warranty_end_date, date(2028, 1, 31))
        self.vehicle.delivery_date = "2025-01-31"
        self.assertEqual(self.vehicle.warranty_end_date, date(2026, 1, 31))
        self.assertEqual(self.vehicle.warranty_end_odometer, 1000)

    def test_warranty_in_miles(self):
        vehicle = self._create(
            vin=VINS[1], odometer_unit="mi", delivery_date="2025-01-31"
        )
        self.assertEqual(vehicle.warranty_end_odometer, 37282)

    def test_warranty_ends_with_whichever_comes_first(self):
        vehicle = self._create(vin=VINS[1], delivery_date="2025-01-31")
        for day, odometer, holds in (
            (date(2028, 1, 31), 60000, True),
            (date(2028, 2, 1), 10, False),
            (date(2026, 1, 1), 60001, False),
            (date(2025, 1, 30), 0, False),
        ):
            with self.subTest(day=day, odometer=odometer):
                self.assertEqual(vehicle._is_under_warranty(day, odometer), holds)
        vehicle.warranty_end_odometer = 0
        self.assertTrue(vehicle._is_under_warranty(date(2026, 1, 1), 999999))
        self.assertFalse(self.vehicle._is_under_warranty(), "never delivered")

    def test_settings_do_not_touch_files_that_exist(self):
        vehicle = self._create(vin=VINS[1], delivery_date="2025-01-31")
        self.company.aftersales_warranty_months = 6
        self.company.aftersales_service_interval_months = 1
        vehicle.invalidate_recordset()
        self.assertEqual(vehicle.warranty_end_date, date(2028, 1, 31))
        self.assertEqual(vehicle.service_interval_months, 6)
