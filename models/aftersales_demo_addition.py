from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

# Finding, safety, explanation, product, answer (None: still to be asked).
FINDINGS = (
    (
        "Rear brake hose cracked",
        True,
        "The hose carries the brake pressure; it may burst when it is needed most.",
        "demo_operation_brakes",
        None,
    ),
    (
        "Wiper blades hardened",
        False,
        "They smear in the rain and scratch the glass.",
        "demo_part_wiper",
        "agreed",
    ),
    (
        "Mirror housing loose",
        True,
        "It may fall off on a rough road.",
        "demo_part_mirror",
        "refused",
    ),
)


class AftersalesDemo(models.AbstractModel):
    """What the workshop found besides, how far it is, and what customers were told."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_additions(self):
        """Play findings, a progress check and a delay. Called once, by demo data."""
        tickets = self.env["aftersales.ticket"].search(
            [
                ("state", "in", ("approved", "in_progress")),
                ("on_hold_reason", "=", False),
                ("service_mode", "=", "workshop"),
                ("promised_at", "!=", False),
                ("technician_id", "!=", False),
            ],
            order="id",
        )
        for ticket, finding in zip(tickets, FINDINGS, strict=False):
            self._play_finding(ticket, *finding)
        for ticket in tickets[:1]:
            self._play_progress(ticket)

    def _play_finding(self, ticket, finding, is_safety, explanation, product, answer):
        """Let the technician report ``finding``, and the customer answer."""
        addition = (
            self.env["aftersales.addition"]
            .with_user(ticket.technician_id)
            .create(
                {
                    "ticket_id": ticket.id,
                    "finding": finding,
                    "is_safety": is_safety,
                    "explanation": explanation,
                }
            )
        )
        advisor = addition.with_user(self._user("advisor"))
        product = self.env.ref(f"aftersales.{product}", raise_if_not_found=False)
        if product:
            advisor.line_ids = [
                Command.create({"ticket_id": ticket.id, "product_id": product.id})
            ]
        if not answer or not product:
            return
        talk = (
            self.env["aftersales.addition.answer"]
            .with_user(self._user("advisor"))
            .create(
                {
                    "addition_id": addition.id,
                    "person": ticket.partner_id.name,
                    "delay_told": True,
                    "safety_told": True,
                    "answer": answer,
                }
            )
        )
        talk.action_confirm()
        if answer == "agreed":
            addition.with_user(self._user("dispatcher")).action_take_over()

    def _play_progress(self, ticket):
        """Let the adviser ask, hear that it will be late, and tell the customer."""
        late = ticket.promised_at + timedelta(hours=3)
        self.env["aftersales.progress.check"].with_user(self._user("advisor")).create(
            {
                "ticket_id": ticket.id,
                "answered_by_id": ticket.technician_id.id,
                "expected_at": late,
                "anomalies": "A bolt of the bracket sheared off",
                "measures": "Bolt drilled out; a second man helps",
            }
        )
        delay = ticket.delay_ids.with_user(self._user("advisor"))
        delay.write(
            {
                "cause": "technical",
                "reason": "A bolt of the bracket sheared off and is drilled out.",
                "told_how": "phone",
                "apologised": True,
                "told_at": fields.Datetime.now(),
            }
        )
        delay.action_tell()
