from odoo import api, models

# What hangs on the wall.
COMMON = (
    "demo_part_pads",
    "demo_part_wiper",
    "demo_part_fuse",
    "demo_part_mirror",
    "demo_operation_service",
    "demo_operation_brakes",
)


class AftersalesDemo(models.AbstractModel):
    """How the demo story's tickets are settled."""

    _inherit = "aftersales.demo"

    @api.model
    def _tell_story(self):
        result = super()._tell_story()
        for xmlid in COMMON:
            self.env.ref(f"aftersales.{xmlid}").aftersales_public_price = True
        self._ask_discount()
        return result

    def _ask_discount(self):
        """Let the customer of a finished ticket ask for something off."""
        ticket = self.env["aftersales.ticket"].search(
            [("state", "=", "ready"), ("service_mode", "=", "workshop")], limit=1
        )
        if not ticket:
            return
        finance = ticket.with_user(self._user("finance"))
        action = finance.action_settlement()
        discounts = self.env["aftersales.settlement.discount"]
        discounts.with_user(self._user("advisor")).create(
            {
                "settlement_id": action["res_id"],
                "percent": 5.0,
                "reason": self.env._("Third vehicle of the fleet this month"),
            }
        )

    def _step_settle(self, ticket):
        """Let Finance gather the papers and settle, the adviser explain."""
        finance = ticket.with_user(self._user("finance"))
        settlement = finance.env["aftersales.settlement"].browse(
            finance.action_settlement()["res_id"]
        )
        settlement.action_check()
        settlement.with_user(self._user("advisor")).write(
            {
                "work_explained": True,
                "invoice_explained": True,
                "accompanied": True,
                "next_service_told": True,
                "remaining_life_told": True,
            }
        )
        settlement.action_settle()
