from datetime import timedelta

from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestVehicle(AftersalesCommon):
    """One vehicle, one file: its numbers, its lists."""

    def _create(self, **vals):
        return self.env["aftersales.vehicle"].create(
            {"partner_id": self.customer.id, **vals}
        )

    def test_one_vehicle_one_file(self):
        with self.assert_refused(ValidationError, "Lin Freight"):
            self._create(vin=VINS[0].lower())
        with self.assert_refused(ValidationError, "comes twice"):
            self.env["aftersales.vehicle"].create(
                [{"partner_id": self.customer.id, "vin": VINS[1]}] * 2
            )
        other = self._create(vin=VINS[1])
        with self.assert_refused(ValidationError, "already has a file"):
            other.vin = VINS[0]

    def test_an_archived_file_frees_its_vin_until_it_returns(self):
        self.vehicle.action_archive()
        self._create(vin=VINS[0])
        with self.assert_refused(ValidationError, "already has a file"):
            self.vehicle.action_unarchive()

    @mute_logger("odoo.sql_db")
    def test_the_database_itself_refuses_a_second_file(self):
        other = self._create(vin=VINS[1])
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE aftersales_vehicle SET vin = %s WHERE id = %s",
                (VINS[0], other.id),
            )
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE aftersales_vehicle SET vin = 'SHORT' WHERE id = %s", (other.id,)
            )
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE aftersales_vehicle SET odometer = -1 WHERE id = %s", (other.id,)
            )

    @mute_logger("odoo.sql_db")
    def test_a_machine_without_vin_needs_its_serial_number(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._create(vin="  ")
        machine = self._create(serial_number=" WL-1 ")
        self.assertEqual(machine.serial_number, "WL-1")
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._create(serial_number="WL-1")
        self._create(serial_number="WL-1", product_id=self.motor.id)

    def test_a_copy_has_no_number_of_its_own(self):
        form = self.vehicle.copy_data()[0]
        self.assertNotIn("vin", form)
        self.assertNotIn("license_plate", form)
        copy = self.vehicle.copy({"serial_number": "COPY-1"})
        self.assertEqual(copy.model_id, self.vehicle_model)

    def test_same_plate_warns_and_does_not_refuse(self):
        form = Form(self.env["aftersales.vehicle"])
        form.vin = VINS[1]
        self.assertFalse(form.duplicate_ids[:])
        form.license_plate = " 苏a12345"
        self.assertEqual(form.license_plate, "苏A12345")
        self.assertEqual(form.duplicate_ids[:], self.vehicle)
        form.partner_id = self.customer
        other = form.save()
        self.assertEqual(self.vehicle.duplicate_ids, other)
        self.assertEqual(
            self.env["aftersales.vehicle"].search(
                self.vehicle.action_open_duplicates()["domain"]
            ),
            other,
        )

    def test_found_by_any_of_its_numbers(self):
        self.vehicle.write({"engine_number": "ENG-77", "serial_number": "S-9"})
        for text in (VINS[0][-6:], "a12345", "eng-77", "S-9"):
            found = self.env["aftersales.vehicle"].name_search(text)
            self.assertIn(self.vehicle.id, [vehicle_id for vehicle_id, __ in found])
        self.assertEqual(
            self.vehicle.display_name, f"苏A12345 · Feiyue/E3 Truck · {VINS[0]}"
        )

    def test_changes_of_the_file_are_tracked(self):
        self.env.cr.precommit.run()
        vehicle = self.vehicle.with_env(self.env(context={}))
        vehicle.license_plate = "沪B00001"
        self.env.cr.precommit.run()
        tracked = self.vehicle.message_ids.sudo().tracking_value_ids
        self.assertIn("license_plate", tracked.field_id.mapped("name"))

    def test_a_page_of_the_list_costs_few_queries(self):
        self.env["aftersales.vehicle"].create(
            [
                {
                    "serial_number": f"L-{number}",
                    "partner_id": self.customer.id,
                    "model_id": self.vehicle_model.id,
                }
                for number in range(80)
            ]
        )
        vehicles = self.env["aftersales.vehicle"].with_user(self.user_advisor)
        for kind, limit in (("list", 22), ("kanban", 22)):
            view = self.env.ref(f"aftersales.vehicle_view_{kind}")
            names = {
                node.get("name") for node in etree.fromstring(view.arch).iter("field")
            } - {"activity_ids"}
            specification = {
                name: {"fields": {"display_name": {}}}
                if vehicles._fields[name].relational
                else {}
                for name in names
            }
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(kind), self.assertQueryCount(limit):
                page = vehicles.web_search_read([], specification, limit=80)
                self.assertEqual(len(page["records"]), 80)

    def test_a_batch_of_files_costs_few_queries(self):
        vals_list = [
            {
                "serial_number": f"M-{number}",
                "partner_id": self.customer.id,
                "model_id": self.vehicle_model.id,
                "odometer": 100,
                "delivery_date": fields.Date.today() - timedelta(days=30),
            }
            for number in range(100)
        ]
        self._create(serial_number="warm")
        self.env.flush_all()
        with self.assertQueryCount(30):
            self.env["aftersales.vehicle"].create(vals_list)
            self.env.flush_all()
