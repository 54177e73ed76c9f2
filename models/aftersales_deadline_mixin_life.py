from odoo import fields, models
from odoo.tools import groupby

from ..tools.business_time import Clocks
from .aftersales_deadline import OPEN_STATES
from .aftersales_policy_deadline import MILESTONES

# What a milestone says about the others: who has arrived on site has been sent there.
# Only direct predecessors; `IMPLIED` below holds all of them.
_IMPLIES = {
    "assigned": ("relayed", "collected"),
    "responded": ("relayed", "collected"),
    "called_back": ("assigned", "responded"),
    "solution": ("called_back",),
    "arrived": ("solution",),
    "started": ("arrived",),
    "fixed": ("started", "progress_checked"),
    "ready": ("fixed",),
    "delivered": ("ready", "ready_notified"),
    "cs_closed": ("fixed",),
    "day_confirmed": ("workshop_told",),
    "hour_confirmed": ("day_confirmed",),
    "received": ("hour_confirmed",),
}


def _implied(milestone):
    """Return all milestones that ``milestone`` implies, in the order of the way."""
    found = set()
    todo = list(_IMPLIES.get(milestone, ()))
    while todo:
        found.add(step := todo.pop())
        todo += _IMPLIES.get(step, ())
    return tuple(key for key, __ in MILESTONES if key in found)


IMPLIED = {key: _implied(key) for key, __ in MILESTONES}


class AftersalesDeadlineMixin(models.AbstractModel):
    """The life of deadlines: reached, on hold, promised anew, given up.

    A step taken before an earlier one was stamped closes the earlier ones too, at the
    same moment (`IMPLIED`): nothing keeps counting behind the ticket's back, and a
    step skipped too late shows as late.
    """

    _inherit = "aftersales.deadline.mixin"

    def write(self, vals):
        result = super().write(vals)
        if self._deadline_condition_fields & vals.keys():
            self._deadline_sync()
        if self._deadline_people_fields & vals.keys():
            self._deadline_people_changed()
        return result

    def _deadline_rows(self, *states):
        """Return the rows of these documents in ``states``, in their order."""
        # sudo: rows are the engine's; the step that calls has checked its rights
        return (
            self.env["aftersales.deadline"]
            .sudo()
            .search(
                [(self._deadline_field, "in", self.ids), ("state", "in", states)],
                order=f"{self._deadline_field}, sequence, id",
            )
        )

    def _deadline_write(self, writes):
        """Write ``[(row, vals)]``, equal values together; end alerts of the done."""
        Deadline = self.env["aftersales.deadline"]
        for vals, group in groupby(writes, lambda item: tuple(sorted(item[1].items()))):
            # sudo: only the engine writes rows
            Deadline.concat(*(row for row, __ in group)).sudo().write(dict(vals))
        done = Deadline.concat(
            *(row for row, vals in writes if vals.get("state") not in OPEN_STATES)
        )
        done._close_activities()

    def _deadline_reach(self, milestone, at=None):
        """State that ``milestone`` has been reached; the first time counts.

        Closes the row as met or late, and with it what the milestone implies; rows
        that waited for any of these start running. While a document is on hold its
        clock stands still: reached then, a deadline is late only if it was already.

        :param milestone: key of `MILESTONES`
        :param at: naive UTC datetime, default now
        """
        at = at or fields.Datetime.now()
        clocks = Clocks()
        writes = []
        rows = self._deadline_rows(*OPEN_STATES)
        for document, its_rows in rows.grouped(self._deadline_field).items():
            # Hooks of the document run with the rights of whoever took the step.
            document = document.with_env(self.env)
            begun = {}
            for step in (*IMPLIED[milestone], milestone):
                for row in its_rows:
                    if row.milestone == step:
                        vals = begun.pop(row, {})
                        if step != milestone and not document._deadline_applies(
                            row.policy_line_id
                        ):
                            vals = {"state": "cancelled", "alert_at": False}
                        else:
                            vals = document._deadline_close_vals(row, vals, at, clocks)
                        writes.append((row, vals))
                    elif row.wait_milestone == step and row.state == "waiting":
                        begun[row] = document._deadline_begin_vals(row, at, clocks)
            writes += begun.items()
        self._deadline_write(writes)

    def _deadline_close_vals(self, row, begun, at, clocks):
        """Return the values that close ``row`` at ``at``.

        :param begun: values that start it at this very moment, if it was waiting
        """
        vals = dict(begun)
        due = vals.get("due", row.due)
        if row.state == "paused":
            vals.update(row._prepare_moved_vals(at, clocks))
            due = vals["due"]
        if not row.user_id:
            vals["user_id"] = self._deadline_user(row.role).id
        vals.update(
            state="late" if due and at > due else "met",
            start=vals.get("start") or row.start or at,
            reached=at,
            reached_by_id=self.env.uid,
            alert_at=False,
            paused_at=False,
        )
        return vals

    def _deadline_begin_vals(self, row, at, clocks):
        """Return the values that start the clock of a waiting ``row`` at ``at``."""
        vals = row._prepare_run_vals(at, clocks)
        vals["user_id"] = self._deadline_user(row.role).id or row.user_id.id
        if self._deadline_on_hold():
            vals.update(state="paused", paused_at=at)
        return vals

    def _deadline_pause(self, at=None):
        """Stop the clocks, because the document is on hold. Twice changes nothing."""
        at = at or fields.Datetime.now()
        self._deadline_rows("running").write({"state": "paused", "paused_at": at})

    def _deadline_resume(self, at=None):
        """Start the clocks again; each is due later by just the time it stood still.

        The time is counted in the row's own clock: over a weekend on hold, a deadline
        in working time does not move. What was overdue stays overdue.
        """
        at = at or fields.Datetime.now()
        clocks = Clocks()
        writes = []
        for row in self._deadline_rows("paused"):
            vals = row._prepare_moved_vals(at, clocks)
            vals.update(
                state="running", paused_at=False, alert_at=row._next_alert(vals)
            )
            writes.append((row, vals))
        self._deadline_write(writes)

    def _deadline_cancel(self):
        """End every open deadline: the document has been given up."""
        self._deadline_write(
            [
                (row, {"state": "cancelled", "alert_at": False})
                for row in self._deadline_rows(*OPEN_STATES)
            ]
        )

    def _deadline_event_changed(self, event):
        """Count the open deadlines that follow ``event`` anew.

        A new promise is a new deadline: where it lies ahead, the old activities are
        closed and the row can warn and escalate again.
        """
        clocks = Clocks()
        now = fields.Datetime.now()
        rows = self._deadline_rows(*OPEN_STATES).filtered(lambda r: r.event == event)
        writes = []
        renewed = rows.browse()
        for document, its_rows in rows.grouped(self._deadline_field).items():
            document = document.with_env(self.env)
            at = document._deadline_event(event)
            for row in its_rows:
                vals = {"state": "waiting", "due": False, "alert_at": False}
                if at:
                    report = document._deadline_start()
                    vals = row._prepare_run_vals(
                        report if row.unit == "before_event" else at, clocks, at
                    )
                    if document._deadline_on_hold():
                        vals.update(state="paused", paused_at=now)
                    if vals["due"] and vals["due"] > now:
                        renewed |= row
                        vals.update(warned_at=False, escalated_at=False)
                    vals["alert_at"] = row._next_alert(vals)
                writes.append((row, vals))
        renewed._close_activities()
        self._deadline_write(writes)

    def _deadline_people_changed(self):
        """Hand the open deadlines to those who hold their roles now."""
        writes = []
        rows = self._deadline_rows(*OPEN_STATES)
        for document, its_rows in rows.grouped(self._deadline_field).items():
            document = document.with_env(self.env)
            users = {
                role: document._deadline_user(role) for role in its_rows.mapped("role")
            }
            for row in its_rows:
                user = users[row.role]
                if user and user != row.user_id:
                    writes.append((row, {"state": row.state, "user_id": user.id}))
        self._deadline_write(writes)

    def _deadline_sync(self):
        """Make rows that apply now and did not before, cancel those that no longer do.

        For a change of channel or mode after the report. Rows of steps that already
        lie behind the document are not made, and a document that has been given up
        gets none.
        """
        clocks = Clocks()
        duty = self._deadline_duty()
        plans = {}
        rows = self._deadline_rows(*OPEN_STATES, "met", "late", "cancelled")
        by_document = rows.grouped(self._deadline_field)
        new, cancelled = [], []
        again = rows.browse()
        for document in self.filtered("policy_id"):
            its_rows = by_document.get(document, rows.browse())
            live = its_rows.filtered(lambda row: row.state != "cancelled")
            if its_rows and not live:
                continue
            wanted = {step.milestone for step in document._deadline_plan(plans)}
            reached = {row.milestone: row.reached for row in live if row.reached}
            behind = {step for done in reached for step in IMPLIED[done]}
            missing = wanted - behind - set(live.mapped("milestone"))
            cancelled += live.filtered(
                lambda row, wanted=wanted: (
                    row.state in OPEN_STATES and row.milestone not in wanted
                )
            )
            again |= its_rows.filtered(
                lambda row, missing=missing: row.milestone in missing
            )
            new += document._deadline_prepare_rows(
                plans, clocks, duty, reached, missing
            )
        self._deadline_write(
            [(row, {"state": "cancelled", "alert_at": False}) for row in cancelled]
        )
        again.unlink()
        self._deadline_insert(new)
        self.filtered(lambda document: document._deadline_on_hold())._deadline_pause()
