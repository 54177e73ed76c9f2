import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Rows handled between two commits.
BATCH = 200
# When a row that could not be handled is tried again.
RETRY = timedelta(hours=1)
# How often a run looks again when somebody changes its rows at that very moment.
LOOKS = 5


class AftersalesDeadline(models.Model):
    """Calling the responsible person, then the supervisor, each once (R-SLA-06)."""

    _inherit = "aftersales.deadline"

    @api.model
    def _cron_escalate_deadlines(self):
        """Make activities for deadlines that draw near or have passed.

        The responsible person gets one when the warning lead begins, or else when the
        deadline has passed; the supervisor gets one when it has passed. Activity and
        marker are one transaction, committed per batch, so the action can be killed at
        any moment and run again. A row that fails is logged, does not stop the others
        and is tried again an hour later, behind the others; the manager is told on
        its document, once.
        """
        now = fields.Datetime.now()
        todo = Domain("state", "=", "running") & Domain("alert_at", "<=", now)
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count(todo))
        users = {}
        looks = LOOKS
        after = Domain.TRUE
        while rows := self.search(todo & after, order="alert_at, id", limit=BATCH):
            last = self._after(rows[-1])
            try:
                # Rows that a step of a user holds are his: the next run sees them.
                rows = rows.try_lock_for_update().filtered_domain(todo)
                rows._alert_safely(now, users)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                looks -= 1
                if not looks:
                    raise
                continue
            after = last
            if not progress(len(rows)):
                break

    @api.model
    def _after(self, row):
        """Return the domain of the rows that come after ``row`` in the cron's order."""
        same = Domain("alert_at", "=", row.alert_at) & Domain("id", ">", row.id)
        return same | Domain("alert_at", ">", row.alert_at)

    def _alert_safely(self, now, users):
        """Alert all rows at once, or one by one when one of them cannot be alerted."""
        try:
            with self.env.cr.savepoint():
                self._alert(now, users)
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # No fault of the row: the transaction must look at it anew.
            raise
        except Exception as error:
            if len(self) == 1:
                _logger.exception("Deadline %s cannot call anybody", self.id)
                self.env.invalidate_all(flush=False)
                self.alert_at = now + RETRY
                self.flush_recordset(["alert_at"])
                self._write_failure(error)
                return
            _logger.info("A batch of deadlines failed, taking them one by one")
        self.env.invalidate_all(flush=False)
        for row in self:
            row._alert_safely(now, users)

    def _get_failure_record(self):
        return self._get_document()

    def _get_failure_user(self):
        document = self._get_document()
        return document._deadline_user("manager") or super()._get_failure_user()

    def _get_failure_summary(self):
        return self.env._(
            "Nobody could be called for the deadline %(step)s", step=self.name
        )

    def _alert(self, now, users):
        """Create the activities that are due at ``now`` and mark the rows.

        :param users: cache over the run of whom to call, and in which language
        """
        activities = []
        marks = {}
        for row in self:
            overdue = row.due <= now
            vals = {}
            if not row.warned_at:
                activities.append(row._prepare_alert_vals("warning", overdue, users))
                vals["warned_at"] = now
            if overdue and row.escalation_role and not row.escalated_at:
                activities.append(row._prepare_alert_vals("escalation", overdue, users))
                vals["escalated_at"] = now
            vals["alert_at"] = row._next_alert(vals)
            if row.failure:
                vals["failure"] = False
            marks.setdefault(tuple(vals.items()), []).append(row.id)
        # Without a mail for each: the person's list of activities shows them.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            activities
        )
        for vals, ids in marks.items():
            self.browse(ids).write(dict(vals))
        self.env.flush_all()

    def _prepare_alert_vals(self, kind, overdue, users):
        """Return the values of the activity of ``kind`` for this row.

        :param kind: ``warning`` for the responsible person, ``escalation`` for the
            supervisor
        """
        document = self._get_document()
        role = self.role if kind == "warning" else self.escalation_role
        user = self._alert_user(document, role, users)
        row = self.with_env(self._alert_env(user, users))
        if overdue:
            summary = row.env._("Overdue: %(step)s", step=row.name)
        else:
            summary = row.env._("Due soon: %(step)s", step=row.name)
        Data = self.env["ir.model.data"]
        return {
            "activity_type_id": Data._xmlid_to_res_id(
                f"aftersales.activity_deadline_{kind}"
            ),
            "summary": summary,
            "date_deadline": fields.Datetime.context_timestamp(row, self.due).date(),
            "user_id": user.id,
            "automated": True,
            "aftersales_deadline_id": self.id,
            "aftersales_alert": kind,
            "res_model_id": self.env["ir.model"]._get_id(document._name),
            "res_id": document.id,
            # Odoo would compute these, and write each activity a second time.
            "res_model": document._name,
            "res_name": document.display_name,
            "user_tz": user.tz,
            "date_done": False,
        }

    def _alert_env(self, user, users):
        """Return an environment in the language and time zone of ``user``."""
        key = ("env", user.id, self.company_id.id)
        if key not in users:
            users[key] = self.with_context(
                lang=user.lang or self.env.lang,
                tz=user.tz or self.company_id.resource_calendar_id.tz,
            ).env
        return users[key]

    def _alert_user(self, document, role, users):
        """Return who is called for ``role``.

        Whoever holds it for the document; for the responsible role whom the row names;
        then who is on duty; then the first user of the company with that role.
        """
        user = document._deadline_user(role)
        if not user and role == self.role:
            user = self.user_id
        if user and user.active:
            return user
        key = (role, self.company_id.id)
        if key not in users:
            users[key] = self._default_user(role, self.company_id)
        return users[key]

    @api.model
    def _default_user(self, role, company):
        """Return who answers for ``role`` when the document names nobody."""
        user = self.env["aftersales.duty"]._on_duty(role, company)
        if user:
            return user
        name = "advisor" if role in ("followup", "salesperson") else role
        group = self.env.ref(f"aftersales.group_aftersales_{name}")
        domain = Domain("company_ids", "in", company.id) & Domain("share", "=", False)
        # sudo: users and groups are read to find a person, nothing of them is shown
        Users = self.env["res.users"].sudo()
        return (
            # Who was given the role itself comes before a manager who has all.
            Users.search(domain & Domain("group_ids", "in", group.ids), limit=1)
            or Users.search(domain & Domain("all_group_ids", "in", group.ids), limit=1)
        )

    def _close_activities(self):
        """Mark the activities of these rows as done, because nothing is left to do."""
        alerted = self.filtered(lambda row: row.warned_at or row.escalated_at)
        if not alerted:
            return
        # sudo: they were made by the scheduled action for other people
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search([("aftersales_deadline_id", "in", alerted.ids)])
        )
        activities.action_feedback()
