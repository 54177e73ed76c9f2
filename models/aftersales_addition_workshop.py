from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_addition import OPEN_STATES
from .aftersales_addition_steps import ACTIVITY_ANSWERED, ACTIVITY_REPORTED


class AftersalesAddition(models.Model):
    """How additional work ends: the workshop told, or the finding dropped."""

    _inherit = "aftersales.addition"

    def action_tell_workshop(self):
        """Record when the workshop was told of the answer, and who took it.

        The adviser enters the person; the time is now unless he wrote another.

        :raises UserError: without a person, before the answer, or told to oneself
        """
        for addition in self:
            addition.ticket_id._check_role("advisor")
            taker = addition.workshop_told_to_id
            if not taker or taker == self.env.user:
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s: enter who in the workshop "
                        "was told of the answer.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )
            addition._close_told(taker, addition.workshop_told_at)

    def action_take_over(self):
        """Take the answer, or the additional order, over as the workshop.

        :raises UserError: before the customer has answered
        """
        for addition in self:
            addition.ticket_id._check_role("dispatcher", "technician")
            addition._close_told(self.env.user)

    def _close_told(self, taker, at=None):
        """Stamp that ``taker`` knows the answer since ``at`` (now when empty)."""
        self.ensure_one()
        now = fields.Datetime.now()
        at = at or now
        if self.state != "answered":
            raise UserError(
                self.env._(
                    "%(addition)s of ticket %(ticket)s: the workshop is told once the "
                    "customer has answered.",
                    addition=self.name,
                    ticket=self.ticket_id.name,
                )
            )
        if not self.answered_at <= at <= now:
            raise UserError(
                self.env._(
                    "%(addition)s of ticket %(ticket)s: the workshop was told after "
                    "the customer answered, and not in the future.",
                    addition=self.name,
                    ticket=self.ticket_id.name,
                )
            )
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {
                "state": "done",
                "workshop_told_at": at,
                "workshop_told_to_id": taker.id,
                "workshop_told_by_id": (self.asked_by_id or self.advisor_id).id
                if taker == self.env.user
                else self.env.uid,
            }
        )
        # sudo: both people's activities, the notice was given once
        self.sudo().activity_feedback([ACTIVITY_ANSWERED])

    # -- It comes to nothing -----------------------------------------------------------

    def action_drop(self):
        """Give the finding up without an answer of the customer, for a reason.

        Its lines that wait for an answer are taken off the ticket.

        :raises UserError: without a reason, or once the customer has answered
        """
        for addition in self:
            addition.ticket_id._check_role("advisor")
            addition._check_open()
            if not addition.drop_reason:
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s: write down why it is "
                        "dropped; the workshop reads it.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )
            addition._drop(addition.drop_reason)

    def _drop(self, reason):
        """Close the open ones of self, for ``reason``."""
        for addition in self.filtered(lambda record: record.state in OPEN_STATES):
            # sudo: states are not editable; the step has checked role and state
            addition = addition.sudo()
            addition.write({"state": "dropped", "drop_reason": reason})
            addition.line_ids.filtered(
                lambda line: line.approval == "proposed"
            ).unlink()
            addition.activity_feedback([ACTIVITY_REPORTED])

    # -- Links -------------------------------------------------------------------------

    def action_open_calls(self):
        """Open the calls in which the customer was asked."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales.call_action")
        action.update(domain=[("addition_id", "=", self.id)], context={})
        return action

    def _get_report_signature(self):
        """Return ``by``, ``at`` and ``image`` of the customer's answer (R-SIGN-01).

        The image is what was signed on the additional order, or at the handover for
        the safety work that was refused.
        """
        self.ensure_one()
        # sudo: the paper shows who signed to everybody who may print it
        addition = self.sudo()
        order = addition.line_ids.sale_line_id.order_id.filtered("signature")[:1]
        handover = addition.ticket_id.handover_ids.filtered("refusal_signature")[:1]
        image = order.signature
        if not image and addition.is_safety and addition.recommendation_ids:
            image = handover.refusal_signature
        return {
            "by": self.answered_by,
            "at": self.answered_at,
            "image": image,
        }
