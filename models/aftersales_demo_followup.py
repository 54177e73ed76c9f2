from datetime import timedelta

from odoo import api, fields, models


class AftersalesDemo(models.AbstractModel):
    """What customers say afterwards, and who calls whom in the meantime."""

    _inherit = "aftersales.demo"

    @api.model
    def _tell_followups(self):
        """Make some of the story's follow-ups, leave others open or overdue.

        Called once, by the demo data, after the tickets have been played.
        """
        clerk = self._user("advisor")
        self.env.company.write(
            {
                "aftersales_followup_user_id": clerk.id,
                "aftersales_followup_supervisor_id": self._user("manager").id,
            }
        )
        followups = self.env["aftersales.followup"].search(
            [("state", "=", "planned")], order="window_end, id"
        )
        followups._open()
        answers = (
            {
                "satisfied": "satisfied",
                "score": 95,
                "usage_note": "Two shifts a day, some 220 km.",
                "opinion": "The technician explained what he did.",
                "new_needs": "Thinks of a second sweeper in spring.",
            },
            {
                "satisfied": "dissatisfied",
                "score": 40,
                "opinion": "The repair was good, the wait was not.",
                "complaint_text": "Nobody called when the part was late.",
                "requests": "Wants to know earlier when a date moves.",
            },
        )
        followups[-1:].partner_id.write(
            {"aftersales_call_from": 17.5, "aftersales_call_to": 19}
        )
        for followup, answer in zip(followups[1:], answers, strict=False):
            own = followup.with_user(clerk)
            own.write(answer)
            own.point_ids[:4].is_done = True
            own.action_done()
        followups[:1].with_user(clerk).action_call_attempt()
        self._tell_calls(clerk)
        self._tell_purchase_intent()

    def _tell_purchase_intent(self):
        """Let a technician hear of a customer who thinks of another vehicle."""
        self.env.company.aftersales_sales_user_id = self._user("manager")
        ticket = self.env["aftersales.ticket"].search(
            [("technician_id", "=", self._user("technician").id)],
            order="reported_at, id",
            limit=1,
        )
        ticket = ticket.with_user(self._user("technician"))
        ticket.purchase_intent = self.env._("Wants a second truck next spring")
        ticket.action_pass_to_sales()

    def _tell_calls(self, clerk):
        """Enter some calls of these days in the register."""
        vehicles = self.env["aftersales.vehicle"].search([], order="id", limit=4)
        now = fields.Datetime.now()
        calls = (
            {
                "direction": "in",
                "inbound_type": "consultation",
                "summary": "May the truck be charged overnight in the cold?",
                "answer": "Yes, with the heater plugged in.",
                "answered_in_rings": 2,
                "satisfied": "satisfied",
            },
            {
                "direction": "in",
                "inbound_type": "parts",
                "summary": "Wants two wiper blades, picks them up himself.",
                "answered_in_rings": 5,
            },
            {
                "direction": "in",
                "inbound_type": "other",
                "summary": "Missed call",
                "is_missed": True,
            },
            {
                "direction": "out",
                "outbound_type": "care",
                "summary": "Reminded of the service that is due this month.",
                "answer": "Will call back for a date.",
            },
        )
        self.env["aftersales.call"].with_user(clerk).create(
            [
                {
                    **call,
                    "date": now - timedelta(hours=5 * number + 1),
                    "vehicle_id": vehicle.id,
                    "partner_id": (vehicle.driver_id or vehicle.partner_id).id,
                    "company_id": vehicle.company_id.id,
                }
                for number, (vehicle, call) in enumerate(
                    zip(vehicles, calls, strict=False)
                )
            ]
        )
