from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from .common_parts import PartsCommon


class PriceCommon(PartsCommon):
    """A truck with its parts list, and people who price its parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truck = cls.env["product.template"].create(
            {
                "name": "E3 Truck",
                "tracking": "serial",
                "is_storable": True,
                "aftersales_is_vehicle": True,
                "list_price": 1700,
            }
        )
        cls.bms = cls._part("Battery management unit", 0, 400)
        cls.bolt = cls._part("Bolt", 9, 4)
        for part, part_class in (
            (cls.motor, "assembly"),
            (cls.pump, "other"),
            (cls.brake_pads, "wear"),
            (cls.bolt, "standard"),
            (cls.bms, "core"),
        ):
            part.aftersales_part_class = part_class
            part.aftersales_is_part = True
        cls.bom = cls.env["aftersales.service.bom"].create(
            {
                "name": "Parts of the E3",
                "model_id": cls.vehicle_model.id,
                "product_tmpl_id": cls.truck.id,
                "line_ids": [
                    Command.create({"product_id": part.id, "quantity": quantity})
                    for part, quantity in (
                        (cls.motor, 1),
                        (cls.pump, 2),
                        (cls.brake_pads, 4),
                        (cls.bolt, 20),
                        (cls.bms, 1),
                    )
                ],
            }
        )
        cls.day = fields.Date.today() + timedelta(days=10)
        cls.finance_2 = new_test_user(
            cls.env,
            login="finance_2",
            groups="aftersales.group_aftersales_finance",
            company_id=cls.company.id,
        )

    @classmethod
    def _run(cls, **vals):
        return (
            cls.env["aftersales.price.run"]
            .with_user(cls.user_parts_keeper)
            .create({"bom_id": cls.bom.id, "date_effective": cls.day, **vals})
        )

    @classmethod
    def _entered(cls, prices, **vals):
        """Return a run with ``prices``: product -> (settlement price, guide price)."""
        return cls._run(
            method="entered",
            bom_id=False,
            line_ids=[
                Command.create(
                    {"product_id": product.id, "price": price, "guide_price": guide}
                )
                for product, (price, guide) in prices.items()
            ],
            **vals,
        )

    @classmethod
    def _publish(cls, run):
        run.action_propose()
        run.with_user(cls.user_finance).action_publish()
