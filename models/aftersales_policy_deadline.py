from odoo import api, fields, models
from odoo.exceptions import ValidationError

MILESTONES = [
    ("relayed", "Relayed to customer service"),
    ("collected", "Web report collected"),
    ("assigned", "Passed to the technician"),
    ("responded", "First response"),
    ("called_back", "Customer called back"),
    ("solution", "Solution worked out"),
    ("arrived", "Arrived on site"),
    ("started", "Work started"),
    ("fixed", "Fault removed"),
    ("ready", "Ready for the customer"),
    ("delivered", "Delivered"),
    ("cs_closed", "Closed with customer service"),
    ("file_completed", "Customer file complete"),
    ("followed_up", "Followed up"),
    ("progress_checked", "Workshop asked how far the work is"),
    ("ready_notified", "Customer told when it is ready"),
    ("workshop_told", "Workshop told of the appointment"),
    ("day_confirmed", "Appointment confirmed, day before"),
    ("hour_confirmed", "Appointment confirmed, hour before"),
    ("received", "Customer received by his adviser"),
    ("ready_checked", "Readiness of the teams checked"),
    ("site_checked", "Site checked"),
    ("patrolled", "Workshop patrolled"),
    ("old_parts_reported", "Missing old parts reported to Finance"),
    ("statement_agreed", "Reconciliation statement agreed"),
    ("statistics_submitted", "Statistics sheet submitted to Finance"),
    ("deduction_refunded", "Deduction given back"),
]
ROLES = [
    ("advisor", "Service advisor"),
    ("technician", "Technician"),
    ("dispatcher", "Dispatcher"),
    ("inspector", "Inspector"),
    ("parts_keeper", "Parts keeper"),
    ("finance", "Finance"),
    ("quality", "Quality"),
    ("manager", "Manager"),
    ("followup", "Follow-up clerk"),
    ("salesperson", "Salesperson who took the report"),
]
UNITS = [
    ("minute", "Minutes"),
    ("hour", "Hours"),
    ("day", "Days"),
    ("working_day", "Working days"),
    ("month_day", "Day of next month"),
    ("end_of_shift", "End of shift"),
    ("before_event", "Hours before"),
    ("none", "No limit"),
]
EVENTS = [
    ("promised", "Promised time"),
    ("planned", "Agreed visit"),
    ("appointment", "Appointment"),
    ("shift", "Begin of the shift"),
    ("progress", "Most of the planned time passed"),
    ("notice", "Ready notice, by the company's settings"),
]


class AftersalesPolicyDeadline(models.Model):
    """One deadline that a service policy sets (R-SLA-01, part C of the catalogue).

    Units:

    * *Minutes*, *Hours*: exactly so many, round the clock or in working time.
    * *Days*: until the end of the Nth local calendar day that follows; 0 is the same
      day, weekends and holidays count.
    * *Working days*: until the end of working time of the Nth working day that
      follows; 0 is the same day, or the next working day after its work is over.
    * *Day of next month*: until the end of day N of the month that follows.
    * *End of shift*: until the shift in progress (or else the next one) ends, and N
      shifts later.
    * *Hours before*: so many hours before the event; 0 is the event itself.
    * *No limit*: the step is recorded, nobody is called.
    """

    _name = "aftersales.policy.deadline"
    _description = "Deadline of a Service Policy"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "aftersales.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    milestone = fields.Selection(MILESTONES, required=True)
    name = fields.Char(
        string="Label",
        translate=True,
        help="What the step is called on the ticket. Empty: as the milestone.",
    )
    duration = fields.Float(
        string="Limit", digits=(16, 2), help="How many of the unit."
    )
    unit = fields.Selection(UNITS, required=True, default="hour")
    clock = fields.Selection(
        [("continuous", "Round the clock"), ("working", "Working time")],
        required=True,
        compute="_compute_clock",
        store=True,
        readonly=False,
        precompute=True,
        help="In working time nights, weekends and holidays do not count.",
    )
    anchor = fields.Selection(
        [
            ("default", "As the policy says"),
            ("previous", "The previous step"),
            ("report", "The first report"),
            ("milestone", "A milestone"),
            ("event", "An event"),
        ],
        string="Counts from",
        required=True,
        compute="_compute_anchor",
        store=True,
        readonly=False,
        precompute=True,
        help="The previous step is the nearest row above that counts from a previous "
        "step itself and applies to the ticket; for the first of them it is the "
        "report.",
    )
    anchor_milestone = fields.Selection(
        MILESTONES,
        help="The milestone from which the row counts. On a row that counts as the "
        "policy says: which step is its previous one.",
    )
    event = fields.Selection(EVENTS)
    role = fields.Selection(
        ROLES, string="Responsible", required=True, default="advisor"
    )
    escalation_role = fields.Selection(
        ROLES,
        string="Supervisor",
        help="Who is called, once, when the deadline has passed. Empty: nobody.",
    )
    warning_lead = fields.Float(
        string="Warning",
        help="So many hours before the deadline the responsible person gets an "
        "activity. 0, or more than the limit itself: when the deadline has passed.",
    )
    is_target = fields.Boolean(
        string="Target only",
        help="A miss is reported in the statistics; nobody is called.",
    )
    channel = fields.Selection(
        selection=lambda self: self.env["aftersales.policy"]._ticket_selection(
            "channel"
        ),
        help="Only for reports that came this way. A row for one channel replaces the "
        "row for all channels.",
    )
    service_mode = fields.Selection(
        selection=lambda self: self.env["aftersales.policy"]._ticket_selection(
            "service_mode"
        ),
        help="Only for tickets of this mode. A row for one mode replaces the row for "
        "all modes.",
    )

    _milestone_uniq = models.UniqueIndex(
        "(policy_id, milestone, COALESCE(channel, ''), COALESCE(service_mode, ''))"
        " WHERE active",
        "This policy has a deadline for that milestone, channel and mode already.",
    )
    _duration_positive = models.Constraint(
        "CHECK(duration >= 0 AND warning_lead >= 0)",
        "A limit and a warning lead cannot be negative.",
    )
    _clock_fits = models.Constraint(
        "CHECK(unit IN ('minute', 'hour', 'before_event')"
        " OR clock = CASE WHEN unit IN ('working_day', 'end_of_shift')"
        " THEN 'working' ELSE 'continuous' END)",
        "Working days and shifts run in working time; days of the calendar run round "
        "the clock.",
    )
    _anchor_fits = models.Constraint(
        "CHECK((anchor != 'milestone' OR anchor_milestone IS NOT NULL)"
        " AND (anchor = 'event') = (event IS NOT NULL)"
        " AND (unit != 'before_event' OR anchor = 'event'))",
        "A deadline that counts from a milestone or an event must name it, and only "
        "an event can be counted back from.",
    )

    @api.depends("unit")
    def _compute_clock(self):
        for row in self:
            if row.unit in ("working_day", "end_of_shift"):
                row.clock = "working"
            elif row.unit in ("day", "month_day", "none") or not row.clock:
                row.clock = "continuous"

    @api.depends("unit", "event")
    def _compute_anchor(self):
        for row in self:
            if row.unit == "before_event" or row.event:
                row.anchor = "event"
            elif not row.anchor:
                row.anchor = "default"

    @api.depends("name", "milestone")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["milestone"]._description_selection(self.env))
        for row in self:
            row.display_name = row.name or labels.get(row.milestone)

    @api.onchange("anchor")
    def _onchange_anchor(self):
        if self.anchor != "event":
            self.event = False

    @api.constrains("anchor_milestone", "milestone")
    def _check_anchor_milestone(self):
        for row in self:
            if row.anchor_milestone == row.milestone:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: the deadline %(deadline)s cannot count "
                        "from itself. Choose another milestone.",
                        policy=row.policy_id.name,
                        deadline=row.display_name,
                    )
                )
