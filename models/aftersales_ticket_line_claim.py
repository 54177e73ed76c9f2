from odoo import api, fields, models

# Where the work is done and can be claimed.
CLAIMABLE_STATES = ("inspection", "ready", "delivered", "closed")


class AftersalesTicketLine(models.Model):
    """Warranty work, and the claims it is on (R-BEY-09)."""

    _inherit = "aftersales.ticket.line"

    claim_line_ids = fields.One2many(
        "aftersales.warranty.claim.line", "ticket_line_id", string="Claim Lines"
    )
    is_to_claim = fields.Boolean(
        "Not claimed yet",
        compute="_compute_is_to_claim",
        search="_search_is_to_claim",
        help="Finished warranty work that is on no claim.",
    )
    ticket_finished_at = fields.Datetime(
        related="ticket_id.finished_at", string="Repaired at"
    )
    ticket_vehicle_id = fields.Many2one(
        related="ticket_id.vehicle_id", string="Vehicle"
    )
    ticket_provider_id = fields.Many2one(
        related="ticket_id.warranty_provider_id", string="Warranty Provider"
    )

    # The lists of warranty work: to claim, and to decide on.
    _warranty_idx = models.Index("(ticket_id, sequence, id) WHERE payer = 'warranty'")

    @api.depends("payer", "approval", "ticket_id.state", "claim_line_ids.claim_state")
    def _compute_is_to_claim(self):
        for line in self:
            line.is_to_claim = (
                line.payer == "warranty"
                and line.approval == "approved"
                and line.ticket_id.state in CLAIMABLE_STATES
                and not line.claim_line_ids.filtered(
                    lambda claimed: claimed.claim_state != "cancelled"
                )
            )

    def _search_is_to_claim(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain(
            [
                ("payer", "=", "warranty"),
                ("approval", "=", "approved"),
                ("ticket_id.state", "in", CLAIMABLE_STATES),
                ("claim_line_ids", "not any", [("claim_state", "!=", "cancelled")]),
            ]
        )
        return domain if True in value else ~domain

    def action_make_claim(self):
        """Put these lines on claims, one for each ticket (batch; R-BEY-09).

        :return: action that opens the claims
        :raises UserError: when none of them can be claimed
        """
        return self.ticket_id._make_claims(self)
