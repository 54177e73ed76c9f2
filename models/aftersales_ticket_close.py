from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_ticket import OPEN_STATES


class AftersalesTicket(models.Model):
    """How a ticket ends: handover, the two halves of closing, hold and cancellation."""

    _inherit = "aftersales.ticket"

    technician_closed_by_id = fields.Many2one(
        "res.users", string="Reported back by", readonly=True, copy=False
    )
    technician_closed_at = fields.Datetime(
        "Reported back",
        readonly=True,
        copy=False,
        help="The technician has closed the record with customer service.",
    )
    cs_closed_by_id = fields.Many2one(
        "res.users", string="Closed by", readonly=True, copy=False
    )

    def action_deliver(self):
        """Hand vehicle or parts over to the customer (R-SETT-11..13).

        :raises UserError: while money, gate pass or parts stand in the way.
        """
        self._check_role("advisor")
        self._check_next("delivered")
        self._check_before_deliver()
        self._set_state("delivered")

    def _check_before_deliver(self):
        """Hook: raise UserError while something keeps the vehicle in."""

    def action_report_back(self):
        """Close the record with customer service, the technician's half (R-INT-18)."""
        self._check_role("technician")
        self._check_state("delivered")
        for ticket in self:
            if not ticket._is_worked_by(self.env.user) and not self.env.su:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: only who worked on it reports it back.",
                        ticket=ticket.name,
                    )
                )
        # sudo: stamps are not editable, role and person are checked above
        self.sudo().write(
            {
                "technician_closed_by_id": self.env.uid,
                "technician_closed_at": fields.Datetime.now(),
            }
        )

    def action_close(self):
        """Close the record, customer service's half (R-INT-18).

        :raises UserError: before the technician has reported back, by the technician
            himself, or with parts not accounted for.
        """
        self._check_role("advisor")
        self._check_next("closed")
        for ticket in self:
            if not ticket.technician_closed_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(technician)s has not reported back yet.",
                        ticket=ticket.name,
                        technician=ticket.technician_id.name,
                    )
                )
            if ticket.technician_closed_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: a record is closed by two. You have "
                        "reported back, customer service closes.",
                        ticket=ticket.name,
                    )
                )
        self._check_before_close()
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write({"cs_closed_by_id": self.env.uid})
        self._set_state("closed")

    def _check_before_close(self):
        """Hook: raise UserError while something of the ticket is not settled."""

    # -- Off the way ---------------------------------------------------------------

    def action_hold(self, reason):
        """Put the ticket on hold; its deadlines stand still (R-SLA-01).

        :param reason: a key of ``on_hold_reason``
        """
        self._check_role("advisor", "dispatcher", "technician")
        self._check_state(*OPEN_STATES)
        # sudo: the reason is not editable, role and state are checked above
        self.sudo().write({"on_hold_reason": reason})
        self._deadline_pause()

    def action_resume(self):
        """Take the ticket up again; its deadlines run on."""
        self._check_role("advisor", "dispatcher", "technician")
        held = self.filtered("on_hold_reason")
        # sudo: the reason is not editable, the role is checked above
        held.sudo().write({"on_hold_reason": False})
        held._deadline_resume()

    def action_cancel(self, reason):
        """Give the ticket up.

        :param reason: why, in words
        :raises UserError: when parts are out, or something is invoiced.
        """
        self._check_role("advisor")
        self._check_state(*[s for s in OPEN_STATES if s != "delivered"])
        if not reason:
            raise UserError(self.env._("Say why the ticket is cancelled."))
        self._check_before_cancel()
        # sudo: the reason is not editable, role and state are checked above
        self.sudo().write({"cancel_reason": reason})
        self._set_state("cancelled")

    def _check_before_cancel(self):
        """Hook: raise UserError while parts are out or money is due."""
