from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestVehicleAccess(AftersalesCommon):
    """Who sees vehicles, and who may do what with them."""

    def _create(self, **vals):
        return self.env["aftersales.vehicle"].create(
            {"partner_id": self.customer.id, **vals}
        )

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
