from odoo import models
from odoo.exceptions import UserError


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
