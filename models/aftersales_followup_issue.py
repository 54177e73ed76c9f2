from odoo import api, fields, models
from odoo.fields import Domain

OPEN_STATES = ("solving", "reported", "solved")


class AftersalesFollowup(models.Model):
    """What a contact brought up: each point is a request of its own (R-FU-08)."""

    _inherit = "aftersales.followup"

    request_ids = fields.One2many(
        "aftersales.followup.request", "followup_id", string="Requests, one by one"
    )
    issue_state = fields.Selection(
        [
            ("none", "None"),
            ("answered", "Answered at once"),
            ("solving", "Being solved"),
            ("reported", "With the supervisor"),
            ("solved", "Solved, customer not told"),
            ("told", "Customer told"),
        ],
        string="Open point",
        compute="_compute_issue_state",
        store=True,
        help="How far the least advanced of the requests is.",
    )
    solution = fields.Text("Answer or solution", compute="_compute_solution")

    _issue_idx = models.Index(
        "(window_end, id) WHERE issue_state IN ('solving', 'reported', 'solved')"
    )

    @api.depends("state", "request_ids.state")
    def _compute_issue_state(self):
        order = [*OPEN_STATES, "told", "answered"]
        for followup in self:
            states = followup.state == "done" and followup.request_ids.mapped("state")
            followup.issue_state = min(states or ["none"], key=[*order, "none"].index)

    @api.depends("request_ids.solution", "request_ids.name")
    def _compute_solution(self):
        for followup in self:
            solved = followup.request_ids.filtered("solution")
            followup.solution = "\n".join(
                f"{request.name}: {request.solution}"
                if len(followup.request_ids) > 1
                else request.solution
                for request in solved
            )

    def _get_topics(self):
        return [*super()._get_topics(), "solution"]

    # -- The contact is over ---------------------------------------------------------

    def _check_complete(self):
        """Let a request written down by itself count as what the customer said."""
        requests = self.request_ids
        complaints = requests.filtered(lambda request: request.kind == "complaint")
        # sudo: the headings are filled in of what the user has written himself
        for fname, rows in (
            ("complaint_text", complaints),
            ("requests", requests - complaints),
        ):
            if rows and not self[fname]:
                self.sudo()[fname] = "\n".join(rows.mapped("name"))
        return super()._check_complete()

    def _start_issues(self, now):
        """Make a request of a complaint or wish that is none yet; start the clocks."""
        self.env["aftersales.followup.request"].create(
            [vals for followup in self for vals in followup._prepare_requests()]
        )
        self.request_ids._start(now)

    def _prepare_requests(self):
        self.ensure_one()
        kinds = set(self.request_ids.mapped("kind"))
        rows = []
        if self.complaint_text and "complaint" not in kinds:
            rows.append(("complaint", self.complaint_text))
        if self.requests and not kinds - {"complaint"}:
            rows.append(("request", self.requests))
        return [
            {"followup_id": self.id, "kind": kind, "name": name} for kind, name in rows
        ]

    # -- Scheduled -------------------------------------------------------------------

    @api.model
    def _get_scheduled_work(self, now):
        """Add requests unsolved in time, and solutions not told on their day."""
        late = Domain("state", "=", "solving") & Domain("due", "<", now)
        solved = Domain("state", "=", "solved") & Domain("escalated_at", "=", False)
        untold = Domain.FALSE
        requests = self.env["aftersales.followup.request"]
        for (company,) in requests._read_group(solved, ["company_id"]):
            untold |= Domain("company_id", "=", company.id) & Domain(
                "solution_at", "<", self._get_midnight(company, now)
            )
        return [
            *super()._get_scheduled_work(now),
            (Domain("request_ids", "any", late), "id", "_report_requests"),
            (
                Domain("request_ids", "any", solved & untold),
                "id",
                "_escalate_untold_requests",
            ),
        ]

    def _report_requests(self):
        now = fields.Datetime.now()
        self.request_ids.filtered(
            lambda request: request.state == "solving" and request.due < now
        )._report()

    def _escalate_untold_requests(self):
        now = fields.Datetime.now()
        for company, followups in self.grouped("company_id").items():
            midnight = self._get_midnight(company, now)
            followups.request_ids.filtered(
                lambda request, midnight=midnight: (
                    request.state == "solved"
                    and not request.escalated_at
                    and request.solution_at < midnight
                )
            )._escalate_untold()

    def _get_supervisor(self):
        """Return who is told of overdue follow-ups and unsolved points.

        The company's supervisor; else the leader of the ticket's team; else a manager.
        """
        self.ensure_one()
        company = self.company_id
        for user in (
            company.aftersales_followup_supervisor_id,
            self.ticket_id.team_id.leader_id,
        ):
            if user.active and company in user.company_ids:
                return user
        # sudo: who belongs to a group is readable to administrators only
        group = self.env.ref("aftersales.group_aftersales_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return managers.sorted("id")[-1:]
