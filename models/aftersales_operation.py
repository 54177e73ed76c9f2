from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.business_time import Clocks

# What the dispatcher decides; everything else follows from the steps.
PLAN_FIELDS = {
    "bay_id",
    "planned_hours",
    "planned_start",
    "sequence",
    "skill_id",
    "team_id",
    "technician_id",
}
OPEN_STATES = ("waiting", "assigned", "in_progress", "paused")
# Work that one person may still be given: what is at work stays with its technician.
MOVABLE_STATES = ("waiting", "assigned", "paused")


class AftersalesOperation(models.Model):
    """A job: one agreed operation of a ticket, planned, dispatched and clocked.

    Made when its line is agreed (`aftersales.ticket.line._approve`), one for each.
    """

    _name = "aftersales.operation"
    _description = "Workshop Job"
    _inherit = ["aftersales.ticket.document.mixin", "mail.thread"]
    _order = "planned_start, sequence, id"

    line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Ticket Line",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    promised_at = fields.Datetime(related="ticket_id.promised_at")
    priority = fields.Selection(related="ticket_id.priority")
    complaint = fields.Text(related="ticket_id.complaint")
    name = fields.Char(related="line_id.name")
    document_url = fields.Char(
        related="line_id.product_id.aftersales_document_url", string="Instructions"
    )
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        [
            ("waiting", "Not dispatched"),
            ("assigned", "Dispatched"),
            ("in_progress", "On the clock"),
            ("paused", "Interrupted"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="waiting",
        index=True,
        tracking=True,
    )
    team_id = fields.Many2one(
        "aftersales.team",
        index="btree_not_null",
        check_company=True,
        group_expand="_read_group_team_id",
    )
    technician_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        tracking=True,
        group_expand="_read_group_technician_id",
    )
    bay_id = fields.Many2one(
        "aftersales.bay",
        index="btree_not_null",
        check_company=True,
        group_expand="_read_group_bay_id",
    )
    skill_id = fields.Many2one(
        "aftersales.skill", string="Skill Needed", check_company=True
    )
    skill_missing = fields.Boolean(
        compute="_compute_skill_missing",
        help="The technician has not got the skill that the operation needs.",
    )
    planned_hours = fields.Float(help="Hours of work.")
    planned_start = fields.Datetime()
    planned_stop = fields.Datetime(
        "Planned end",
        compute="_compute_planned_stop",
        store=True,
        help="The planned hours after the start, in the team's working time.",
    )
    timelog_ids = fields.One2many("aftersales.timelog", "operation_id")
    clocked_hours = fields.Float(
        compute="_compute_clocked_hours",
        store=True,
        help="Hours on the clock; a clock still running counts when it stops.",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    done_at = fields.Datetime(readonly=True, copy=False)

    _line_uniq = models.UniqueIndex("(line_id)", "An operation is one job.")
    _hours_positive = models.Constraint(
        "CHECK(planned_hours > 0)", "A job takes more than no time."
    )
    _state_person = models.Constraint(
        "CHECK(state IN ('waiting', 'done', 'cancelled') OR technician_id IS NOT NULL)",
        "A job that is dispatched has a technician.",
    )
    # What the board shows, and what a bay or a team is busy with.
    _open_idx = models.Index(
        "(company_id, planned_start) WHERE state NOT IN ('done', 'cancelled')"
    )

    # -- Computed ----------------------------------------------------------------------

    @api.depends("ticket_id.name", "line_id.name")
    def _compute_display_name(self):
        for operation in self:
            operation.display_name = f"{operation.ticket_id.name}: {operation.name}"

    @api.depends("planned_start", "planned_hours", "team_id.resource_calendar_id")
    def _compute_planned_stop(self):
        clocks = Clocks()
        for operation in self:
            if not operation.planned_start:
                operation.planned_stop = False
                continue
            clock = clocks.of(
                operation.team_id.resource_calendar_id, operation.company_id
            )
            operation.planned_stop = clock.add(
                operation.planned_start, operation.planned_hours * 60
            )

    @api.depends("skill_id", "technician_id")
    def _compute_skill_missing(self):
        for operation in self:
            # sudo: skills of colleagues; only a yes or no leaves this method
            skills = operation.technician_id.sudo().aftersales_skill_ids
            operation.skill_missing = bool(
                operation.technician_id
                and operation.skill_id
                and operation.skill_id not in skills
            )

    @api.depends("timelog_ids.duration")
    def _compute_clocked_hours(self):
        hours = {
            operation.id: total
            for operation, total in self.env["aftersales.timelog"]._read_group(
                [("operation_id", "in", self.ids)], ["operation_id"], ["duration:sum"]
            )
        }
        for operation in self:
            operation.clocked_hours = hours.get(operation._origin.id, 0.0)

    @api.depends_context("uid")
    @api.depends("technician_id", "ticket_id.technician_ids")
    def _compute_is_mine(self):
        for operation in self:
            operation.is_mine = self.env.user in (
                operation.technician_id | operation.ticket_id.technician_ids
            )

    @api.model
    def _read_group_team_id(self, teams, domain):
        """Return a column for each team of the workshop, also for one without jobs."""
        return teams | teams.search([("kind", "in", ("workshop", "factory"))])

    @api.model
    def _read_group_technician_id(self, users, domain):
        """Return a column for each member of the workshop's teams (R-DISP-04)."""
        teams = self.env["aftersales.team"].search(
            [("kind", "in", ("workshop", "factory"))]
        )
        return users | teams.member_ids

    @api.model
    def _read_group_bay_id(self, bays, domain):
        """Return a column for each bay where work is done, also for an empty one."""
        return bays | bays.search([("kind", "not in", ("wash", "finished"))])

    # -- CRUD --------------------------------------------------------------------------

    def write(self, vals):
        planned = PLAN_FIELDS & vals.keys()
        if planned and not self.env.su:
            self._check_dispatcher()
        if "technician_id" in vals:
            self._check_movable(vals["technician_id"])
        result = super().write(vals)
        if "technician_id" in vals:
            self._after_dispatch()
        if planned & {"bay_id", "planned_start", "planned_hours", "team_id"}:
            self._check_bay()
        return result

    def _check_dispatcher(self):
        """Raise AccessError unless the user plans the workshop."""
        if not self.env.user.has_group("aftersales.group_aftersales_dispatcher"):
            raise AccessError(
                self.env._(
                    "Job %(job)s: the dispatcher decides who works on it, where and "
                    "when.",
                    job=self[:1].display_name,
                )
            )

    def _check_movable(self, technician_id):
        """Refuse to take a job from somebody who is at it."""
        for operation in self:
            if operation.technician_id.id == technician_id:
                continue
            if operation.state not in MOVABLE_STATES:
                raise UserError(
                    self.env._(
                        "Job %(job)s is %(state)s; it stays with %(technician)s. Let "
                        "the clock be stopped first.",
                        job=operation.display_name,
                        state=operation._get_state_label(),
                        technician=operation.technician_id.name or "-",
                    )
                )

    def _get_state_label(self):
        """Return the state in the user's words."""
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state]

    def _after_dispatch(self):
        """Let the state follow, and let the technician see the ticket."""
        for operation in self:
            technician, ticket = operation.technician_id, operation.ticket_id
            if not technician and operation.state in ("assigned", "paused"):
                operation.sudo().state = "waiting"
            elif technician and operation.state == "waiting":
                operation.sudo().state = "assigned"
            # sudo: the dispatcher adds a pair of hands, he does not edit the ticket
            if technician and technician not in (
                ticket.technician_id | ticket.technician_ids
            ):
                ticket.sudo().technician_ids |= technician

    def _check_bay(self):
        for operation in self:
            if (
                operation.bay_id
                and operation.planned_start
                and operation.state not in ("done", "cancelled")
            ):
                operation.bay_id._check_free(
                    operation.planned_start, operation.planned_stop, operation
                )

    # -- Making ------------------------------------------------------------------------

    @api.model
    def _create_for_lines(self, lines):
        """Make the jobs of agreed operation lines; those that exist are left alone.

        :param lines: ``aftersales.ticket.line``
        """
        # sudo: the payer's own signature in the portal comes here, too
        known = self.sudo().search([("line_id", "in", lines.ids)])
        cancelled = known.filtered(lambda job: job.state == "cancelled")
        cancelled.write({"state": "waiting", "technician_id": False})
        self.sudo().create(
            [
                self._prepare_operation_vals(line)
                for line in lines - known.line_id
                if line._is_workshop_operation()
            ]
        )

    def _prepare_operation_vals(self, line):
        """Return the values of the job of ``line``."""
        ticket = line.ticket_id
        return {
            "line_id": line.id,
            "ticket_id": ticket.id,
            "sequence": line.sequence,
            "team_id": ticket.team_id.id,
            "technician_id": ticket.technician_id.id,
            "state": "assigned" if ticket.technician_id else "waiting",
            "skill_id": line.product_id.aftersales_skill_id.id,
            "planned_hours": line._get_planned_hours(),
        }

    def _plan_key(self):
        """Hook: what decides which of several jobs is planned first."""
        self.ensure_one()
        return (self.sequence, self.id)

    def action_plan_next(self):
        """Plan these jobs, one after the other, at the technician's next free time.

        Jobs without a technician are planned after the team's last job. Hours are
        those of the team's working time (R-DISP-04, R-EST-08).
        """
        self._check_dispatcher()
        clocks = Clocks()
        now = fields.Datetime.now()
        people = self.technician_id
        ends = dict(
            self._read_group(
                [
                    ("technician_id", "in", people.ids),
                    ("state", "in", OPEN_STATES),
                    ("id", "not in", self.ids),
                    ("planned_stop", ">", now),
                ],
                ["technician_id"],
                ["planned_stop:max"],
            )
        )
        for operation in self.sorted(lambda job: job._plan_key()):
            clock = clocks.of(
                operation.team_id.resource_calendar_id, operation.company_id
            )
            start = max(ends.get(operation.technician_id, now), now)
            if not clock.is_working(start):
                # The first minute of work that follows.
                start = clock.add(start, 1) - timedelta(minutes=1)
            operation.planned_start = start
            ends[operation.technician_id] = operation.planned_stop
