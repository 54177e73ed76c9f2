from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import tagged
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
