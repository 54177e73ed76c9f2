import logging

from odoo import api, fields, models

from ..tools.business_time import Clocks

_logger = logging.getLogger(__name__)
BATCH = 100
AT_WORK = ("approved", "in_progress", "inspection")


class AftersalesTicket(models.Model):
    """A promise in danger, told as soon as it is seen (R-BEY-13).

    Three things make a promised time unlikely: the work that remains, a part that is
    not there, an answer that has not come.
    """

    _inherit = "aftersales.ticket"

    promise_danger = fields.Selection(
        [
            ("work", "Work that remains"),
            ("parts", "Missing parts"),
            ("answer", "Missing answer"),
        ],
        "Promise in Danger by",
        compute="_compute_promise_in_danger",
        help="Why the promised time will probably not be kept.",
    )
    promise_likely_at = fields.Datetime(
        "Probably ready",
        compute="_compute_promise_in_danger",
        help="If all goes on at once. Empty: nobody knows when the parts come.",
    )
    promise_warned_for = fields.Datetime(
        readonly=True,
        copy=False,
        help="The promised time the advisor has been warned about.",
    )

    @api.depends("promised_at", "remaining_hours", "on_hold_reason", "state")
    def _compute_promise_in_danger(self):
        clocks = Clocks()
        now = fields.Datetime.now()
        self.promise_danger = False
        self.promise_likely_at = False
        self.promise_in_danger = False
        promised = self.filtered(
            lambda ticket: ticket.promised_at and ticket.state in (*AT_WORK, "quoted")
        )
        # sudo: stock's forecast, which advisors do not read; a date leaves this method
        shortages = promised.sudo()._get_shortages()
        for ticket in promised:
            danger, likely = ticket._get_promise_danger(
                shortages.get(ticket.id, []), now, clocks
            )
            ticket.promise_danger = danger
            ticket.promise_likely_at = likely
            ticket.promise_in_danger = bool(danger)

    def _get_shortages(self):
        """Return, by ticket id, when each missing part is expected (False: unknown)."""
        shortages = {}
        for line in self.line_ids.filtered("qty_short"):
            shortages.setdefault(line.ticket_id.id, []).append(line.expected_at)
        return shortages

    def _get_promise_danger(self, shortages, now, clocks):
        """Return ``(danger, likely end)`` of this ticket's promise.

        :param shortages: expected moments of its missing parts, False for unknown
        :param now: naive UTC
        :param clocks: `Clocks` of this operation
        """
        self.ensure_one()
        clock = clocks.of(self.team_id.resource_calendar_id, self.company_id)
        end = clock.add(now, self.remaining_hours * 60)
        if end > self.promised_at:
            return "work", end
        if not all(shortages):
            return "parts", False
        begin = max([now, *shortages])
        end = clock.add(begin, self.remaining_hours * 60)
        if end > self.promised_at:
            return "parts", end
        # If they who are asked agreed this minute.
        asked = sum(
            line._get_planned_hours()
            for line in self.line_ids
            if line.line_type == "operation" and line.approval == "proposed"
        )
        end = clock.add(begin, (self.remaining_hours + asked) * 60)
        if asked and end > self.promised_at:
            return "answer", end
        return False, end

    @api.model
    def _cron_warn_promises(self):
        """Call the advisors of promises in danger, once for each promised time.

        Each batch is committed; run again it finds nothing left to do. A promise that
        has passed is the deadlines' matter (R-BEY-13, R-SLA-06).
        """
        now = fields.Datetime.now()
        tickets = self.search(
            [
                ("promised_at", ">", now),
                ("state", "in", (*AT_WORK, "quoted")),
                ("on_hold_reason", "=", False),
            ],
            order="id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(tickets))
        for position in range(0, len(tickets), BATCH):
            batch = tickets[position : position + BATCH]
            try:
                with self.env.cr.savepoint():
                    batch._warn_promises()
            except Exception:
                # A batch that cannot be reckoned must not keep the others waiting.
                _logger.exception("Promises of %s cannot be looked at", batch)
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    def _warn_promises(self):
        """Call the advisors of those of these tickets whose promise is in danger."""
        labels = dict(self._fields["promise_danger"]._description_selection(self.env))
        for ticket in self:
            if (
                not ticket.promise_danger
                or ticket.promise_warned_for == ticket.promised_at
            ):
                continue
            user = ticket.advisor_id or ticket.team_id.leader_id
            ticket.promise_warned_for = ticket.promised_at
            ticket.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._(
                    "The promised time is in danger: %(reason)s",
                    reason=labels[ticket.promise_danger],
                ),
                user_id=user.id or self.env.ref("base.user_admin").id,
            )
