from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.business_time import Clocks
from .aftersales_progress_check import AT_WORK

IN_OUR_HANDS = ("workshop", "factory")
# Deadlines that only vehicles in our hands have.
WORKSHOP_MILESTONES = ("progress_checked", "ready_notified")


class AftersalesTicket(models.Model):
    """How far the work is: asked in time, told in time (R-PROG-01..04, R-SETT-03)."""

    _inherit = "aftersales.ticket"

    progress_check_ids = fields.One2many(
        "aftersales.progress.check", "ticket_id", copy=False
    )
    delay_ids = fields.One2many("aftersales.delay", "ticket_id", copy=False)
    delay_count = fields.Integer(compute="_compute_delay_count")
    delay_to_tell = fields.Boolean(
        compute="_compute_delay_count",
        help="The customer is still to be told that his vehicle will be later.",
    )
    ready_notified_at = fields.Datetime(
        "Ready notice at",
        readonly=True,
        copy=False,
        help="When the customer was told that, or when, his vehicle is ready.",
    )

    def _compute_delay_count(self):
        counts = {}
        for ticket, state, count in self.env["aftersales.delay"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id", "state"], ["__count"]
        ):
            counts.setdefault(ticket, {})[state] = count
        for ticket in self:
            states = counts.get(ticket._origin, {})
            ticket.delay_count = sum(states.values())
            ticket.delay_to_tell = bool(states.get("draft"))

    # -- The planned duration ----------------------------------------------------------

    def _get_planned_span(self, clocks=None):
        """Return begin and end of the work as planned, or ``(False, False)``.

        From the begin of the work, or of the first job planned, over the time that the
        jobs take on the plan; without a plan, to the promised time.
        """
        self.ensure_one()
        clock = (clocks or Clocks()).of(
            self.team_id.resource_calendar_id, self.company_id
        )
        # sudo: the plan of the jobs, for whoever asks for the ticket's deadlines
        jobs = self.sudo().operation_ids.filtered(
            lambda job: job.state != "cancelled" and job.planned_start
        )
        begin = min(jobs.mapped("planned_start"), default=False)
        start = self.started_at or begin
        end = self.promised_at
        if jobs:
            planned = clock.between(begin, max(jobs.mapped("planned_stop")))
            end = clock.add(start, planned)
        if not start or not end or end <= start:
            return False, False
        return start, end

    def _get_progress_times(self):
        """Return when the workshop is asked, and when that is late (C-32)."""
        self.ensure_one()
        clocks = Clocks()
        start, end = self._get_planned_span(clocks)
        if not start:
            return False, False
        clock = clocks.of(self.team_id.resource_calendar_id, self.company_id)
        minutes = clock.between(start, end)
        company = self.company_id
        return tuple(
            clock.add(start, minutes * percent / 100)
            for percent in (
                company.aftersales_progress_percent,
                company.aftersales_progress_late_percent,
            )
        )

    def _get_progress_percent(self, now):
        """Return how much of the planned duration has passed at ``now``, in percent."""
        self.ensure_one()
        clocks = Clocks()
        start, end = self._get_planned_span(clocks)
        if not start:
            return 0.0
        clock = clocks.of(self.team_id.resource_calendar_id, self.company_id)
        whole = clock.between(start, end)
        return max(0.0, clock.between(start, now)) / whole * 100 if whole else 0.0

    def _get_expected_at(self):
        """Return when the work that remains would be finished from now on.

        Unlike the ticket's remaining hours, this takes off what the clocks that are
        running now have counted.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        clock = Clocks().of(self.team_id.resource_calendar_id, self.company_id)
        hours = 0.0
        # sudo: the hours of the jobs, for who asks after the ticket
        for job in self.sudo().operation_ids:
            if job.state not in ("done", "cancelled"):
                running = sum(
                    clock.between(log.date_start, now) / 60
                    for log in job.timelog_ids
                    if not log.date_stop
                )
                hours += max(0.0, job.planned_hours - job.clocked_hours - running)
        return clock.add(now, hours * 60).replace(second=0, microsecond=0)

    def _get_notice_lead(self, promised):
        """Return how long before ``promised`` the customer is told (C-33).

        :return: timedelta: more for a job that is long on the calendar
        """
        self.ensure_one()
        company = self.company_id
        start = self._get_planned_span()[0] or self.started_at or self.reported_at
        is_long = promised - start >= timedelta(
            days=company.aftersales_notice_long_days
        )
        return timedelta(
            hours=company.aftersales_notice_hours_long
            if is_long
            else company.aftersales_notice_hours
        )

    # -- Deadlines ---------------------------------------------------------------------

    def _deadline_event(self, event):
        if event == "progress":
            return self._get_progress_times()[1]
        if event == "notice":
            promised = self.promised_at
            return promised and promised - self._get_notice_lead(promised)
        return super()._deadline_event(event)

    def _deadline_applies(self, row):
        if row.milestone in WORKSHOP_MILESTONES:
            if self.service_mode not in IN_OUR_HANDS:
                return False
            # Work that was finished early need not be asked after.
            if row.milestone == "progress_checked" and self.finished_at:
                late_at = self._get_progress_times()[1]
                return bool(late_at) and self.finished_at > late_at
        return super()._deadline_applies(row)

    def _progress_plan_changed(self):
        """Count anew what follows from the plan of the work."""
        at_work = self.filtered(lambda ticket: ticket.state in AT_WORK)
        if at_work:
            at_work._deadline_event_changed("progress")
            at_work._deadline_event_changed("notice")

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new in ("approved", "in_progress"):
            self._progress_plan_changed()
        return result

    # -- The promise moves -------------------------------------------------------------

    def write(self, vals):
        before = {}
        if "promised_at" in vals:
            before = {ticket: ticket.promised_at for ticket in self}
        result = super().write(vals)
        if before:
            self._deadline_event_changed("notice")
            self.filtered(
                lambda ticket: ticket.state in AT_WORK
            )._deadline_event_changed("progress")
            self._keep_promise_history(before)
        return result

    def _keep_promise_history(self, before):
        """Prepare the notice for customers whose promised time was put off by hand.

        :param before: dict ticket → what was promised until now
        """
        # Only our own steps, in sudo, may say that the customer knows already.
        if self.env.su and self.env.context.get("aftersales_delay_told"):
            return
        for ticket, promised in before.items():
            if (
                ticket.state in (*AT_WORK, "ready")
                and promised
                and ticket.promised_at
                and ticket.promised_at > promised
            ):
                ticket._prepare_delay(ticket.promised_at, False, promised=promised)

    def _prepare_delay(self, new, reason, check=None, promised=None):
        """Prepare the notice of a delay and call the adviser (R-PROG-03).

        A notice that has not been told yet is corrected instead of a second one.

        :param new: when the vehicle will be ready
        :param reason: in words, as far as it is known
        :param promised: what was promised until now; default: what is promised
        :return: the notice
        """
        self.ensure_one()
        # sudo: follows from what the workshop said, or from a change of the promise
        ticket = self.sudo()
        draft = ticket.delay_ids.filtered(lambda delay: delay.state == "draft")
        vals = {"new_promised_at": new}
        if reason:
            vals["reason"] = reason
        if check:
            vals["check_id"] = check.id
        if draft:
            if new > draft.old_promised_at:
                draft.write(vals)
            return draft
        delay = ticket.env["aftersales.delay"].create(
            {
                **vals,
                "ticket_id": ticket.id,
                "old_promised_at": promised or ticket.promised_at,
                "told_to": (ticket.contact_id or ticket.partner_id).name,
            }
        )
        user = ticket.advisor_id or self.env["aftersales.deadline"]._default_user(
            "advisor", ticket.company_id
        )
        if user:
            delay.activity_schedule("aftersales.activity_tell_delay", user_id=user.id)
        return delay

    # -- Steps -------------------------------------------------------------------------

    def action_check_progress(self):
        """Open the question to the workshop: on time, or not? (R-PROG-01)"""
        self.ensure_one()
        self._check_role("advisor", "dispatcher")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask the Workshop"),
            "res_model": "aftersales.progress.check",
            "views": [
                (self.env.ref("aftersales.progress_check_view_form_ask").id, "form")
            ],
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_answered_by_id": self.technician_id.id,
                "default_expected_at": self._get_expected_at(),
            },
        }

    def action_delay(self):
        """Open the notice of a delay, prepared from the work that remains.

        :raises UserError: when nothing is promised, or the ticket is finished
        """
        self.ensure_one()
        self._check_role("advisor")
        if not self.promised_at or self.state not in (*AT_WORK, "ready"):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: no time is promised that could move.",
                    ticket=self.name,
                )
            )
        new = max(self._get_expected_at(), self.promised_at + timedelta(hours=1))
        delay = self.delay_ids.filtered(lambda delay: delay.state == "draft")
        delay = delay or self._prepare_delay(new, False)
        return delay.with_env(self.env)._get_records_action()

    def action_open_delays(self):
        """Open the history of this ticket's promise."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.delay_action"
        )
        action.update(domain=[("ticket_id", "=", self.id)], context={})
        return action
