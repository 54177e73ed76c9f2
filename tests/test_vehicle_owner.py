from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestVehicleOwner(AftersalesCommon):
    """Whose the vehicle is, and whose it was."""

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
