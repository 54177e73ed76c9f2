from odoo import api, fields, models
from odoo.exceptions import UserError

# As long as the work has not begun; later the promise moves with a notice of delay.
PROMISE_STATES = ("assigned", "diagnosed", "quoted", "approved")
STAMPS = {"promise_override_by_id", "promise_override_at", "promise_capacity_at"}


class AftersalesTicket(models.Model):
    """A time promised before capacity allows it: warned, and recorded (R-EST-08)."""

    _inherit = "aftersales.ticket"

    promise_is_short = fields.Boolean(compute="_compute_promise_is_short")
    promise_earliest_at = fields.Datetime(
        "Earliest by capacity",
        compute="_compute_promise_is_short",
        help="When the work can be finished by the team's backlog, the parts that are "
        "still to come and this ticket's own hours, without any buffer.",
    )
    promise_reason = fields.Char(
        "Promised all the same because",
        copy=False,
        tracking=True,
        help="Why the customer is promised an earlier time than the workshop's "
        "capacity allows; the team's leader is told.",
    )
    promise_override_by_id = fields.Many2one(
        "res.users", string="Promised against capacity by", readonly=True, copy=False
    )
    promise_override_at = fields.Datetime(
        "Promised against capacity at", readonly=True, copy=False
    )
    promise_capacity_at = fields.Datetime(
        "Capacity said",
        readonly=True,
        copy=False,
        help="The earliest time by capacity when the earlier one was promised.",
    )

    _promise_override_check = models.Constraint(
        "CHECK(promise_override_at IS NULL OR (promise_override_by_id IS NOT NULL"
        " AND promise_capacity_at IS NOT NULL AND promise_reason IS NOT NULL))",
        "A promise against capacity names its reason, who gave it and what the "
        "capacity was.",
    )

    @api.depends("promised_at", "state", "team_id", "service_mode")
    def _compute_promise_is_short(self):
        for ticket in self:
            earliest = ticket._get_earliest_promise()
            ticket.promise_earliest_at = earliest
            ticket.promise_is_short = bool(earliest and ticket.promised_at < earliest)

    def _get_earliest_promise(self):
        """Return when capacity lets the work end, or False where nothing is promised.

        Without the company's buffer: the buffer is what a promise may use up.
        """
        self.ensure_one()
        if (
            not self.promised_at
            or self.state not in PROMISE_STATES
            or self.service_mode not in ("workshop", "factory")
            or not self.team_id.member_ids
        ):
            return False
        return self._propose_promised_at(buffer=0.0)

    def write(self, vals):
        if not self.env.su and STAMPS & vals.keys():
            raise UserError(
                self.env._(
                    "Who promised against capacity is noted by the promise itself; "
                    "write the reason and the promised time."
                )
            )
        if "promised_at" in vals:
            # Another promise is another decision.
            vals = {**dict.fromkeys([*STAMPS, "promise_reason"], False), **vals}
        result = super().write(vals)
        # sudo: steps that move the promise (appointment, notice of delay) have looked
        # at it themselves
        if "promised_at" in vals and not self.env.su:
            self.filtered(lambda t: t.state in ("quoted", "approved"))._check_promise()
        return result

    def action_quote(self):
        """Lay the estimate, with the promised time, before those who pay (R-EST-04).

        :raises UserError: when the time is earlier than capacity allows and nobody
            wrote why
        """
        self._check_promise()
        return super().action_quote()

    def _check_promise(self):
        """Record promises that capacity does not allow; refuse those without a reason.

        :raises UserError: naming the ticket and the earliest time
        """
        for ticket in self:
            if not ticket.promise_is_short or ticket.promise_override_at:
                continue
            if not ticket.promise_reason:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: team %(team)s can be done on %(earliest)s "
                        "at the earliest, the customer is promised %(promised)s. "
                        "Press Propose a time, or write why the earlier time is "
                        "promised all the same.",
                        ticket=ticket.name,
                        team=ticket.team_id.name,
                        earliest=ticket._format_promise(ticket.promise_earliest_at),
                        promised=ticket._format_promise(ticket.promised_at),
                    )
                )
            # sudo: stamps are not editable; who promises may edit the ticket
            ticket.sudo().write(
                {
                    "promise_override_by_id": self.env.uid,
                    "promise_override_at": fields.Datetime.now(),
                    "promise_capacity_at": ticket.promise_earliest_at,
                }
            )
            ticket._tell_promise()

    def _format_promise(self, moment):
        """Return ``moment`` to the minute, in the user's time zone and language."""
        return self.env["ir.qweb.field.datetime"].value_to_html(
            moment, {"hide_seconds": True}
        )

    def _tell_promise(self):
        """Let the team's leader know what was promised over his capacity."""
        self.ensure_one()
        leader = self.team_id.leader_id
        if not leader or leader == self.env.user:
            return
        # sudo: whoever promises may not plan other people's activities
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Promised earlier than capacity allows"),
            note=self.env._(
                "Promised for %(promised)s, possible on %(earliest)s. Reason: "
                "%(reason)s",
                promised=self._format_promise(self.promised_at),
                earliest=self._format_promise(self.promise_earliest_at),
                reason=self.promise_reason,
            ),
            user_id=leader.id,
        )
