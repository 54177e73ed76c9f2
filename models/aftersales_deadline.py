from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.deadline_plan import run_times
from .aftersales_policy_deadline import EVENTS, MILESTONES, ROLES, UNITS

OPEN_STATES = ("waiting", "running", "paused")


class AftersalesDeadline(models.Model):
    """One promise of a ticket: a milestone, when it is due, when it was reached.

    Rows are written by the engine (`aftersales.deadline.mixin`) alone: no role may
    create, change or delete one. They carry a copy of the terms of the policy's row,
    so a change of policy touches new tickets only.

    Bare on purpose, ten of them are born with every ticket: no chatter, no log columns
    (the row has its own who and when), no stored computes, no foreign key that the
    document has already, and the index for the ticket is the unique one.
    """

    _name = "aftersales.deadline"
    _inherit = ["aftersales.failure.mixin"]
    _description = "Deadline"
    _order = "sequence, id"
    _rec_name = "milestone"
    _log_access = False

    ticket_id = fields.Many2one(
        "aftersales.ticket", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", search="_search_company_id"
    )
    policy_line_id = fields.Many2one(
        "aftersales.policy.deadline", readonly=True, ondelete="set null"
    )
    sequence = fields.Integer(readonly=True)
    milestone = fields.Selection(MILESTONES, required=True, readonly=True)
    name = fields.Char(compute="_compute_name", string="Step")
    role = fields.Selection(ROLES, required=True, readonly=True)
    escalation_role = fields.Selection(ROLES, string="Supervisor", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, ondelete="set null"
    )

    # Terms, copied from the policy
    duration = fields.Float(string="Limit", digits=(16, 2), readonly=True)
    unit = fields.Selection(UNITS, required=True, readonly=True)
    clock = fields.Selection(
        [("continuous", "Round the clock"), ("working", "Working time")],
        required=True,
        readonly=True,
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working hours",
        readonly=True,
        ondelete="set null",
        help="Empty: the company's own.",
    )
    warning_lead = fields.Float(readonly=True)
    is_target = fields.Boolean(string="Target only", readonly=True)
    wait_milestone = fields.Selection(
        MILESTONES,
        string="Waits for",
        readonly=True,
        help="The milestone that starts the clock.",
    )
    event = fields.Selection(EVENTS, readonly=True)

    # Life
    state = fields.Selection(
        [
            ("waiting", "Not begun"),
            ("running", "Running"),
            ("paused", "On hold"),
            ("met", "In time"),
            ("late", "Late"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
    )
    start = fields.Datetime(readonly=True)
    due = fields.Datetime(readonly=True)
    warning_at = fields.Datetime(string="Warning", readonly=True)
    alert_at = fields.Datetime(
        readonly=True, help="When the scheduled action looks at the row next."
    )
    reached = fields.Datetime(string="Done", readonly=True)
    reached_by_id = fields.Many2one(
        "res.users", string="Done by", readonly=True, ondelete="set null"
    )
    paused_at = fields.Datetime(readonly=True)
    warned_at = fields.Datetime(
        readonly=True, help="When the responsible person got an activity."
    )
    escalated_at = fields.Datetime(
        readonly=True, help="When the supervisor got an activity."
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    # Also the index for everything that asks by ticket.
    _ticket_milestone_uniq = models.UniqueIndex(
        "(ticket_id, milestone) WHERE ticket_id IS NOT NULL",
        "A ticket has each deadline once.",
    )
    # What the scheduled action has to look at.
    _alert_idx = models.Index(
        "(alert_at) WHERE state = 'running' AND alert_at IS NOT NULL"
    )
    # The list of overdue deadlines, one's own.
    _due_idx = models.Index("(due) WHERE state = 'running'")
    # The next one of each ticket in a list.
    _ticket_due_idx = models.Index("(ticket_id, due) WHERE state = 'running'")
    _times_fit = models.Constraint(
        "CHECK((state NOT IN ('met', 'late') OR reached IS NOT NULL)"
        " AND (state != 'late' OR due IS NOT NULL)"
        " AND (state != 'paused' OR paused_at IS NOT NULL))",
        "A deadline in time or late needs the moment at which it was reached.",
    )

    @api.depends("policy_line_id.name", "milestone")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["milestone"]._description_selection(self.env))
        for deadline in self:
            # sudo: the label of a row is no secret, the policy may be archived or
            # another company's template
            line = deadline.policy_line_id.sudo()
            deadline.name = line.name or labels.get(deadline.milestone)

    @property
    def _document_fields(self):
        """Names of the Many2one fields to the documents that carry deadlines.

        A further document adds a field and a unique index of its own to this model,
        and names the field as its ``_deadline_field``.
        """
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2one"
            and getattr(self.pool[field.comodel_name], "_deadline_field", "") == name
        ]

    @api.depends(lambda self: self._document_fields)
    def _compute_company_id(self):
        for deadline in self:
            deadline.company_id = deadline._get_document().company_id

    def _search_company_id(self, operator, value):
        return Domain.OR(
            Domain(f"{fname}.company_id", operator, value)
            for fname in self._document_fields
        )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for deadline in self:
            deadline.display_name = deadline.name

    @api.depends("state", "due", "paused_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for deadline in self:
            deadline.is_overdue = bool(deadline.due) and (
                (deadline.state == "running" and deadline.due < now)
                or (deadline.state == "paused" and deadline.due < deadline.paused_at)
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("state", "=", "running") & Domain(
            "due", "<", fields.Datetime.now()
        )
        overdue |= Domain("state", "=", "paused") & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s < %s",
                model._field_to_sql(alias, "due", query),
                model._field_to_sql(alias, "paused_at", query),
            ),
            predicate=lambda d: bool(d.due and d.paused_at and d.due < d.paused_at),
        )
        if set(value) == {True, False}:
            return Domain.TRUE
        return overdue if True in value else ~overdue

    def action_open_document(self):
        """Open the ticket, or other document, that the deadline belongs to."""
        self.ensure_one()
        document = self._get_document()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }

    def _get_document(self):
        """Return the document whose deadline this is."""
        self.ensure_one()
        documents = (self[fname] for fname in self._document_fields)
        return next(filter(None, documents), self.ticket_id)

    # -- Arithmetic --------------------------------------------------------------------

    def _clock_of(self, clocks):
        """Return the `BusinessTime` in which this row counts."""
        return clocks.of(self.calendar_id, self.company_id)

    def _prepare_run_vals(self, start, clocks, event=None):
        """Return the values that set the clock of this row running.

        :param start: naive UTC datetime from which it counts
        :param clocks: `Clocks` of this operation
        :param event: for rows that follow an event, its datetime
        """
        self.ensure_one()
        due, warning_at = run_times(self._clock_of(clocks), start, event or start, self)
        return {
            "state": "running",
            "start": start,
            "due": due,
            "warning_at": warning_at,
            "alert_at": False if self.is_target else warning_at or due,
            "paused_at": False,
        }

    def _prepare_moved_vals(self, at, clocks):
        """Return the times of a paused row whose clock starts again at ``at``.

        All of them move by exactly the time that passed while on hold, counted in the
        row's own clock. What follows an event stays: the customer was promised a
        time, and holding the ticket does not change the promise.
        """
        self.ensure_one()
        if self.event or not self.due or at <= self.paused_at:
            return {"due": self.due, "warning_at": self.warning_at}
        working = self.clock == "working"
        time = self._clock_of(clocks)
        held = time.elapsed(self.paused_at, at, working)
        return {
            fname: self[fname] and time.shift(self[fname], held, working)
            for fname in ("due", "warning_at")
        }

    def _next_alert(self, vals):
        """Return when the scheduled action must look at the row again, or False.

        :param vals: values about to be written, they win over the row's own
        """
        self.ensure_one()
        row = {
            fname: vals.get(fname, self[fname])
            for fname in ("due", "warning_at", "warned_at", "escalated_at")
        }
        if self.is_target or not row["due"]:
            return False
        if not row["warned_at"]:
            return row["warning_at"] or row["due"]
        if self.escalation_role and not row["escalated_at"]:
            return row["due"]
        return False
