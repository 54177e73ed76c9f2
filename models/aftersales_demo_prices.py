from odoo import api, fields, models
from odoo.fields import Command

# Parts of the light truck: demo name, pieces, number in the picture
PARTS = (
    ("motor", 1, "1"),
    ("battery", 6, "2"),
    ("controller", 1, "3"),
    ("pump", 1, "4"),
    ("pads", 2, "5"),
    ("mirror", 2, "6"),
    ("fuse", 8, "7"),
    ("bms", 1, "8"),
)
OPERATIONS = ("diagnosis", "motor", "brakes", "pump", "service")


class AftersalesDemo(models.AbstractModel):
    """Parts lists, published prices, dealers, and the plan of the store."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_prices(self):
        """Price the parts of the light truck. Called once, by the demo data."""
        keeper, finance = self._user("parts"), self._user("finance")
        boms = self.env["aftersales.service.bom"].with_user(keeper)
        truck = boms.create(
            {
                "name": self.env._("E3 Light Truck"),
                "model_id": self.env.ref("aftersales.demo_model_e3").id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self._part(name).id,
                            "quantity": quantity,
                            "position": position,
                        }
                    )
                    for name, quantity, position in PARTS
                ],
            }
        )
        boms.create(
            {
                "name": self.env._("Motor controller, inside"),
                "module_id": self._part("controller").id,
                "line_ids": [
                    Command.create({"product_id": self._part("fuse").id, "quantity": 2})
                ],
            }
        )
        run = (
            self.env["aftersales.price.run"]
            .with_user(keeper)
            .create(
                {
                    "bom_id": truck.id,
                    "product_price": 26000,
                    "date_effective": fields.Date.context_today(self),
                    "note": self.env._("First list by the double rule."),
                }
            )
        )
        run.action_find_prices()
        services = run.create(
            {
                "method": "entered",
                "date_effective": fields.Date.context_today(self),
                "note": self.env._("Labour standard and service charges."),
                "line_ids": [
                    Command.create(
                        {
                            "product_id": operation.id,
                            "guide_price": operation.list_price,
                        }
                    )
                    for operation in map(self._operation, OPERATIONS)
                ],
            }
        )
        for found in (run, services):
            found.action_propose()
            found.with_user(finance).action_publish()
        levels = (
            self.env["aftersales.dealer.level"]
            .with_user(finance)
            .create(
                [
                    {"name": self.env._("Level A")},
                    {
                        "name": self.env._("Level B"),
                        "basis": "guide",
                        "discount": 15,
                    },
                ]
            )
        )
        dealer = self.env.ref("aftersales.demo_partner_harbour_truck")
        dealer.aftersales_dealer_level_id = levels[0]
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "login": "dealer",
                "password": "dealer",
                "partner_id": dealer.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        plan = self.env["aftersales.reserve.plan"].with_user(keeper).create({})
        plan.action_compute()

    def _operation(self, name):
        return self.env.ref(f"aftersales.demo_operation_{name}")

    def _part(self, name):
        return self.env.ref(f"aftersales.demo_part_{name}")
