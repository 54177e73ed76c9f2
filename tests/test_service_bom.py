from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestServiceBom(AftersalesCommon):
    """Which parts fit a vehicle."""

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

    def _module(self):
        """Give the motor a list of its own, and put the motor on the truck's."""
        boms = self.env["aftersales.service.bom"]
        truck = boms.create(
            {
                "name": "E3",
                "model_id": self.vehicle_model.id,
                "line_ids": [
                    Command.create({"product_id": self.motor.id, "position": "7"}),
                    Command.create({"product_id": self.mirror.id, "quantity": 2}),
                ],
            }
        )
        module = boms.create(
            {
                "name": "Motor inside",
                "module_id": self.motor.id,
                "line_ids": [
                    Command.create({"product_id": self.brake_pads.id, "quantity": 4})
                ],
            }
        )
        self.env.flush_all()
        return truck, module

    def test_a_list_is_opened_up_with_its_modules(self):
        truck, module = self._module()
        rows = self.env["aftersales.service.bom.row"].search(
            [("bom_id", "=", truck.id)]
        )
        self.assertEqual(
            [(row.product_id, row.level, row.quantity) for row in rows],
            [(self.motor, 1, 1), (self.brake_pads, 2, 4), (self.mirror, 1, 2)],
        )
        self.assertEqual(rows[1].module_id, self.motor)
        self.assertEqual(truck.line_count, 3)
        module.action_archive()
        self.env.invalidate_all()
        self.assertEqual(truck.line_count, 2)

    def test_what_a_part_fits(self):
        truck, module = self._module()
        action = self.brake_pads.product_tmpl_id.action_aftersales_fits()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.bom_id, truck | module)
        self.assertIn(self.vehicle_model, rows.model_id)
        rows = self.vehicle._get_fitting_parts()
        self.assertEqual(rows.bom_id, truck)

    def test_a_module_does_not_contain_itself(self):
        __, module = self._module()
        with self.assertRaisesRegex(ValidationError, "would contain itself"):
            module.line_ids = [Command.create({"product_id": self.motor.id})]
        with self.assertRaisesRegex(ValidationError, "would contain itself"):
            self.env["aftersales.service.bom"].create(
                {
                    "name": "Pads",
                    "module_id": self.brake_pads.id,
                    "line_ids": [Command.create({"product_id": self.motor.id})],
                }
            )

    def test_several_parts_are_picked_on_the_ticket(self):
        self._module()
        ticket = self._diagnosed().with_user(self.user_technician)
        action = ticket.action_pick_parts()
        picker = self.env[action["res_model"]].browse(action["res_id"])
        picker = picker.with_user(self.user_technician)
        with Form(picker) as form:
            self.assertEqual(len(form.shown_line_ids), 3)
            form.look_for = "drive motor"
        picker.action_look()
        # Found by its own name, or by that of its module
        self.assertEqual(picker.shown_line_ids.product_id, self.motor | self.brake_pads)
        self.assertEqual(picker.shown_line_ids[0].available, 20)
        with self.assertRaisesRegex(UserError, "enter a quantity"):
            picker.action_add()
        picker.payer = "goodwill"
        picker.line_ids.filtered(
            lambda line: line.product_id != self.motor
        ).quantity = 3
        picker.action_add()
        lines = ticket.line_ids
        self.assertEqual(lines.product_id, self.brake_pads | self.mirror)
        self.assertEqual(set(lines.mapped("quantity")), {3})
        self.assertEqual(set(lines.mapped("payer")), {"goodwill"})
        self.assertEqual(set(lines.mapped("approval")), {"proposed"})

    def test_a_vehicle_without_a_list_is_told(self):
        ticket = self._diagnosed().with_user(self.user_advisor)
        with self.assertRaisesRegex(UserError, "no service parts list"):
            ticket.action_pick_parts()
