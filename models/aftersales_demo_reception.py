from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command

# What is found on board and on the outline, in turn.
BOARD = (
    [("Jack and wheel wrench", 1, "vehicle"), ("Extinguisher", 1, "vehicle")],
    [("Blanket", 2, "box"), ("Charging cable", 1, "box")],
    [("Tarpaulin straps", 6, "box"), ("Warning triangle", 1, "vehicle")],
    [],
)
MARKS = (
    [{"x": 22.0, "y": 28.0, "kind": "scratch", "note": "Door, 20 cm"}],
    [],
    [
        {"x": 8.0, "y": 62.0, "kind": "dent", "note": "Bumper, left"},
        {"x": 71.0, "y": 33.0, "kind": "rust", "note": "Load body"},
    ],
)


class AftersalesDemo(models.AbstractModel):
    """How the vehicles of the story came in."""

    _inherit = "aftersales.demo"

    def _step_receive(self, ticket, lines, options):
        """Let the adviser walk round the vehicle with the customer (R-RECV)."""
        if ticket.service_mode != "workshop":
            return
        advisor = ticket.with_user(self._user("advisor"))
        reception = self.env["aftersales.reception"].browse(
            advisor.action_receive_vehicle()["res_id"]
        )
        reception = reception.with_user(self._user("advisor"))
        number = reception.id
        items = BOARD[number % len(BOARD)]
        reception.write(
            {
                "odometer": ticket.odometer or ticket.vehicle_id.odometer or 10,
                "fuel_level": str(2 + number % 6),
                "key_place": f"{'ABC'[number % 3]}{1 + number % 8}",
                "marks": MARKS[number % len(MARKS)],
                "waiting": "waits" if number % 3 == 1 else "leaves",
                "old_parts": ("show", "discard", "return")[number % 3],
                "valuables_told": True,
                "covers_on": True,
                "explained": True,
                "no_items": not items,
                "box_number": f"K{number}" if items else False,
                "item_ids": [
                    Command.create({"name": name, "quantity": quantity, "place": place})
                    for name, quantity, place in items
                ],
                "signature": self._get_signature(),
                "advisor_signature": self._get_signature(),
            }
        )
        reception.paper_ids[:1].is_taken = True
        points = reception.check_line_ids
        if number % 2:
            points[:1].write({"result": "attention", "note": "Stone chips in front"})
        reception.action_check_rest_ok()
        reception.action_done()
        reception.action_give_copy()
        wipers = self.env.ref("aftersales.demo_part_wiper")
        if number % 3 == 0 and wipers not in reception.proposal_ids.product_id:
            reception.proposal_ids = [Command.create({"product_id": wipers.id})]
            reception.proposal_ids.filtered(
                lambda proposal: proposal.product_id == wipers
            )[-1:].action_decline()
        # sudo: the demo's past; what was reported just now is received just now, also
        # shortly before midnight
        reception.sudo().received_at = min(
            ticket.reported_at + timedelta(minutes=25), fields.Datetime.now()
        )
        ticket.sudo()._record_readings()
