from odoo import api, models


class AftersalesDemo(models.AbstractModel):
    """Warranty claims: one of each kind and state."""

    _inherit = "aftersales.demo"

    def _get_tales(self):
        motor = [
            ("demo_part_motor", {"payer": "warranty"}),
            ("demo_operation_motor", {"payer": "warranty"}),
        ]
        howl = "Motor howls under load, no drive uphill"
        return super()._get_tales() + [
            {
                "vehicle": vehicle,
                "days": days,
                "complaint": howl,
                "lines": motor,
                "until": "inspect",
            }
            for vehicle, days in ((22, 12), (16, 9), (17, 7))
        ]

    @api.model
    def _fill_claims(self):
        """Claim the warranty work of the story. Called once, by the demo data."""
        clerk = self._user("claims_clerk")
        quality = self._user("quality")
        lines = (
            self.env["aftersales.ticket.line"]
            .with_user(clerk)
            .search([("is_to_claim", "=", True)])
        )
        if not lines:
            return
        lines.action_make_claim()
        claims = lines.ticket_id.claim_ids
        for claim in claims:
            self._complete_claim(claim)
        ready = claims.filtered(lambda claim: not claim.problem_text)
        ready[:2].action_submit()
        decided = ready[:1].with_user(quality)
        if decided.kind == "own":
            decided.action_approve_all()
            decided.action_answer()

    def _complete_claim(self, claim):
        """Enter what the files lack: day of delivery, phone."""
        vehicle = claim.vehicle_id
        if not vehicle.delivery_date:
            # sudo: the demo's past
            vehicle.sudo().delivery_date = vehicle.warranty_start_date
        claim.write(
            {
                "delivery_date": vehicle.delivery_date,
                "contact_phone": claim.contact_phone or "+86 512 5550 199",
            }
        )
