from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STAMPS = {"done_at", "done_by_id", "state"}


class AftersalesDispatchReport(models.Model):
    """A report on the assignment of work: figures, problems, lessons (R-DISP-11)."""

    _name = "aftersales.dispatch.report"
    _description = "Dispatch Report"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, index=True
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    team_id = fields.Many2one(
        "aftersales.team", check_company=True, help="Empty: the whole workshop."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Written by",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    progress = fields.Text(help="How the work went.")
    problems = fields.Text(help="What went wrong, and why.")
    lessons = fields.Text(help="What is done differently from now on.")
    state = fields.Selection(
        [("draft", "Being written"), ("done", "Handed in")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)

    # Figures
    jobs_given = fields.Integer("Jobs dispatched", compute="_compute_figures")
    jobs_done = fields.Integer(compute="_compute_figures")
    jobs_late = fields.Integer("Done after the promise", compute="_compute_figures")
    hours_planned = fields.Float("Hours dispatched", compute="_compute_figures")
    hours_clocked = fields.Float("Hours on the clock", compute="_compute_figures")
    rounds = fields.Integer("Rounds walked", compute="_compute_figures")
    rounds_missing = fields.Integer(compute="_compute_figures")
    patrol_minutes = fields.Integer("Minutes on patrol", compute="_compute_figures")
    checks_done = fields.Integer("Daily checks done", compute="_compute_figures")
    check_problems = fields.Integer("Problems found", compute="_compute_figures")
    findings_open = fields.Integer("Findings still open", compute="_compute_figures")
    objections = fields.Integer(compute="_compute_figures")

    _dates_fit = models.Constraint(
        "CHECK(date_from <= date_to)", "A report ends on the day it begins, or later."
    )
    _done_stamped = models.Constraint(
        "CHECK(state = 'draft' OR (done_at IS NOT NULL AND progress IS NOT NULL))",
        "A report that is handed in says how the work went.",
    )

    @api.depends("date_from", "date_to", "team_id")
    def _compute_display_name(self):
        for report in self:
            days = [str(report.date_from or "")]
            if report.date_to != report.date_from:
                days.append(str(report.date_to or ""))
            words = (" – ".join(days), report.team_id.name)
            report.display_name = " ".join(filter(None, words))

    @api.depends("date_from", "date_to", "team_id", "company_id")
    def _compute_figures(self):
        for report in self:
            report.update(report._get_figures())

    # -- Figures -----------------------------------------------------------------------

    def _get_bounds(self):
        """Return the first and the last moment of the report's days, naive UTC."""
        self.ensure_one()
        zone = timezone(self.company_id.resource_calendar_id.tz or "UTC")
        first, last = self.date_from, self.date_to + timedelta(days=1)
        return tuple(
            zone.localize(datetime.combine(day, time.min))
            .astimezone(utc)
            .replace(tzinfo=None)
            for day in (first, last)
        )

    def _get_jobs_domain(self):
        domain = Domain("company_id", "=", self.company_id.id)
        return (
            domain & Domain("team_id", "=", self.team_id.id)
            if self.team_id
            else (domain)
        )

    def _get_figures(self):
        """Return the figures by field name; a fixed number of queries."""
        self.ensure_one()
        if not (self.date_from and self.date_to):
            return dict.fromkeys(
                [
                    name
                    for name, field in self._fields.items()
                    if field.compute == "_compute_figures"
                ],
                0,
            )
        start, stop = self._get_bounds()
        rows = self._get_rows()
        shifts = self._sum(
            "aftersales.shift",
            Domain("date_start", ">=", start) & Domain("date_start", "<", stop),
            ["round_count:sum", "rounds_missing:sum", "patrol_minutes:sum"],
        )
        of_team = (
            Domain("team_id", "=", self.team_id.id) if self.team_id else (Domain.TRUE)
        )
        days = Domain("date", ">=", self.date_from) & Domain("date", "<=", self.date_to)
        checks = self._sum(
            "aftersales.readiness",
            days & of_team & Domain("state", "=", "done"),
            ["__count", "problem_count:sum"],
        )
        within = Domain("create_date", ">=", start) & Domain("create_date", "<", stop)
        [open_findings] = self._sum(
            "aftersales.finding", within & of_team & Domain("state", "=", "open")
        )
        jobs = (
            Domain("operation_id.team_id", "=", self.team_id.id)
            if self.team_id
            else Domain.TRUE
        )
        [objections] = self._sum("aftersales.objection", within & jobs)
        return {
            "jobs_given": sum(row["given"] for row in rows),
            "jobs_done": sum(row["done"] for row in rows),
            "jobs_late": sum(row["late"] for row in rows),
            "hours_planned": sum(row["planned"] for row in rows),
            "hours_clocked": sum(row["clocked"] for row in rows),
            "rounds": shifts[0],
            "rounds_missing": shifts[1],
            "patrol_minutes": shifts[2],
            "checks_done": checks[0],
            "check_problems": checks[1],
            "findings_open": open_findings,
            "objections": objections,
        }

    def _sum(self, model, domain, aggregates=("__count",)):
        """Return the aggregates of this company's rows, 0 for none."""
        domain &= Domain("company_id", "=", self.company_id.id)
        [found] = self.env[model]._read_group(domain, [], list(aggregates))
        return [value or 0 for value in found]

    def _get_rows(self):
        """Return what each technician was given and did, by name.

        :return: list of dicts ``user``, ``given``, ``done``, ``late`` (jobs),
            ``planned``, ``clocked``, ``idle`` (hours)
        """
        self.ensure_one()
        start, stop = self._get_bounds()
        jobs = self.env["aftersales.operation"]
        domain = self._get_jobs_domain()
        rows = {}

        def row(user):
            return rows.setdefault(
                user,
                {
                    "user": user,
                    **dict.fromkeys(("given", "done", "late"), 0),
                    **dict.fromkeys(("planned", "clocked", "idle"), 0.0),
                },
            )

        given = domain & Domain("dispatched_at", ">=", start)
        given &= Domain("dispatched_at", "<", stop)
        for user, count, hours in jobs._read_group(
            given, ["technician_id"], ["__count", "planned_hours:sum"]
        ):
            row(user).update(given=count, planned=hours)
        done = domain & Domain("done_at", ">=", start) & Domain("done_at", "<", stop)
        done &= Domain("state", "=", "done")
        for job in jobs.search_fetch(done, ["technician_id", "done_at", "ticket_id"]):
            row(job.technician_id)["done"] += 1
            promised = job.ticket_id.promised_at
            row(job.technician_id)["late"] += bool(promised and job.done_at > promised)
        for user, category, hours in self.env["aftersales.timelog"]._read_group(
            self._get_times_domain(start, stop),
            ["user_id", "category"],
            ["duration:sum"],
        ):
            row(user)["clocked" if category == "job" else "idle"] += hours
        return sorted(rows.values(), key=lambda found: found["user"].name or "")

    def _get_times_domain(self, start, stop):
        """Return the domain of the times on the clock that this report counts."""
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("date_start", ">=", start) & Domain("date_start", "<", stop)
        if self.team_id:
            domain &= Domain("operation_id.team_id", "=", self.team_id.id) | (
                Domain("operation_id", "=", False)
                & Domain("user_id", "in", self.team_id.member_ids.ids)
            )
        return domain

    def _get_shifts(self):
        """Return the shifts of the report's days."""
        self.ensure_one()
        return self.env["aftersales.shift"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            order="date_start",
        )

    # -- Steps -------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su:
            if STAMPS & vals.keys():
                raise UserError(self.env._("A report is handed in with its button."))
            for report in self:
                if report.state == "done":
                    raise UserError(
                        self.env._(
                            "Dispatch report %(report)s has been handed in.",
                            report=report.display_name,
                        )
                    )
        return super().write(vals)

    def action_done(self):
        """Hand the report in (R-DISP-11).

        :raises UserError: without a word on how the work went
        """
        self.env["aftersales.shift"]._check_dispatcher()
        for report in self:
            if not report.progress:
                raise UserError(
                    self.env._(
                        "Dispatch report %(report)s: write how the work went.",
                        report=report.display_name,
                    )
                )
        # sudo: stamps are not editable; role and text are checked above
        self.sudo().write(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_at": fields.Datetime.now(),
            }
        )
