from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Written by the steps, never by hand.
STAMPS = {"due", "reported_at", "escalated_at", "solution_at", "told_at"}
# What the customer said stands once the contact is over (R-FU-11).
SAID = {"followup_id", "kind", "name", "sequence"}


class AftersalesFollowupRequest(models.Model):
    """One point, request, wish or complaint of a contact, with its own answer.

    A contact brings up several things; each is answered at once or solved by its own
    date, goes to the supervisor by itself, and is told by itself (R-FU-08).
    """

    _name = "aftersales.followup.request"
    _description = "Request of a Follow-up"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "followup_id, sequence, id"

    followup_id = fields.Many2one(
        "aftersales.followup", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="followup_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("point", "Point"),
            ("request", "Request"),
            ("wish", "Wish"),
            ("complaint", "Complaint"),
        ],
        required=True,
        default="request",
    )
    name = fields.Text("What it is", required=True)
    state = fields.Selection(
        [
            ("answered", "Answered at once"),
            ("solving", "Being solved"),
            ("reported", "With the supervisor"),
            ("solved", "Solved, customer not told"),
            ("told", "Customer told"),
        ],
        required=True,
        default="solving",
    )
    user_id = fields.Many2one(
        "res.users", string="Solved by", domain=[("share", "=", False)]
    )
    due = fields.Datetime("To be solved by", readonly=True)
    solution = fields.Text("Answer or solution")
    reported_at = fields.Datetime("Reported to the supervisor", readonly=True)
    solution_at = fields.Datetime("Solved", readonly=True)
    told_at = fields.Datetime("Customer told", readonly=True)
    escalated_at = fields.Datetime(
        readonly=True, help="The customer was not told on the day of the solution."
    )
    partner_id = fields.Many2one(related="followup_id.partner_id", string="Customer")
    ticket_id = fields.Many2one(related="followup_id.ticket_id")
    phone = fields.Char(related="followup_id.phone")
    followup_state = fields.Selection(
        related="followup_id.state", string="State of the contact"
    )

    _open_idx = models.Index("(due) WHERE state IN ('solving', 'solved')")
    _answer = models.Constraint(
        "CHECK(state NOT IN ('answered', 'solved', 'told') OR solution IS NOT NULL)",
        "What is answered or solved says how.",
    )

    @api.depends("name", "followup_id")
    def _compute_display_name(self):
        for request in self:
            request.display_name = (request.name or "").split("\n")[0][:64]

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_vals(vals)
        requests = super().create(vals_list)
        requests._check_contact_open()
        return requests

    def write(self, vals):
        if not self.env.su:
            self._check_vals(vals)
            if vals.keys() & (SAID | {"state"}):
                self._check_contact_open()
            if "solution" in vals and "told" in self.mapped("state"):
                raise self._make_over_error()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self._check_contact_open()

    def _check_vals(self, vals):
        """Raise AccessError for what only the steps may write."""
        stamped = any(vals.get(fname) for fname in STAMPS)
        if stamped or vals.get("state") not in (None, "answered", "solving"):
            raise AccessError(
                self.env._(
                    "What becomes of a request of a follow-up is stated by its buttons."
                )
            )

    def _check_contact_open(self):
        """Refuse changes to what was said once the contact is over (R-FU-11)."""
        if not self.env.su and self.filtered(
            lambda request: request.followup_state in ("done", "skipped")
        ):
            raise self._make_over_error()

    def _make_over_error(self):
        return UserError(
            self.env._(
                "Follow-up %(followup)s is over: what the customer asked for stands as "
                "it was written down. Use the buttons of the request.",
                followup=", ".join(self.followup_id.mapped("display_name")),
            )
        )

    # -- Steps ----------------------------------------------------------------------

    def _check_step(self, *states):
        """Raise unless the user handles requests and each is in one of ``states``."""
        self.check_access("write")
        user = self.env.user
        if not (
            self.env.su
            or user.has_group("aftersales.group_aftersales_advisor")
            or user.has_group("aftersales.group_aftersales_quality")
        ):
            raise AccessError(
                self.env._("Requests are handled by customer service or by Quality.")
            )
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request in self:
            if request.followup_state != "done" or request.state not in states:
                raise UserError(
                    self.env._(
                        "“%(request)s” of follow-up %(followup)s is “%(state)s”; this "
                        "step does not fit.",
                        request=request.display_name,
                        followup=request.followup_id.display_name,
                        state=labels[request.state],
                    )
                )

    def _start(self, now):
        """Start the clocks of what was not answered during the contact (R-FU-08)."""
        for request in self.filtered(lambda request: request.state == "solving"):
            followup = request.followup_id
            days = followup.company_id.aftersales_followup_issue_days
            request.due = now + timedelta(days=days)
            request.user_id = request.user_id or followup.user_id

    def action_report(self):
        """Report the request to the supervisor (R-FU-08, within 2 days)."""
        self._check_step("solving")
        # sudo: stamps are not editable; role, access and state are checked above
        self.sudo()._report()

    def _report(self):
        self.write({"state": "reported", "reported_at": fields.Datetime.now()})
        self._call_supervisor(self.env._("Unsolved since the follow-up"), "name")

    def action_solve(self):
        """State that a solution exists; the customer is to be told today (R-FU-08).

        :raises UserError: without the solution in words.
        """
        self._check_step("solving", "reported")
        for request in self:
            if not request.solution:
                raise UserError(
                    self.env._(
                        "“%(request)s” of follow-up %(followup)s: write down the "
                        "solution first.",
                        request=request.display_name,
                        followup=request.followup_id.display_name,
                    )
                )
        # sudo: stamps are not editable; role, access and state are checked above
        solved = self.sudo()
        solved.write({"state": "solved", "solution_at": fields.Datetime.now()})
        solved.activity_unlink(["aftersales.activity_followup_request"])
        for request in solved:
            request.activity_schedule(
                "aftersales.activity_followup_request_tell",
                user_id=request.followup_id.user_id.id or self.env.uid,
                summary=self.env._("Tell the customer the solution today"),
                note=request.solution,
            )

    def action_told(self):
        """State that the customer knows the solution; the request is closed."""
        self._check_step("solved")
        # sudo: stamps are not editable; role, access and state are checked above
        told = self.sudo()
        told.write({"state": "told", "told_at": fields.Datetime.now()})
        told.activity_unlink(
            [
                "aftersales.activity_followup_request_tell",
                "aftersales.activity_followup_request",
            ]
        )

    def _escalate_untold(self):
        self.write({"escalated_at": fields.Datetime.now()})
        self._call_supervisor(
            self.env._("Solved, but the customer has not been told"), "solution"
        )

    def _call_supervisor(self, summary, note_field):
        """Give the supervisor one activity for each request, all at once."""
        activity_type = self.env.ref("aftersales.activity_followup_request")
        model_id = self.env["ir.model"]._get_id(self._name)
        supervisors = {
            followup: followup._get_supervisor() for followup in self.followup_id
        }
        self.env["mail.activity"].create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": model_id,
                    "res_id": request.id,
                    "user_id": supervisors[request.followup_id].id,
                    "summary": summary,
                    "note": request[note_field],
                }
                for request in self
            ]
        )
