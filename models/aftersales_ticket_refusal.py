from odoo import models
from odoo.exceptions import UserError

from .aftersales_ticket_line_refusal import REFUSED


class AftersalesTicket(models.Model):
    """Answers line by line, as far as the ticket follows them (R-BEY-06)."""

    _inherit = "aftersales.ticket"

    def _billing_orders_confirmed(self, orders):
        result = super()._billing_orders_confirmed(orders)
        orders._aftersales_stamp_refusals()
        return result

    def _billing_orders_cancelled(self, orders, declined):
        result = super()._billing_orders_cancelled(orders, declined)
        declined._aftersales_stamp_refusals()
        for order in orders - declined:
            order._aftersales_get_refused()._settle_answer()
        return result

    def _record_answers(self, answers, by, how, at=None):
        """Note what a payer said to single lines, in the office or by phone.

        :param answers: list of dicts ``line`` (of this ticket), ``choice``, ``reason``,
            ``until``, ``note``
        :param by: who said it
        :param how: in words
        :raises UserError: for a line of another ticket, or one that is answered
        """
        self.ensure_one()
        self._check_role("advisor")
        self._lock_step()
        for answer in answers:
            line = answer["line"]
            if line.ticket_id != self or not line._can_be_answered():
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s is answered already. Open "
                        "the record of consent again.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )
            line._answer(
                answer["choice"],
                reason=answer.get("reason"),
                until=answer.get("until"),
                by=by,
                how=how,
                at=at,
            )
            if answer.get("note"):
                line.decline_note = answer["note"]

    def _record_refusal(self, by, how):
        """Close the answer of payers who want nothing of what they were asked.

        Orders that were asked are cancelled with that answer; the ticket stays.

        :param by: who refused
        :param how: in words
        """
        self.ensure_one()
        # sudo: the advisor records the payer's answer; the caller checked his role
        orders = self.sudo()._get_waiting_orders()
        consent = {"by": by, "how": how}
        orders.with_context(aftersales_consent=consent).action_confirm()
        self.line_ids.filtered("is_answer_pending")._settle_answer(by, how)
        self._message_log(
            body=self.env._(
                "%(name)s wants none of the work proposed (%(how)s).",
                name=by,
                how=how,
            )
        )

    # -- Refused safety work is signed for (R-SIGN-04) --------------------------------

    def _get_unsigned_refusals(self):
        """Return refused safety lines that no signature on an order covers."""
        return self.line_ids.filtered(
            lambda line: (
                line.is_safety
                and line.approval in REFUSED
                and not line.asked_order_id.signature
            )
        )

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "ready":
            # sudo: follows from the step, which has been checked
            self.sudo()._keep_refused_safety()
        return result

    def _keep_refused_safety(self):
        """Note refused safety work in the vehicles' files before they are handed over,
        once for each line."""
        lines = self.filtered("vehicle_id")._get_unsigned_refusals()
        recommendations = self.env["aftersales.vehicle.recommendation"]
        known = {
            (kept.ticket_id, kept.name)
            for kept in recommendations.search([("ticket_id", "in", self.ids)])
        }
        recommendations.create(
            [
                {
                    "vehicle_id": line.ticket_id.vehicle_id.id,
                    "ticket_id": line.ticket_id.id,
                    "product_id": line.product_id.id,
                    "name": line.name,
                    "is_safety": True,
                }
                for line in lines
                if (line.ticket_id, line.name) not in known
            ]
        )

    def _get_refused_safety_work(self):
        kept = super()._get_refused_safety_work()
        names = self._get_unsigned_refusals().mapped("name")
        if not names:
            return kept
        return kept | self.env["aftersales.vehicle.recommendation"].search(
            [
                ("ticket_id", "=", self.id),
                ("name", "in", names),
                ("is_safety", "=", True),
                ("state", "=", "open"),
            ]
        )
