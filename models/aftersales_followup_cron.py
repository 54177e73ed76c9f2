import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 100
DAY = timedelta(days=1)


class AftersalesFollowup(models.Model):
    """What happens to follow-ups by themselves: opening, escalation, stand-ins."""

    _inherit = "aftersales.followup"

    @api.model
    def _get_activity_xmlids(self):
        return [
            "aftersales.activity_followup",
            "aftersales.activity_followup_overdue",
        ]

    # -- Scheduled ------------------------------------------------------------------

    def _cron_open_followups(self):
        """Open the windows that have come and report what has been let slip.

        In this order: stand-ins (R-FU-10), windows that opened (R-FU-01..05), overdue
        windows, points unsolved in time and solutions not told on their day
        (R-FU-08). Works in committed batches and marks each row in the commit that
        serves it, so it may be killed at any instant and run again: nothing is done
        twice, and nothing is lost while the server slept. A record that fails is
        logged, keeps the reason in ``failure``, and does not stop the others.
        """
        now = fields.Datetime.now()
        self._sync_handlers()
        for domain, order, work in self._get_scheduled_work(now):
            if not self._run_scheduled(domain, order, work):
                return

    @api.model
    def _get_scheduled_work(self, now):
        """Return what the cron does: (which rows, in which order, method name)."""
        unfinished = Domain("state", "in", ("planned", "open"))
        return [
            (
                Domain("state", "=", "planned") & Domain("window_start", "<=", now),
                "window_start, id",
                "_open",
            ),
            (
                unfinished
                & Domain("escalated_at", "=", False)
                & Domain("window_end", "<", now),
                "window_end, id",
                "_escalate",
            ),
        ]

    @api.model
    def _get_midnight(self, company, now):
        """Return the beginning of the company's present day, in UTC."""
        tz = company.partner_id.tz or "UTC"
        local = fields.Datetime.context_timestamp(self.with_context(tz=tz), now)
        offset = local.utcoffset()
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return midnight - offset

    def _run_scheduled(self, domain, order, method):
        """Do ``method`` on the rows of ``domain``, in committed batches.

        :return: whether there is time left for more
        """
        ids = self.search(domain, order=order).ids
        Cron = self.env["ir.cron"]
        if not Cron._commit_progress(remaining=len(ids)):
            return False
        for start in range(0, len(ids), BATCH):
            batch_ids = ids[start : start + BATCH]
            # Another worker may have served some since: lock, and look again.
            batch = self.browse(batch_ids).try_lock_for_update()
            self._do_batch(batch.filtered_domain(domain), method)
            if not Cron._commit_progress(len(batch_ids)):
                return False
        return True

    def _do_batch(self, batch, method):
        """Do ``method`` on all of ``batch``; if that fails, on one after the other."""
        if not batch:
            return
        try:
            with self.env.cr.savepoint():
                getattr(batch, method)()
                self.env.flush_all()
            return
        except Exception:
            _logger.info("%s: batch failed, trying one by one", method, exc_info=True)
        self.env.invalidate_all(flush=False)
        for followup in batch:
            try:
                with self.env.cr.savepoint():
                    getattr(followup, method)()
                    self.env.flush_all()
            except Exception as error:
                self.env.invalidate_all(flush=False)
                _logger.exception("%s failed on %s", method, followup)
                followup._write_failure(error)

    def _get_failure_user(self):
        return self._get_supervisor()

    def _get_failure_summary(self):
        return self.env._("This follow-up could not be handled")

    def _open(self):
        """Open windows: state, handler as of today, one activity for the handler."""
        self._assign_handlers()
        self.write({"state": "open", "failure": False})
        self._make_activities(
            "aftersales.activity_followup",
            lambda followup: {
                "user_id": (followup.user_id or followup._get_supervisor()).id,
                "summary": followup.display_name,
                "date_deadline": followup._get_deadline_date(),
            },
            # The calls of the day are a list, not an e-mail each.
            notify=False,
        )

    def _make_activities(self, xmlid, get_vals, notify=True):
        """Make one activity for each, all at once.

        :param get_vals: gives the values of the activity of one follow-up
        :param notify: whether each goes to its person by e-mail, too
        """
        activity_type = self.env.ref(xmlid)
        model_id = self.env["ir.model"]._get_id(self._name)
        activities = self.env["mail.activity"]
        if not notify:
            activities = activities.with_context(mail_activity_quick_update=True)
        return activities.create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": model_id,
                    "res_id": followup.id,
                    **get_vals(followup),
                }
                for followup in self
            ]
        )

    def _make_supervisor_activities(self, xmlid, get_vals, notify=True):
        """Make one activity for each with its supervisor, all at once."""
        supervisors = {
            (company, team): followups[0]._get_supervisor()
            for (company, team), followups in self.grouped(
                lambda followup: (followup.company_id, followup.ticket_id.team_id)
            ).items()
        }
        self._make_activities(
            xmlid,
            lambda followup: {
                "user_id": supervisors[
                    followup.company_id, followup.ticket_id.team_id
                ].id,
                **get_vals(followup),
            },
            notify=notify,
        )

    def _get_deadline_date(self):
        """Return the day on which the window closes, where its handler sits."""
        self.ensure_one()
        tz = self.user_id.tz or self.company_id.partner_id.tz or "UTC"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=tz), self.window_end
        ).date()

    def _escalate(self):
        """Report overdue windows to the supervisor, once."""
        self.write({"escalated_at": fields.Datetime.now()})
        nobody = self.env._("nobody")
        self._make_supervisor_activities(
            "aftersales.activity_followup_overdue",
            lambda followup: {
                "summary": self.env._(
                    "Follow-up overdue, in the hands of %(user)s",
                    user=followup.user_id.name or nobody,
                ),
            },
            notify=False,
        )

    # -- Who does it ----------------------------------------------------------------

    def _assign_handlers(self):
        """Set who does these follow-ups today: the clerk, or the stand-in (R-FU-10)."""
        Substitute = self.env["aftersales.substitute"]
        # sudo: the handler is not editable, it follows from clerk and roster
        for company, followups in self.sudo().grouped("company_id").items():
            handlers = Substitute._get_stand_ins(company, followups.clerk_id)
            for clerk, own in followups.grouped("clerk_id").items():
                handler = handlers.get(clerk, clerk)
                own.filtered(
                    lambda followup, handler=handler: followup.user_id != handler
                )._hand_over(handler)

    def _hand_over(self, handler):
        """Give follow-ups and their open activities to ``handler``."""
        if not self:
            return
        self.write({"user_id": handler.id})
        activities = self.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id
                == self.env.ref("aftersales.activity_followup")
                and activity.user_id != handler
            )
        )
        if activities and handler:
            activities.with_context(mail_activity_quick_update=True).write(
                {"user_id": handler.id}
            )

    @api.model
    def _sync_handlers(self, users=None):
        """Hand over, or back, what absences that began or ended have moved.

        :param users: only the follow-ups of these clerks; default: of everybody
        """
        if users is None:
            users = self._get_moved_clerks()
        # sudo: the handler is not editable, it follows from clerk and roster
        self.sudo().search(
            [("state", "in", ("planned", "open")), ("clerk_id", "in", users.ids)]
        )._assign_handlers()

    @api.model
    def _get_moved_clerks(self):
        """Return the clerks who are absent about now, or whose work others do."""
        today = fields.Date.today()
        # sudo: the roster is the supervisor's, everybody's work follows it
        absent = (
            self.env["aftersales.substitute"]
            .sudo()
            .search([("date_from", "<=", today + DAY), ("date_to", ">=", today - DAY)])
        )
        self.flush_model(["clerk_id", "user_id", "state"])
        moved = self.env.execute_query(
            SQL(
                "SELECT DISTINCT clerk_id FROM aftersales_followup "
                "WHERE state IN ('planned', 'open') AND clerk_id IS NOT NULL "
                "AND clerk_id IS DISTINCT FROM user_id"
            )
        )
        return absent.user_id | self.env["res.users"].browse(row[0] for row in moved)
