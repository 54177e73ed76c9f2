from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_operation import OPEN_STATES


class AftersalesOperation(models.Model):
    """On and off the clock, as the technician taps it on his phone (R-BEY-14)."""

    _inherit = "aftersales.operation"

    def action_clock_on(self):
        """Begin or go on with the job (R-WORK-01, R-WORK-11).

        Begins the work of the ticket when it is the first job of it. Time on
        something else, as waiting or cleaning, ends by itself.

        :raises UserError: when it is another's job, the line is not agreed, the ticket
            is not at work, or the user is on the clock of another job.
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket._check_role("technician")
        self._check_mine()
        ticket._check_state("approved", "in_progress")
        if self.line_id.approval != "approved" or self.state not in OPEN_STATES:
            raise UserError(
                self.env._(
                    "Job %(job)s is not agreed with the payer, or finished; there is "
                    "nothing to work on.",
                    job=self.display_name,
                )
            )
        Timelog = self.env["aftersales.timelog"]
        now = fields.Datetime.now()
        running = Timelog._get_running(self.env.user)
        if running.operation_id:
            raise UserError(
                self.env._(
                    "You are on the clock of %(job)s. Stop it before you begin another "
                    "job.",
                    job=running.operation_id.display_name,
                )
            )
        running._stop(now)
        if ticket.state == "approved":
            ticket.action_start()
        # sudo: technicians write no time themselves; person and job are checked above
        Timelog.sudo().create(
            {
                "user_id": self.env.uid,
                "company_id": self.company_id.id,
                "operation_id": self.id,
                "category": "job",
                "date_start": now,
            }
        )
        vals = {"state": "in_progress"}
        if not self.technician_id:
            vals["technician_id"] = self.env.uid
        # sudo: the state follows from the clock
        self.sudo().write(vals)

    def action_clock_off(self):
        """Interrupt the job: the user's clock stops (R-WORK-11).

        :raises UserError: when the user is not on the clock of this job.
        """
        self.ensure_one()
        running = self.env["aftersales.timelog"]._get_running(self.env.user)
        if running.operation_id != self:
            raise UserError(
                self.env._(
                    "Job %(job)s: you are not on its clock.", job=self.display_name
                )
            )
        running._stop(fields.Datetime.now())

    def action_finish(self):
        """Finish the job and tick its operation off (R-WORK-08, R-WORK-11).

        :raises UserError: when it is another's job or the ticket is not at work.
        """
        for operation in self:
            operation._check_mine()
        self.line_id.action_done()

    def _check_mine(self):
        """Raise UserError unless the job is, or may become, the user's own."""
        self.ensure_one()
        if self.env.su or self.is_mine or self.ticket_id._is_worked_by(self.env.user):
            return
        raise UserError(
            self.env._(
                "Job %(job)s is given to %(technician)s. Ask the dispatcher for it.",
                job=self.display_name,
                technician=self.technician_id.name or "-",
            )
        )

    def _finish(self, now):
        """Stop all clocks of these jobs and mark them done."""
        # sudo: assistants' clocks stop with the job; the caller has checked the person
        self.sudo().timelog_ids.filtered(lambda log: not log.date_stop)._stop(now)
        self.sudo().write({"state": "done", "done_at": now})

    def _cancel(self):
        """Take these jobs off the board; their time stays on record."""
        # sudo: follows from the ticket or from the payer's answer
        jobs = self.sudo().filtered(lambda job: job.state in OPEN_STATES)
        jobs.timelog_ids.filtered(lambda log: not log.date_stop)._stop(
            fields.Datetime.now()
        )
        jobs.write({"state": "cancelled"})

    def _after_clock_stopped(self):
        """Let jobs that nobody is on the clock of be interrupted."""
        for operation in self:
            if operation.state == "in_progress" and all(
                operation.timelog_ids.mapped("date_stop")
            ):
                operation.state = "paused"
