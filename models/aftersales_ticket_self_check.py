from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """The self-check: whoever repaired looks over his own work first (R-WORK-08)."""

    _inherit = "aftersales.ticket"

    self_checked_at = fields.Datetime("Self-checked at", readonly=True, copy=False)
    self_checked_by_id = fields.Many2one(
        "res.users", string="Self-checked by", readonly=True, copy=False
    )
    self_check_required = fields.Boolean(
        related="company_id.aftersales_self_check_required"
    )

    _self_check_stamp = models.Constraint(
        "CHECK((self_checked_at IS NULL) = (self_checked_by_id IS NULL))",
        "A self-check has its time and its person.",
    )

    def action_self_check(self):
        """Stamp that all finished work was checked by whoever did it (R-WORK-08).

        :raises UserError: by somebody who has not worked on it, without a correction
            written, or with approved operations that are not ticked off
        """
        self._check_role("technician")
        self._check_state("in_progress")
        for ticket in self:
            if not self.env.su and not ticket._is_worked_by(self.env.user):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the self-check belongs to who worked on "
                        "it: %(names)s.",
                        ticket=ticket.name,
                        names=", ".join(
                            (ticket.technician_id | ticket.technician_ids).mapped(
                                "name"
                            )
                        ),
                    )
                )
            ticket._check_work_done()
        # sudo: stamps are not editable; role, person and state are checked above
        self.sudo().write(
            {
                "self_checked_at": fields.Datetime.now(),
                "self_checked_by_id": self.env.uid,
            }
        )

    def action_finish(self):
        """Report the work done; refused before the self-check (R-WORK-08)."""
        self._check_role("technician")
        self._check_state("in_progress")
        for ticket in self:
            # What is missing from the work is said first.
            ticket._check_work_done()
            if ticket.self_check_required and not ticket.self_checked_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: check the finished work yourself first, "
                        "then press Self-check.",
                        ticket=ticket.name,
                    )
                )
        return super().action_finish()

    def _reset_self_check(self):
        """Take the stamp back: there is work that it did not cover."""
        # sudo: stamps are not editable; follows from a step whose role was checked
        self.sudo().filtered("self_checked_at").write(
            {"self_checked_at": False, "self_checked_by_id": False}
        )

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if old == "inspection" and new == "in_progress":
            self._reset_self_check()
        return result
