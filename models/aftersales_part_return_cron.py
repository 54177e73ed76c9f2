import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

BATCH = 100


class AftersalesPartReturn(models.Model):
    """What happens to old parts by themselves: reminded, charged, to be scrapped."""

    _inherit = "aftersales.part.return"

    is_field = fields.Boolean(
        "Field repair",
        compute="_compute_is_field",
        store=True,
        help="Replaced at the customer's: kept safe and handed to the warehouse "
        "regularly (R-OLD-03).",
    )
    overdue_told_on = fields.Date(
        readonly=True,
        copy=False,
        help="When who brings it in was last reminded that it is overdue.",
    )
    scrap_told_on = fields.Date(
        readonly=True,
        copy=False,
        help="When the keeper was told that the part need not be kept any longer.",
    )

    # The list of what is due, and what the scheduled action looks at.
    _due_idx = models.Index("(due_date, id) WHERE state = 'due'")
    _scrap_idx = models.Index(
        "(may_scrap_from, id) WHERE custody_state = 'zone' AND scrap_told_on IS NULL"
    )

    @api.depends("ticket_id.service_mode")
    def _compute_is_field(self):
        for item in self:
            item.is_field = item.ticket_id.service_mode == "onsite"

    @api.model
    def _cron_old_parts(self):
        """Remind of overdue old parts, bill what is held for them, and tell the keeper
        what need not be kept any longer (R-OLD-03, R-OLD-05, R-WAR-05, R-BEY-10).

        Each row is marked in the commit that serves it, so the action can be killed at
        any moment and run again. A row that fails keeps the reason, and does not stop
        the others.
        """
        progress = self.env["ir.cron"]._commit_progress
        work = self._get_scheduled_work()
        progress(remaining=sum(self.search_count(domain) for domain, __, __ in work))
        for domain, order, step in work:
            last = Domain.TRUE
            while items := self.search(domain & last, order=order, limit=BATCH):
                name = order.split(",")[0]
                last = (
                    Domain(name, "=", items[-1][name]) & Domain("id", ">", items[-1].id)
                ) | Domain(name, ">", items[-1][name])
                items._run_safely(step)
                if not progress(len(items)):
                    return

    @api.model
    def _get_scheduled_work(self):
        """Return what the cron does: (which rows, in which order, method name)."""
        overdue = Domain("state", "=", "due") & Domain("is_overdue", "=", True)
        today = fields.Date.context_today(self)
        told = Domain("overdue_told_on", "=", False)
        # sudo: the scheduled action serves all companies
        companies = self.env["res.company"].sudo()
        for company in companies.search([("aftersales_old_part_remind_days", ">", 0)]):
            since = today - timedelta(days=company.aftersales_old_part_remind_days)
            told |= Domain("company_id", "=", company.id) & Domain(
                "overdue_told_on", "<=", since
            )
        return [
            (
                overdue & Domain("charge_state", "=", "held"),
                "due_date, id",
                "_post_charge",
            ),
            (overdue & told, "due_date, id", "_tell_overdue"),
            (
                Domain("custody_state", "=", "zone")
                & Domain("scrap_told_on", "=", False)
                & Domain("may_scrap_from", "<=", today),
                "may_scrap_from, id",
                "_tell_scrap",
            ),
        ]

    def _run_safely(self, step):
        """Do ``step`` for all at once, or one by one when one of them fails."""
        try:
            with self.env.cr.savepoint():
                getattr(self, step)()
                self.filtered("failure").failure = False
                self.env.flush_all()
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            self.env.invalidate_all(flush=False)
            if len(self) == 1:
                _logger.warning("Old part %s: %s", self.id, error)
                self._write_failure(error)
                return
        for item in self:
            item._run_safely(step)

    def _tell_overdue(self):
        """Remind who brings these overdue parts in, and after that his superior."""
        today = fields.Date.context_today(self)
        again = self.filtered("overdue_told_on")
        for item in self.with_context(mail_activity_quick_update=True):
            users = item.user_id
            if item in again:
                users |= item.ticket_id.team_id.leader_id
            for user in users or item.ticket_id.advisor_id:
                item.activity_schedule(
                    "aftersales.activity_old_part_overdue",
                    date_deadline=today,
                    summary=self.env._(
                        "%(part)s was due on %(date)s",
                        part=item.display_name,
                        date=fields.Date.to_string(item.due_date),
                    ),
                    user_id=user.id,
                )
        self.overdue_told_on = today

    def _tell_scrap(self):
        """Tell who received these parts that they need not be kept any longer."""
        for item in self.with_context(mail_activity_quick_update=True):
            if item.received_by_id:
                item.activity_schedule(
                    "aftersales.activity_old_part_scrap",
                    user_id=item.received_by_id.id,
                )
        self.scrap_told_on = fields.Date.context_today(self)

    def _drop_reminder(self):
        self.activity_unlink(["aftersales.activity_old_part_overdue"])
        return super()._drop_reminder()
