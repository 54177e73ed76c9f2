from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from .aftersales_appointment import CHECKLIST

# Working days from today, hour of work of that day, number of the vehicle, request,
# product, how far it has come.
EXPECTED = (
    (1, 1, 3, "Yearly service before the summer", "demo_operation_service", "reminded"),
    (1, 2, 5, "Brakes squeal when it rains", "demo_operation_brakes", "prepared"),
    (2, 0, 7, "Drive motor howls uphill", "demo_operation_motor", "agreed"),
    (3, 1, 9, "Brake pedal is soft", "demo_operation_brakes", "agreed"),
    (4, 3, 11, "Wants to know why the range is short", None, "draft"),
    # Some time ago, and nobody came.
    (-6, 1, 13, "Mirror loose", None, "no_show"),
)


class AftersalesDemo(models.AbstractModel):
    """Whom the workshop expects, and who did not come."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_appointments(self):
        """Enter appointments around today. Called once, by the demo data."""
        advisor = self._user("advisor")
        team = self.env.ref("aftersales.demo_team_workshop")
        clock = team._get_clock()
        now = fields.Datetime.now()
        Appointment = self.env["aftersales.appointment"].with_user(advisor)
        for days, hours, number, complaint, product, state in EXPECTED:
            vehicle = self.env.ref(f"aftersales.demo_vehicle_{number:02d}")
            day = clock.day_bounds(now + timedelta(days=days))[0]
            start = clock.add(day, hours * 60 + 1) - timedelta(minutes=1)
            product = product and self.env.ref(
                f"aftersales.{product}", raise_if_not_found=False
            )
            appointment = Appointment.create(
                {
                    "partner_id": vehicle.partner_id.id,
                    "contact_id": vehicle.driver_id.id,
                    "vehicle_id": vehicle.id,
                    "complaint": complaint,
                    "planned_start": start,
                    "team_id": team.id,
                    "cost_told": state != "draft",
                    "agreed_by": state != "draft" and vehicle.partner_id.name,
                    "line_ids": [Command.create({"product_id": product.id})]
                    if product
                    else [],
                }
            )
            self._bring_appointment(appointment, state)
        self._count_kept(team, advisor)

    def _bring_appointment(self, appointment, state):
        """Take the steps that lead to ``state``."""
        if state == "draft":
            return
        if state == "no_show":
            # What is past cannot be agreed any more: it is entered as it ended.
            appointment.sudo().write(
                {
                    "state": state,
                    "agreed_at": appointment.planned_start - timedelta(days=2),
                    "no_show_at": appointment.planned_start + timedelta(hours=1),
                }
            )
            return
        appointment.action_agree()
        if state == "agreed":
            return
        appointment.action_tell_workshop()
        appointment.write(dict.fromkeys(CHECKLIST, True))
        appointment.action_prepare()
        if state == "reminded":
            appointment.action_confirm_day()

    def _count_kept(self, team, advisor):
        """Let some tickets of the past have come from an appointment."""
        tickets = self.env["aftersales.ticket"].search(
            [
                ("team_id", "=", team.id),
                ("state", "in", ("delivered", "closed")),
                ("partner_id", "!=", False),
            ],
            limit=4,
        )
        self.env["aftersales.appointment"].create(
            [
                {
                    "partner_id": ticket.partner_id.id,
                    "contact_id": ticket.contact_id.id,
                    "vehicle_id": ticket.vehicle_id.id,
                    "complaint": ticket.complaint,
                    "planned_start": ticket.reported_at,
                    "team_id": team.id,
                    "advisor_id": ticket.advisor_id.id or advisor.id,
                    "cost_told": True,
                    "agreed_by": ticket.partner_id.name,
                    "agreed_at": ticket.reported_at - timedelta(days=3),
                    "arrived_at": ticket.reported_at,
                    "received_by_id": ticket.advisor_id.id or advisor.id,
                    "ticket_id": ticket.id,
                    "state": "arrived",
                }
                for ticket in tickets
            ]
        )
