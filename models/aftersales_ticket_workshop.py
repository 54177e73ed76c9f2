from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.business_time import Clocks


class AftersalesTicket(models.Model):
    """The ticket in the workshop: jobs, take-over, promised time (R-DISP, R-EST-08)."""

    _inherit = "aftersales.ticket"

    operation_ids = fields.One2many(
        "aftersales.operation", "ticket_id", string="Jobs", copy=False
    )
    operation_count = fields.Integer("Jobs at work", compute="_compute_operation_count")
    taken_over_by_id = fields.Many2one(
        "res.users", string="Taken over by", readonly=True, copy=False
    )
    taken_over_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the workshop took vehicle and order over (R-DISP-02).",
    )
    remaining_hours = fields.Float(
        compute="_compute_remaining_hours",
        help="Hours of work agreed and not clocked yet.",
    )
    promise_in_danger = fields.Boolean(
        compute="_compute_promise_in_danger",
        help="The work that remains does not fit before the promised time (R-BEY-13).",
    )

    def _compute_operation_count(self):
        counts = dict(
            self.env["aftersales.operation"]._read_group(
                [("ticket_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["ticket_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.operation_count = counts.get(ticket, 0)

    @api.depends(
        "operation_ids.state",
        "operation_ids.planned_hours",
        "operation_ids.clocked_hours",
    )
    def _compute_remaining_hours(self):
        for ticket in self:
            ticket.remaining_hours = sum(
                max(0.0, job.planned_hours - job.clocked_hours)
                for job in ticket.operation_ids
                if job.state not in ("done", "cancelled")
            )

    @api.depends("promised_at", "remaining_hours", "on_hold_reason", "state")
    def _compute_promise_in_danger(self):
        clocks = Clocks()
        now = fields.Datetime.now()
        for ticket in self:
            ticket.promise_in_danger = (
                ticket.state in ("approved", "in_progress", "inspection")
                and bool(ticket.promised_at)
                and ticket._get_work_end(now, clocks) > ticket.promised_at
            )

    def _get_work_end(self, start, clocks):
        """Return when the remaining work ends that begins at ``start``."""
        self.ensure_one()
        clock = clocks.of(self.team_id.resource_calendar_id, self.company_id)
        return clock.add(start, self.remaining_hours * 60)

    def _propose_promised_at(self, buffer=None):
        """Return the earliest time at which the vehicle can be promised (R-EST-08).

        The team's backlog before it, shared among its people; the parts that are
        still to come; this ticket's own work; and the company's buffer, all counted in
        the team's working time. Who comes by appointment does not wait: the team's
        time is held for him.

        :param buffer: percent to add to the work; None: the company's
        """
        self.ensure_one()
        team = self.team_id
        clock = Clocks().of(team.resource_calendar_id, self.company_id)
        own = sum(
            line._get_planned_hours()
            for line in self.line_ids
            if line.line_type == "operation"
            and line.approval in ("proposed", "approved")
            and not line.is_done
        )
        # sudo: how busy the team is, not with what
        queued = 0.0
        if team and not self.appointment_ids:
            queued = team._get_backlog_hours() - self.sudo().remaining_hours
        wait = max(0.0, queued) / max(1, len(team.member_ids))
        if buffer is None:
            buffer = self.company_id.aftersales_promise_buffer
        buffer = 1 + buffer / 100
        now = fields.Datetime.now()
        start = max(clock.add(now, wait * buffer * 60), self._get_parts_expected_at())
        return clock.add(start, own * buffer * 60)

    def _get_parts_expected_at(self):
        """Return when the last part of the open slips is expected; now if all is here.

        Goes by Odoo's own forecast of the slips' moves.
        """
        self.ensure_one()
        # sudo: the forecast of stock, which advisors do not read
        moves = self.sudo().picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        dates = [date for date in moves.mapped("forecast_expected_date") if date]
        return max([fields.Datetime.now(), *dates])

    def action_propose_promised_at(self):
        """Fill in the promised time from capacity, parts and buffer (R-EST-08)."""
        self.ensure_one()
        self._check_role("advisor", "dispatcher")
        if self.state in ("delivered", "closed", "cancelled"):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s is finished; there is nothing to promise.",
                    ticket=self.name,
                )
            )
        # sudo: the dispatcher promises, he does not edit the ticket; role is checked
        self.sudo().promised_at = self._propose_promised_at()

    def action_take_over(self):
        """Sign for vehicle and order, to ten minutes (R-DISP-02, R-RECV-13).

        :raises UserError: when the workshop has taken them over already.
        """
        self._check_role("dispatcher", "technician")
        self._check_state("assigned", "diagnosed", "quoted", "approved", "in_progress")
        now = fields.Datetime.now().replace(second=0)
        for ticket in self:
            if ticket.taken_over_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s was taken over by %(user)s already.",
                        ticket=ticket.name,
                        user=ticket.taken_over_by_id.name,
                    )
                )
            step = ticket.company_id.aftersales_takeover_rounding
            rounded = now - timedelta(minutes=now.minute % step)
            # sudo: stamps are not editable, role and state are checked above
            ticket.sudo().write(
                {"taken_over_by_id": self.env.uid, "taken_over_at": rounded}
            )

    def action_open_operations(self):
        """Open the jobs of this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.operation_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {}
        return action

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "cancelled":
            self.operation_ids._cancel()
        return result
