from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_followup import NOTES


class AftersalesFollowup(models.Model):
    """The contact itself: done, nobody reached, skipped; and what follows from it."""

    _inherit = "aftersales.followup"

    # -- Steps ----------------------------------------------------------------------

    def _check_step(self, *states):
        """Raise unless the user works with customers and every state fits."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "aftersales.group_aftersales_advisor"
        ):
            raise AccessError(
                self.env._("Follow-ups are made by customer service (service advisor).")
            )
        labels = dict(self._fields["state"]._description_selection(self.env))
        for followup in self:
            if followup.state not in states:
                raise UserError(
                    self.env._(
                        "Follow-up %(followup)s is %(state)s already.",
                        followup=followup.display_name,
                        state=labels[followup.state],
                    )
                )

    def action_done(self):
        """End the contact: what the customer said is on record (R-FU-01, R-FU-11).

        Reaches the ticket's deadline *followed up*, enters the call in the register,
        plans the next follow-up of the chain and starts the clock of an open point.

        :raises UserError: without *satisfied*, without any note, or for a
            dissatisfied customer without his complaint.
        """
        self._check_step("planned", "open")
        for followup in self:
            followup._check_complete()
        now = fields.Datetime.now()
        # sudo: state and stamps are not editable; role, access and state are checked
        done = self.sudo()
        done.write(
            {
                "state": "done",
                "reached": True,
                "done_at": now,
                "done_by_id": self.env.uid,
                "failure": False,
            }
        )
        done._start_issues(now)
        done.activity_feedback(self._get_activity_xmlids())
        done._register_calls()
        done.ticket_id._deadline_reach("followed_up", now)
        done._log_on_tickets()
        self.env["aftersales.followup.rule"]._plan("followup_done", self)

    def _check_complete(self):
        self.ensure_one()
        if not self.satisfied:
            raise UserError(
                self.env._(
                    "Follow-up %(followup)s: say whether the customer is satisfied.",
                    followup=self.display_name,
                )
            )
        if not any(self[fname] for fname in NOTES):
            raise UserError(
                self.env._(
                    "Follow-up %(followup)s: write down what the customer said, under "
                    "at least one of the headings.",
                    followup=self.display_name,
                )
            )
        if self.satisfied == "dissatisfied" and not self.complaint_text:
            raise UserError(
                self.env._(
                    "Follow-up %(followup)s: the customer is dissatisfied. Write down "
                    "the complaint, so that somebody can act on it.",
                    followup=self.display_name,
                )
            )

    def _log_on_tickets(self):
        """Leave a note of the result in each ticket's thread."""
        labels = dict(self._fields["satisfied"]._description_selection(self.env))
        for followup in self:
            followup.ticket_id._message_log(
                body=self.env._(
                    "%(followup)s: %(result)s. %(complaint)s",
                    followup=followup.rule_id.name or self.env._("Follow-up"),
                    result=labels[followup.satisfied],
                    complaint=followup.complaint_text or "",
                )
            )

    def action_skip(self, reason=None):
        """Give the contact up, with the reason.

        :param reason: why, in words
        :raises UserError: without a reason, or when it has been done.
        """
        self._check_step("planned", "open")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the customer is not contacted."))
        # sudo: the state is not editable; role, access and state are checked above
        self.sudo()._skip(reason.strip())

    def _skip(self, reason):
        """Give these contacts up, whoever decided it."""
        self.write({"state": "skipped", "skip_reason": reason})
        self.activity_unlink(self._get_activity_xmlids())
        self._drop_deadlines()

    def _set_ticket_deadlines(self):
        """Let the tickets' deadline *followed up* end with the window of the first.

        A rule says when the customer is called; the policy's own limit would run
        out before a later window opens. Reminding is the follow-up's business then.
        """
        first = {}
        for followup in self.sorted("window_end", reverse=True):
            first[followup.ticket_id] = followup
        tickets = self.ticket_id
        writes = []
        for row in tickets._deadline_rows("waiting", "running", "paused"):
            if row.milestone == "followed_up":
                followup = first[row.ticket_id]
                vals = {
                    "state": "running",
                    "start": row.start or followup.window_start,
                    "due": followup.window_end,
                    "warning_at": False,
                    "alert_at": False,
                    "paused_at": False,
                    "is_target": True,
                    "user_id": followup.user_id.id,
                }
                writes.append((row, vals))
        tickets._deadline_write(writes)

    def _drop_deadlines(self):
        """Cancel *followed up* of tickets that have no follow-up left to make."""
        tickets = self.ticket_id
        waiting = tickets.followup_ids.filtered(
            lambda followup: followup.state in ("planned", "open")
        )
        tickets -= waiting.ticket_id
        rows = tickets._deadline_rows("waiting", "running", "paused").filtered(
            lambda row: row.milestone == "followed_up"
        )
        tickets._deadline_write(
            [(row, {"state": "cancelled", "alert_at": False}) for row in rows]
        )

    def action_call_attempt(self):
        """Count a call that reached nobody; the follow-up stays open (R-INT-08)."""
        self._check_step("planned", "open")
        now = fields.Datetime.now()
        # sudo: counters are not editable; role, access and state are checked above
        for followup in self.sudo():
            followup.write({"attempts": followup.attempts + 1, "last_attempt_at": now})
        self.sudo()._register_calls(reached=False)

    def action_open_skip(self):
        """Ask for the reason before the contact is given up."""
        self._check_step("planned", "open")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Skip the Follow-up"),
            "res_model": "aftersales.followup.skip",
            "view_mode": "form",
            "target": "new",
            "context": {"default_followup_ids": self.ids},
        }

    def action_open_ticket(self):
        """Open the ticket of this follow-up."""
        self.ensure_one()
        return self.ticket_id._get_records_action()

    def _register_calls(self, reached=True):
        """Enter the calls among these contacts in the call register (R-INT-08)."""
        now = fields.Datetime.now()
        self.env["aftersales.call"].create(
            [
                followup._prepare_call_vals(now, reached)
                for followup in self
                if followup.kind == "call"
            ]
        )

    def _prepare_call_vals(self, at, reached):
        self.ensure_one()
        notes = [self[fname] for fname in NOTES if self[fname]] if reached else []
        return {
            "direction": "out",
            "outbound_type": "followup",
            "date": at,
            "user_id": self.env.uid,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "phone": self.partner_id.phone,
            "vehicle_id": self.vehicle_id.id,
            "ticket_id": self.ticket_id.id,
            "followup_id": self.id,
            "reached": reached,
            "summary": "\n".join(notes) or self.env._("Nobody reached."),
            "answer": self.solution if reached else False,
            "satisfied": self.satisfied if reached else False,
        }
