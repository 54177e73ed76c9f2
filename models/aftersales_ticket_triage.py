from odoo import fields, models
from odoo.exceptions import UserError

# What leads on to work; the others end the visit.
WORK_TRIAGE = ("diagnosis", "quotation", "repair_now", "appointment")


class AftersalesTicket(models.Model):
    """A customer at the counter, and what becomes of his visit (R-INT-14)."""

    _inherit = "aftersales.ticket"

    triage = fields.Selection(
        [
            ("answered", "Answered on the spot"),
            ("diagnosis", "Diagnosis"),
            ("quotation", "Quotation"),
            ("repair_now", "Repair now"),
            ("appointment", "Appointment"),
            ("leave", "Left again"),
        ],
        string="Reception outcome",
        copy=False,
        help="What became of a walk-in.",
    )

    def _check_complete_for_assignment(self):
        super()._check_complete_for_assignment()
        if self.channel != "walk_in":
            return
        if self.triage not in WORK_TRIAGE:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the customer stands at the counter. Enter the "
                    "reception outcome: diagnosis, quotation, repair now or an "
                    "appointment. If he was answered on the spot or left again, use "
                    "Solved at once or Cancel.",
                    ticket=self.name,
                )
            )
        if self.triage == "appointment" and not self.planned_at:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: enter the time of the appointment.",
                    ticket=self.name,
                )
            )

    def action_resolve_by_phone(self):
        """Close a report that needs no work; at the counter: answered on the spot."""
        result = super().action_resolve_by_phone()
        # sudo: the outcome follows from the step, which has checked role and state
        self.sudo().filtered(lambda t: t.channel == "walk_in").triage = "answered"
        return result

    def action_cancel(self, reason):
        """Give the ticket up; who came in and got no further has left again."""
        left = self.filtered(
            lambda ticket: (
                ticket.channel == "walk_in"
                and ticket.state == "new"
                and ticket.triage != "leave"
            )
        )
        result = super().action_cancel(reason)
        # sudo: the outcome follows from the step, which has checked role and state
        left.sudo().triage = "leave"
        return result
