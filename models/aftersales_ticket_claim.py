from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """The warranty work of a ticket, put to whoever bears it (R-WAR-08)."""

    _inherit = "aftersales.ticket"

    claim_ids = fields.One2many("aftersales.warranty.claim", "ticket_id")
    claim_count = fields.Integer(compute="_compute_claim_count")
    has_to_claim = fields.Boolean(compute="_compute_has_to_claim")

    def _compute_claim_count(self):
        counts = dict(
            self.env["aftersales.warranty.claim"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.claim_count = counts.get(ticket._origin, 0)

    def _compute_has_to_claim(self):
        for ticket in self:
            ticket.has_to_claim = any(ticket.line_ids.mapped("is_to_claim"))

    def action_make_claim(self):
        """Make the claims of these tickets, with all lines not claimed yet.

        One each, and one more for each campaign carried out on it. To the maker when
        a warranty provider is billed, else to ourselves.

        :return: action that opens them
        :raises UserError: when no finished warranty work is left to claim
        """
        return self._make_claims(self.line_ids)

    def _make_claims(self, lines):
        """Put ``lines`` of these tickets on new claims, in one batch."""
        self._check_role("claims_clerk")
        self._lock_step()
        lines = lines.filtered("is_to_claim")
        if not lines:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: no warranty work is left to claim. It must be "
                    "agreed and finished, and on no other claim.",
                    ticket=", ".join(self.mapped("name")),
                )
            )
        # sudo: claims are made by this step only; role and content are checked above
        Claim = self.env["aftersales.warranty.claim"].sudo()
        groups = lines.grouped(
            lambda line: (line.ticket_id, line.campaign_vehicle_id.campaign_id)
        )
        claims = Claim.create(
            [ticket._prepare_claim_vals(campaign) for ticket, campaign in groups]
        )
        Claim.line_ids.create(
            [
                {
                    "claim_id": claim.id,
                    "ticket_line_id": line.id,
                    "sequence": line.sequence,
                }
                for claim, claimed in zip(claims, groups.values(), strict=True)
                for line in claimed
            ]
        )
        return claims.with_env(self.env)._get_records_action(
            name=self.env._("Warranty Claims")
        )

    def _prepare_claim_vals(self, campaign):
        """Return the values of a new claim of this ticket.

        :param campaign: the campaign whose remedy it claims; empty: other work
        """
        self.ensure_one()
        provider = self._get_payer_partner("warranty")
        category = {"recall": "recall"}.get(self.ticket_type, "standard")
        if campaign:
            category = "recall" if campaign.kind == "recall" else "campaign"
        return {
            "ticket_id": self.id,
            "kind": "maker" if provider else "own",
            "provider_id": provider.id,
            "category": category,
            "preauth_number": campaign.code,
            "user_id": self.env.uid,
        }

    def action_view_claims(self):
        """Open the claims of these tickets (smart button)."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.warranty_claim_action"
        )
        action.update(domain=[("ticket_id", "in", self.ids)], context={})
        return action
