import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.business_time import Clocks

_logger = logging.getLogger(__name__)
BATCH = 100
TIMES = {"date_start", "date_stop", "category", "operation_id", "user_id"}


class AftersalesTimelog(models.Model):
    """Time on a job, or on what else the day is spent with (R-WORK-11, R-BEY-14)."""

    _name = "aftersales.timelog"
    _description = "Time on the Clock"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    category = fields.Selection(
        [
            ("job", "On a job"),
            ("waiting_parts", "Waiting for parts"),
            ("waiting_customer", "Waiting for an answer"),
            ("no_work", "No work"),
            ("cleaning", "Cleaning, care of tools"),
            ("training", "Training"),
            ("break", "Break"),
            ("other", "Other"),
        ],
        required=True,
        default="job",
        index=True,
        tracking=True,
    )
    operation_id = fields.Many2one(
        "aftersales.operation",
        string="Job",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    ticket_id = fields.Many2one(
        related="operation_id.ticket_id", store=True, index="btree_not_null"
    )
    date_start = fields.Datetime(
        "From", required=True, default=fields.Datetime.now, tracking=True
    )
    date_stop = fields.Datetime("To", tracking=True)
    duration = fields.Float(
        compute="_compute_duration",
        store=True,
        precompute=True,
        help="Hours; 0 while the clock runs.",
    )
    entered_late = fields.Boolean(
        readonly=True,
        help="Entered or changed by hand afterwards, not by the clock (R-BEY-18).",
    )
    note = fields.Char(help="Why the time was entered or changed by hand.")

    _running_uniq = models.UniqueIndex(
        "(user_id) WHERE date_stop IS NULL", "One person is on one clock at a time."
    )
    _times_fit = models.Constraint(
        "CHECK(date_stop IS NULL OR date_stop >= date_start)",
        "A clock stops after it was started.",
    )
    _job_has_operation = models.Constraint(
        "CHECK((category = 'job') = (operation_id IS NOT NULL))",
        "Time on a job names the job; other time names none.",
    )

    @api.depends("date_start", "date_stop")
    def _compute_duration(self):
        for log in self:
            seconds = (
                (log.date_stop - log.date_start).total_seconds() if log.date_stop else 0
            )
            log.duration = seconds / 3600

    @api.depends("user_id", "operation_id", "category")
    def _compute_display_name(self):
        labels = dict(self._fields["category"]._description_selection(self.env))
        for log in self:
            what = log.operation_id.display_name or labels.get(log.category)
            log.display_name = f"{log.user_id.name}: {what}"

    @api.constrains("user_id", "date_start", "date_stop")
    def _check_overlap(self):
        for log in self:
            stop = log.date_stop or fields.Datetime.now()
            other = self.search(
                [
                    ("id", "!=", log.id),
                    ("user_id", "=", log.user_id.id),
                    ("date_start", "<", stop),
                    "|",
                    ("date_stop", ">", log.date_start),
                    ("date_stop", "=", False),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(user)s was on the clock of %(other)s at that time. One "
                        "person works on one thing at a time; correct the times.",
                        user=log.user_id.name,
                        other=other.display_name,
                    )
                )

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create times; those entered by hand are marked and say why."""
        if not self.env.su:
            vals_list = [dict(vals, entered_late=True) for vals in vals_list]
            if not all(vals.get("note") for vals in vals_list):
                raise UserError(
                    self.env._(
                        "Times are taken by the clock. One entered by hand says why in "
                        "its note."
                    )
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and TIMES & vals.keys():
            if not all(vals.get("note") or log.note for log in self):
                raise UserError(
                    self.env._(
                        "Say in the note why the time of %(log)s is changed by hand.",
                        log=self[:1].display_name,
                    )
                )
            vals = dict(vals, entered_late=True)
        return super().write(vals)

    # -- The clock ---------------------------------------------------------------------

    @api.model
    def _get_running(self, user):
        """Return the time that ``user`` is on now, or no record."""
        # sudo: one's own clock, of whatever company
        log = self.sudo().search(
            [("user_id", "=", user.id), ("date_stop", "=", False)], limit=1
        )
        return log

    def _stop(self, moment):
        """Stop these clocks at ``moment`` and let their jobs be interrupted."""
        # sudo: nobody edits times by hand for this; callers have checked the person
        logs = self.sudo()
        for log in logs:
            log.date_stop = max(moment, log.date_start)
        logs.operation_id._after_clock_stopped()

    @api.model
    def action_clock_idle(self, category):
        """Put the user on the clock of ``category``: time that is not on a job.

        :raises UserError: while the user is on the clock of a job.
        :raises AccessError: for somebody without the role Technician.
        """
        if not self.env.user.has_group("aftersales.group_aftersales_technician"):
            raise AccessError(self.env._("Only technicians are on the clock."))
        running = self._get_running(self.env.user)
        if running.operation_id:
            raise UserError(
                self.env._(
                    "You are on the clock of %(job)s. Stop it first.",
                    job=running.operation_id.display_name,
                )
            )
        now = fields.Datetime.now()
        running._stop(now)
        # sudo: technicians write no time themselves; role and clock are checked above
        return (
            self.sudo()
            .create(
                {
                    "user_id": self.env.uid,
                    "category": category,
                    "operation_id": False,
                    "date_start": now,
                }
            )
            .sudo(False)
        )

    @api.model
    def _cron_close_shifts(self):
        """Stop the clocks that were forgotten at the end of a shift (R-BEY-14).

        A clock started in working time stops with that shift; one started outside it
        after the company's longest time. Each batch is committed; run again it finds
        nothing left to do.
        """
        now = fields.Datetime.now()
        running = self.search([("date_stop", "=", False)], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(running))
        clocks = Clocks()
        for position in range(0, len(running), BATCH):
            batch = running[position : position + BATCH]
            for log in batch:
                try:
                    with self.env.cr.savepoint():
                        log._stop_forgotten(now, clocks)
                except Exception:
                    # One that cannot be stopped must not keep the others running.
                    _logger.exception("The clock %s cannot be stopped", log.id)
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    def _stop_forgotten(self, now, clocks):
        """Stop this clock when the latest time for it has passed."""
        end = self._get_latest_stop(clocks)
        if end <= now:
            self._stop(end)
            self.message_post(body=self.env._("Stopped at the end of the shift."))

    def _get_latest_stop(self, clocks):
        """Return when this clock has to stop at the latest."""
        self.ensure_one()
        team = self.operation_id.team_id
        clock = clocks.of(team.resource_calendar_id, self.company_id)
        if clock.is_working(self.date_start):
            return clock.end_of_shift(self.date_start)
        hours = self.company_id.aftersales_clock_max_hours
        return self.date_start + timedelta(hours=hours)
