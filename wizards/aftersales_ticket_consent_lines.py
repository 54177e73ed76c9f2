from odoo import api, fields, models
from odoo.fields import Command

from ..models.aftersales_ticket_line_refusal import REFUSED

BY_LINE = ("repair", "additional")
CHOICE_OF = {"proposed": "approve", "declined": "decline", "deferred": "defer"}


class AftersalesTicketConsent(models.TransientModel):
    """The consent line by line, its total following (R-BEY-06, R-SIGN-05)."""

    _inherit = "aftersales.ticket.consent"

    line_ids = fields.One2many("aftersales.ticket.consent.line", "consent_id")
    currency_id = fields.Many2one(related="ticket_id.currency_id")
    amount_agreed = fields.Monetary(
        "Agreed, with tax",
        compute="_compute_amount_agreed",
        help="What the customer and the insurer pay for the lines with a Yes.",
    )

    @api.model
    def default_get(self, fields):
        """Propose a Yes to every line that waits for an answer."""
        vals = super().default_get(fields)
        ticket = self.env["aftersales.ticket"].browse(vals.get("ticket_id"))
        if "line_ids" in fields and vals.get("kind", "repair") in BY_LINE:
            vals["line_ids"] = [
                Command.create(
                    {
                        "line_id": line.id,
                        "choice": CHOICE_OF[line.approval],
                        "reason_id": line.decline_reason_id.id,
                        "note": line.decline_note,
                        "deferred_until": line.deferred_until,
                    }
                )
                for line in ticket.line_ids
                if line._can_be_answered()
            ]
        return vals

    @api.depends("line_ids.choice")
    def _compute_amount_agreed(self):
        for consent in self:
            consent.amount_agreed = sum(
                answer.price_total
                for answer in consent.line_ids
                if answer.choice == "approve"
                and answer.payer in ("customer", "insurer")
            )

    def action_confirm(self):
        """Record the answers, then the consent to what is left.

        Without any Yes the refusal is recorded and the ticket stays where it is.

        :raises UserError: when a line was answered by somebody else meanwhile
        """
        self.ensure_one()
        if self.kind not in BY_LINE or not self.line_ids:
            return super().action_confirm()
        labels = dict(self._fields["how"]._description_selection(self.env))
        how = labels[self.how]
        changed = self.line_ids.filtered(
            lambda answer: (
                answer.choice != "approve" or answer.line_id.approval in REFUSED
            )
        )
        self.ticket_id._check_role("advisor")
        if self.kind == "repair":
            self.ticket_id._check_next("approved")
        else:
            self.ticket_id._check_state("approved", "in_progress", "inspection")
        self.ticket_id._record_answers(
            [answer._prepare_answer() for answer in changed],
            self.name,
            how,
            self.given_at,
        )
        if all(answer.choice != "approve" for answer in self.line_ids):
            self.ticket_id._record_refusal(self.name, how)
            return {"type": "ir.actions.act_window_close"}
        result = super().action_confirm()
        # Refused before they were on any order: the answer stands with the consent.
        changed.line_id.filtered("is_answer_pending")._settle_answer(self.name, how)
        return result
