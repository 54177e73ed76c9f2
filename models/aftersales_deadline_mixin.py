from typing import NamedTuple

from odoo import api, fields, models
from odoo.models import BaseModel
from odoo.tools import SQL

from ..tools.business_time import Clocks
from .aftersales_deadline import run_times


class Spec(NamedTuple):
    """A row of a policy as plain values: it is read once and used for many tickets."""

    row: BaseModel
    milestone: str
    role: str
    duration: float
    unit: str
    clock: str
    anchor: str
    anchor_milestone: str | bool
    event: str | bool
    warning_lead: float
    is_target: bool
    in_chain: bool


class AftersalesDeadlineMixin(models.AbstractModel):
    """A document with deadlines (R-SLA-01): the one engine for all of them.

    The document has a Many2one ``policy_id`` and a One2many ``deadline_ids``; the
    inverse of the latter on `aftersales.deadline` is named by ``_deadline_field``. It
    calls `_deadline_create` when made and `_deadline_reach` when a step is taken.

    This file: what the document answers, and how its rows are made. Their life is in
    ``aftersales_deadline_mixin_life.py``.
    """

    _name = "aftersales.deadline.mixin"
    _description = "Document with Deadlines"

    _deadline_field = "ticket_id"
    # A change of these makes rows apply or not, or changes who is responsible.
    _deadline_condition_fields = frozenset({"channel", "service_mode"})
    _deadline_people_fields = frozenset({"advisor_id", "technician_id", "team_id"})

    next_due = fields.Datetime(
        string="Next deadline",
        compute="_compute_next_due",
        help="The earliest deadline that is running.",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_next_due",
        search="_search_is_overdue",
        help="A deadline has passed.",
    )

    def _compute_next_due(self):
        # sudo: whoever sees the document may see its next deadline
        groups = (
            self.env["aftersales.deadline"]
            .sudo()
            ._read_group(
                [(self._deadline_field, "in", self.ids), ("state", "=", "running")],
                [self._deadline_field],
                ["due:min"],
            )
        )
        due = {document.id: value for document, value in groups}
        now = fields.Datetime.now()
        for document in self:
            document.next_due = due.get(document._origin.id, False)
            document.is_overdue = bool(document.next_due and document.next_due < now)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "=", "running"), ("due", "<", fields.Datetime.now())]
        if set(value) == {True, False}:
            return []
        return [("deadline_ids", "any" if True in value else "not any", late)]

    # -- What the document answers -----------------------------------------------------

    def _deadline_start(self):
        """Return the moment of the first report, naive UTC."""
        self.ensure_one()
        return self.create_date

    def _deadline_user(self, role):
        """Return who holds ``role`` for this document, or no record."""
        return self.env["res.users"]

    def _deadline_event(self, event):
        """Return when ``event`` (``promised``, ``planned``) is to be, or False."""
        return False

    def _deadline_applies(self, row):
        """Return whether a row of the policy concerns this document.

        Channel and mode of the row have been compared already.
        """
        return True

    def _deadline_on_hold(self):
        """Return whether the clocks of this document stand still."""
        return "on_hold_reason" in self._fields and bool(self.on_hold_reason)

    # -- Making ------------------------------------------------------------------------

    def _deadline_create(self):
        """Make the deadlines of new documents from their policies, in one batch.

        Rows whose start is known run from there; the others wait for their milestone
        or event. A constant number of queries, however many documents.

        :raises UserError: when a deadline counts in working time and the calendar has
            none.
        """
        clocks = Clocks()
        specs = {}
        users = self._deadline_duty()
        rows = []
        for document in self:
            if document.policy_id:
                rows += document._deadline_prepare_rows(specs, clocks, users, {})
        self._deadline_insert(rows)

    def _deadline_insert(self, rows):
        """Insert rows of `_deadline_prepare_rows`, with the terms of their policy rows.

        One statement instead of the ORM's ``create``: nothing hooks on the birth of a
        deadline, nobody but the engine makes one, and ten of them per ticket through
        the ORM would cost more than the ticket itself (docs/architecture.md has the
        figures). The database's constraints hold all the same.
        """
        if not rows:
            return
        Deadline = self.env["aftersales.deadline"]
        Line = self.env["aftersales.policy.deadline"]
        Line.flush_model()
        columns = {
            self._deadline_field: "int4",
            "policy_line_id": "int4",
            "company_id": "int4",
            "calendar_id": "int4",
            "user_id": "int4",
            "wait_milestone": "varchar",
            "state": "varchar",
            "start": "timestamp",
            "due": "timestamp",
            "warning_at": "timestamp",
            "alert_at": "timestamp",
        }
        terms = (
            "sequence",
            "milestone",
            "role",
            "escalation_role",
            "duration",
            "unit",
            "clock",
            "warning_lead",
            "is_target",
            "event",
        )
        values = zip(*rows, strict=True)
        ids = self.env.execute_query(
            SQL(
                "INSERT INTO aftersales_deadline (%s, %s)"
                " SELECT %s, %s FROM UNNEST(%s) AS row(%s)"
                " JOIN aftersales_policy_deadline line ON line.id = row.policy_line_id"
                " RETURNING id",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(map(SQL.identifier, terms)),
                SQL(", ").join(SQL.identifier("row", name) for name in columns),
                SQL(", ").join(SQL.identifier("line", name) for name in terms),
                SQL(", ").join(
                    SQL("%s::" + cast + "[]", list(column))
                    for cast, column in zip(columns.values(), values, strict=True)
                ),
                SQL(", ").join(map(SQL.identifier, columns)),
            )
        )
        self.invalidate_recordset(["deadline_ids"], flush=False)
        # Whatever is computed from deadlines must notice them, as after `create`.
        Deadline.browse(id_ for (id_,) in ids).modified([*columns, *terms], create=True)

    def _deadline_prepare_rows(self, specs, clocks, duty, reached, only=None):
        """Return the rows of this document, in the order of `_deadline_insert`.

        :param specs: cache of `_deadline_specs` over the batch
        :param duty: what `_deadline_duty` returned
        :param reached: dict milestone → moment of what has been reached already
        :param only: set of milestones to be made, None for all
        """
        self.ensure_one()
        # sudo: the policy was chosen for the document; whoever makes a document need
        # not see it
        policy = self.policy_id.sudo()
        applied = self._deadline_applied(specs)
        company = self.company_id
        time = clocks.of(policy.calendar_id, company)
        report = self._deadline_start()
        by_report = policy.anchor_default == "report"
        to_collect = policy.web_response_start == "collection" and any(
            spec.milestone == "collected" for spec in applied
        )
        users = {}
        rows = []
        previous = False
        for spec in applied:
            wait = start = event = False
            if spec.anchor == "event":
                event = self._deadline_event(spec.event)
                start = report if spec.unit == "before_event" else event
            elif spec.anchor == "milestone":
                wait = spec.anchor_milestone
            elif spec.anchor == "previous" or (
                spec.anchor == "default" and not by_report
            ):
                wait = spec.anchor_milestone or previous
            if not wait and to_collect and spec.milestone == "responded":
                wait = "collected"
            if spec.in_chain:
                previous = spec.milestone
            if only is not None and spec.milestone not in only:
                continue
            if wait:
                start = reached.get(wait, False)
            elif not spec.event:
                start = report
            running = bool(event) if spec.event else bool(start)
            due = warning_at = None
            if running:
                due, warning_at = run_times(
                    time,
                    start,
                    event or start,
                    spec.duration,
                    spec.unit,
                    spec.clock,
                    spec.warning_lead,
                )
            if spec.role not in users:
                user = self._deadline_user(spec.role)
                users[spec.role] = user.id or duty(spec.role, company.id, report)
            rows.append(
                (
                    self.id,
                    spec.row.id,
                    company.id,
                    policy.calendar_id.id or None,
                    users[spec.role] or None,
                    wait or None,
                    "running" if running else "waiting",
                    start if running else None,
                    due or None,
                    warning_at or None,
                    None if spec.is_target else warning_at or due or None,
                )
            )
        return rows

    def _deadline_applied(self, specs):
        """Return the `Spec` list of the policy's rows that concern this document.

        :param specs: cache over a batch
        """
        self.ensure_one()
        channel = self.channel if "channel" in self._fields else False
        mode = self.service_mode if "service_mode" in self._fields else False
        key = (self.policy_id.id, channel, mode)
        if key not in specs:
            specs[key] = self._deadline_specs(self.policy_id, channel, mode)
        return [spec for spec in specs[key] if self._deadline_applies(spec.row)]

    @api.model
    def _deadline_specs(self, policy, channel, mode):
        """Return the `Spec` list of a policy's rows for one channel and mode.

        A row for just this channel or mode replaces the row for all.
        """
        # sudo: as in `_deadline_prepare_rows`
        lines = policy.sudo().deadline_line_ids.filtered(
            lambda line: (
                line.active
                and line.channel in (False, channel)
                and line.service_mode in (False, mode)
            )
        )
        best = {}
        for line in lines.sorted(
            lambda line: (bool(line.channel), bool(line.service_mode))
        ):
            best[line.milestone] = line
        return [
            Spec(
                row=line,
                milestone=line.milestone,
                role=line.role,
                duration=line.duration,
                unit=line.unit,
                clock=line.clock,
                anchor=line.anchor,
                anchor_milestone=line.anchor_milestone,
                event=line.event,
                warning_lead=line.warning_lead,
                is_target=line.is_target,
                in_chain=line._is_in_chain(),
            )
            for line in lines
            if best[line.milestone] == line
        ]

    def _deadline_duty(self):
        """Return a function (role, company id, moment) → id of who is on duty.

        Reads the roster once for all documents: reports that come when nobody is at
        work fall to whoever is on duty (R-INT-01, R-DISC-01).
        """
        starts = [document._deadline_start() for document in self]
        if not starts:
            return lambda role, company_id, moment: False
        # sudo: the roster decides, whoever makes the document
        shifts = (
            self.env["aftersales.duty"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("date_from", "<=", max(starts)),
                    ("date_to", ">", min(starts)),
                ],
                ["company_id", "role", "user_id", "date_from", "date_to"],
            )
        )

        def on_duty(role, company_id, moment):
            for shift in shifts:
                if (
                    shift.role == role
                    and shift.company_id.id == company_id
                    and shift.date_from <= moment < shift.date_to
                ):
                    return shift.user_id.id
            return False

        return on_duty
