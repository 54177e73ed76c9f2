from datetime import date, timedelta

from lxml import etree
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales.tests.common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestVehicle(AftersalesCommon):
    """The vehicle file and the customer file."""

    def _create(self, **vals):
        return self.env["aftersales.vehicle"].create(
            {"partner_id": self.customer.id, **vals}
        )

    # ------------------------------------------------------------------ identity

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

    # -------------------------------------------------------------------- people

    def test_user_must_match_the_file(self):
        stranger = self.env["res.partner"].create({"name": "Passer-by"})
        self.assertFalse(self.vehicle._check_user_match(self.customer))
        self.assertFalse(self.vehicle._check_user_match(self.driver))
        text = self.vehicle._check_user_match(stranger)
        self.assertIn("Passer-by", text)
        self.assertIn("Lin Freight", text)

    def test_owners_are_kept_as_history(self):
        self.vehicle.owner_ids.sudo().date_from = date(2025, 1, 1)
        buyer = self.env["res.partner"].create({"name": "Harbour Works"})
        wizard = Form(
            self.env["aftersales.vehicle.transfer"]
            .with_user(self.user_advisor)
            .with_context(default_vehicle_id=self.vehicle.id)
        )
        wizard.partner_id = buyer
        wizard.date = "2026-03-01"
        wizard.odometer = 5000
        wizard.save().action_transfer()
        self.assertEqual(self.vehicle.partner_id, buyer)
        self.assertFalse(self.vehicle.driver_id, "the user goes with the former owner")
        self.assertEqual(self.vehicle.odometer, 5000)
        new, old = self.vehicle.owner_ids
        self.assertEqual(
            (old.partner_id, old.date_to), (self.customer, date(2026, 3, 1))
        )
        self.assertEqual((new.partner_id, new.date_from), (buyer, date(2026, 3, 1)))
        self.assertEqual(new.odometer, 5000)
        self.assertFalse(new.date_to)

    def test_owner_changed_in_the_form_also_makes_history(self):
        buyer = self.env["res.partner"].create({"name": "Harbour Works"})
        self.vehicle.with_user(self.user_advisor).partner_id = buyer
        self.assertEqual(self.vehicle.owner_ids.partner_id, buyer | self.customer)
        self.assertEqual(
            len(self.vehicle.owner_ids.filtered(lambda o: not o.date_to)), 1
        )
        self.vehicle.partner_id = buyer
        self.assertEqual(len(self.vehicle.owner_ids), 2, "same owner: nothing new")

    def test_transfers_that_cannot_be(self):
        with self.assert_refused(UserError, "already belongs"):
            self.vehicle._transfer_ownership(self.customer)
        buyer = self.env["res.partner"].create({"name": "Harbour Works"})
        with self.assert_refused(UserError, "cannot change hands"):
            self.vehicle._transfer_ownership(buyer, date(2001, 1, 1))
        self.assertEqual(self.vehicle.partner_id, self.customer)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_owner_at_a_time(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["aftersales.vehicle.owner"].create(
                {
                    "vehicle_id": self.vehicle.id,
                    "partner_id": self.driver.id,
                    "date_from": date(2026, 1, 1),
                }
            )

    def test_changes_of_the_file_are_tracked(self):
        self.env.cr.precommit.run()
        vehicle = self.vehicle.with_env(self.env(context={}))
        vehicle.license_plate = "沪B00001"
        self.env.cr.precommit.run()
        tracked = self.vehicle.message_ids.sudo().tracking_value_ids
        self.assertIn("license_plate", tracked.field_id.mapped("name"))

    # ------------------------------------------------------------------ warranty

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

    # ------------------------------------------------------------ customer file

    def test_what_the_customer_file_lacks_is_said(self):
        self.assertIn("address of the owner", self.vehicle.file_missing)
        self.customer.street = "Dock Road 1"
        self.vehicle.vehicle_kind = "truck"
        self.assertFalse(self.vehicle.file_missing)

    def test_recommended_work_stays_until_somebody_closes_it(self):
        work = (
            self.env["aftersales.vehicle.recommendation"]
            .with_user(self.user_technician)
            .create({"vehicle_id": self.vehicle.id, "name": "Rear brake pads at 20 %"})
        )
        self.assertEqual(self.vehicle.open_recommendation_count, 1)
        work.action_done()
        self.assertEqual(self.vehicle.open_recommendation_count, 0)
        self.assertEqual(work.closed_by_id, self.user_technician)
        work.action_drop()
        self.assertEqual(work.state, "done", "closed once")
        with self.assert_refused(UserError, "part of its history"):
            work.sudo().unlink()

    def test_customer_of_a_person_and_his_people(self):
        self._create(vin=VINS[1], partner_id=self.driver.id)
        customer = self.customer.with_user(self.user_advisor)
        self.assertEqual(customer.aftersales_vehicle_count, 2)
        self.assertEqual(self.driver.aftersales_vehicle_count, 1)
        self.assertEqual(customer.aftersales_grade, "normal")
        self.assertEqual(
            self.env["aftersales.vehicle"].search_count(
                customer.action_aftersales_vehicles()["domain"]
            ),
            2,
        )

    def test_same_phone_is_announced(self):
        form = Form(self.env["res.partner"].with_user(self.user_advisor))
        form.name = "Lin again"
        form.phone = self.customer.phone
        self.assertIn(self.customer, form.aftersales_same_phone_ids[:])

    def test_customer_master_kept_by_sales(self):
        customer = self.customer.with_user(self.user_advisor)
        customer.name = "Lin Freight Co."
        self.company.aftersales_customer_master_locked = True
        customer.write({"name": "Lin Freight Co.", "phone": "+86 555 0299"})
        with self.assert_refused(UserError, "kept by Sales"):
            customer.street = "Elsewhere 2"
        self.driver.with_user(self.user_advisor).name = "Mr Zhao Min"
        self.user_advisor.group_ids += self.env.ref("sales_team.group_sale_salesman")
        customer.street = "Elsewhere 2"
        self.assertEqual(self.customer.street, "Elsewhere 2")

    # ------------------------------------------------------------- service parts

    def test_service_parts_by_model_and_by_product(self):
        boms = self.env["aftersales.service.bom"].create(
            [
                {
                    "name": "E3",
                    "model_id": self.vehicle_model.id,
                    "line_ids": [
                        Command.create({"product_id": self.motor.id}),
                        Command.create(
                            {
                                "product_id": self.brake_pads.id,
                                "quantity": 2,
                                "part_class": "wearing",
                            }
                        ),
                    ],
                },
                {
                    "name": "As a product",
                    "product_tmpl_id": self.mirror.product_tmpl_id.id,
                    "line_ids": [Command.create({"product_id": self.mirror.id})],
                },
            ]
        )
        self.assertEqual(
            self.vehicle._get_service_parts().product_id, self.motor | self.brake_pads
        )
        self.vehicle.product_id = self.mirror
        self.assertEqual(len(self.vehicle._get_service_parts()), 3)
        boms[0].action_archive()
        self.assertEqual(self.vehicle._get_service_parts().product_id, self.mirror)

    @mute_logger("odoo.sql_db")
    def test_service_parts_list_is_of_something_and_only_once(self):
        boms = self.env["aftersales.service.bom"]
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            boms.create({"name": "Of nothing"})
        boms.create({"name": "E3", "model_id": self.vehicle_model.id})
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            boms.create({"name": "E3 again", "model_id": self.vehicle_model.id})

    # -------------------------------------------------------------------- rights

    def test_roles(self):
        matrix = {
            # role: (write, create, unlink) of the vehicle file
            "technician": (False, False, False),
            "advisor": (True, True, False),
            "dispatcher": (False, False, False),
            "inspector": (False, False, False),
            "parts_keeper": (False, False, False),
            "finance": (False, False, False),
            "quality": (True, True, False),
            "manager": (True, True, True),
        }
        for role, allowed in matrix.items():
            vehicle = self.vehicle.with_user(self.users[role])
            with self.subTest(role):
                self.assertTrue(vehicle.has_access("read"))
                self.assertTrue(vehicle.display_name)
                self.assertEqual(
                    tuple(
                        vehicle.has_access(operation)
                        for operation in ("write", "create", "unlink")
                    ),
                    allowed,
                )
                owners = self.vehicle.owner_ids.with_user(self.users[role])
                self.assertFalse(owners.has_access("write"))
                self.assertFalse(owners.has_access("create"))

    def test_every_role_opens_the_form(self):
        for role, user in self.users.items():
            with self.subTest(role):
                view = Form(self.vehicle.with_user(user))
                self.assertEqual(view.vin, VINS[0])

    def test_people_without_a_role_see_nothing(self):
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.vehicle.with_user(outsider).read(["vin"])
        Form(self.customer.with_user(outsider))

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other station"})
        foreign = self.env["aftersales.vehicle"].create(
            {
                "vin": VINS[0],
                "partner_id": self.driver.id,
                "company_id": other.id,
            }
        )
        for role, user in self.users.items():
            with self.subTest(role):
                self.assertFalse(
                    self.env["aftersales.vehicle"]
                    .with_user(user)
                    .search([("company_id", "=", other.id)])
                )
                with self.assertRaises(AccessError):
                    foreign.with_user(user).read(["vin"])
                with self.assertRaises(AccessError):
                    foreign.owner_ids.with_user(user).read(["partner_id"])

    def test_portal_customer_reads_his_own_only(self):
        portal = new_test_user(
            self.env, "portal_zhao", groups="base.group_portal", company_id=1
        )
        portal.partner_id.parent_id = self.customer
        stranger = self.env["res.partner"].create({"name": "Harbour Works"})
        foreign = self._create(vin=VINS[1], partner_id=stranger.id)
        vehicles = self.env["aftersales.vehicle"].with_user(portal)
        self.assertEqual(vehicles.search([]), self.vehicle)
        self.assertEqual(vehicles.search([]).vin, VINS[0])
        self.assertIn("E3 Truck", vehicles.search([]).display_name)
        with self.assertRaises(AccessError):
            foreign.with_user(portal).read(["vin"])
        with self.assertRaises(AccessError):
            self.vehicle.with_user(portal).license_plate = "X"
        with self.assertRaises(AccessError):
            self.vehicle.with_user(portal).read(["note"])
        with self.assertRaises(AccessError):
            self.vehicle.with_user(portal).reading_ids.read(["value"])

    def test_only_a_manager_deletes_and_never_a_partner_with_vehicles(self):
        with self.assertRaises(AccessError):
            self.vehicle.with_user(self.user_advisor).unlink()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.customer.unlink()
        self.vehicle.with_user(self.user_manager).unlink()
        self.assertFalse(self.vehicle.exists())

    def test_customer_data_leaves_only_with_the_right_to_export(self):
        exporter = self.env.ref("base.group_allow_export")
        self.user_advisor.group_ids -= exporter
        vehicle = self.vehicle.with_user(self.user_advisor)
        with self.assertRaises(UserError):
            vehicle.export_data(["vin", "partner_id/phone"])
        self.user_advisor.group_ids += exporter
        rows = vehicle.export_data(["vin", "partner_id/phone"])["datas"]
        self.assertEqual(rows, [[VINS[0], self.customer.phone]])

    # ------------------------------------------------------------------- cost

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
