from odoo import models


class AftersalesAddition(models.Model):
    """The time agreed with additional work is in the history of the promise."""

    _inherit = "aftersales.addition"

    def _move_promise(self, after):
        ticket = self.ticket_id
        before = ticket.promised_at
        result = super()._move_promise(after)
        delay = self.env["aftersales.delay"].create(
            {
                "ticket_id": ticket.id,
                "old_promised_at": before,
                "new_promised_at": after,
                "cause": "additional",
                "reason": self.finding,
                "apologised": True,
                "told_to": self.answered_by,
                "told_how": "consent",
                "addition_id": self.id,
            }
        )
        delay._mark_told(self.asked_at or self.answered_at)
        return result
