from odoo import models

PAID = "aftersales.activity_paid"


class AccountMove(models.Model):
    """Whoever waits for the money of a ticket, or answers for it, hears of it."""

    _inherit = "account.move"

    def _aftersales_tell_paid(self):
        """Tell that money has come, at once (R-PAY-01), in part or in full (in sudo).

        The advisor of a ticket that is not closed, and in any case who answers for the
        invoice. One reminder for each invoice and person, which says how it stands.
        """
        kind = self.env.ref(PAID)
        for move in self:
            if move.move_type not in ("out_invoice", "out_receipt"):
                continue
            ticket = move.aftersales_ticket_id
            users = move.aftersales_guarantor_ids
            if ticket.state not in ("closed", "cancelled"):
                users |= ticket.advisor_id
            words = move._aftersales_paid_words()
            told = ticket.activity_ids.filtered(
                lambda activity, move=move: (
                    activity.activity_type_id == kind
                    and move.name in (activity.summary or "")
                )
            )
            told.summary = words
            for user in (users - told.user_id).filtered("active"):
                ticket.activity_schedule(PAID, summary=words, user_id=user.id)

    def _aftersales_paid_words(self):
        """Say how much of this invoice is still open."""
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_residual):
            return self.env._("%(invoice)s is paid: go on", invoice=self.name)
        return self.env._(
            "%(invoice)s: money has come, %(amount)s are still open",
            invoice=self.name,
            amount=self.currency_id.format(self.amount_residual),
        )
