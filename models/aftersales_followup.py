from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_followup_rule import KINDS

NOTES = ("usage_note", "opinion", "new_needs", "requests", "complaint_text")
# Written by the engine and by the steps, never by hand.
GUARDED = {
    "state",
    "rule_id",
    "ticket_id",
    "window_start",
    "window_end",
    "user_id",
    "attempts",
    "last_attempt_at",
    "reached",
    "done_at",
    "done_by_id",
    "skip_reason",
    "failure",
    "escalated_at",
    "issue_state",
}
# What was said during the contact; it stands once the contact is done (R-FU-11).
SAID = {*NOTES, "satisfied", "score", "kind", "partner_id", "vehicle_id"}


class AftersalesFollowup(models.Model):
    """One contact with the customer after the work, in its window of time."""

    _name = "aftersales.followup"
    _description = "Follow-up"
    _inherit = ["mail.thread", "mail.activity.mixin", "aftersales.failure.mixin"]
    _order = "window_end, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    rule_id = fields.Many2one(
        "aftersales.followup.rule",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        check_company=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    phone = fields.Char(related="partner_id.phone")
    preferred_contact_time = fields.Char(
        "Convenient time", compute="_compute_preferred_contact_time"
    )
    is_convenient = fields.Boolean(
        "Convenient now",
        compute="_compute_is_convenient",
        search="_search_is_convenient",
        help="The window is open, and the customer likes to be called at this hour.",
    )
    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        index="btree_not_null",
        check_company=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    kind = fields.Selection(KINDS, required=True, default="call")
    window_start = fields.Datetime(
        "Not before", required=True, default=fields.Datetime.now
    )
    window_end = fields.Datetime("Not later than", required=True)
    clerk_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="Who is designated for this follow-up.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handled by",
        readonly=True,
        index="btree_not_null",
        help="The clerk, or the stand-in while the clerk is absent.",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "Open"),
            ("done", "Done"),
            ("skipped", "Skipped"),
        ],
        required=True,
        readonly=True,
        default="planned",
        tracking=True,
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_overdue")
    skip_reason = fields.Char(readonly=True)
    escalated_at = fields.Datetime(readonly=True, help="Reported as overdue.")

    # The contact
    attempts = fields.Integer(readonly=True, help="Calls that reached nobody.")
    last_attempt_at = fields.Datetime(readonly=True)
    reached = fields.Boolean("Customer reached", readonly=True)
    done_at = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True)
    satisfied = fields.Selection(
        [("satisfied", "Satisfied"), ("dissatisfied", "Dissatisfied")], tracking=True
    )
    score = fields.Integer(
        aggregator="avg", help="1 to 100 as the customer gives it; 0: not asked."
    )
    usage_note = fields.Text("Use of the vehicle")
    opinion = fields.Text("Opinion of our service")
    new_needs = fields.Text(help="What the customer may need or buy next.")
    requests = fields.Text("Requests and wishes")
    complaint_text = fields.Text("Complaint")
    script = fields.Html(related="rule_id.script", string="Talking points")
    previous_html = fields.Html(
        string="Talked about before",
        compute="_compute_previous_html",
        help="Earlier contacts of this ticket: the same is not asked twice.",
    )
    next_service_date = fields.Date(related="vehicle_id.next_service_date")
    call_ids = fields.One2many("aftersales.call", "followup_id")

    _ticket_rule_uniq = models.UniqueIndex(
        "(ticket_id, rule_id)", "This follow-up of the ticket is planned already."
    )
    _window = models.Constraint(
        "CHECK(window_end > window_start)",
        "A follow-up window closes after it opens.",
    )
    _score_range = models.Constraint(
        "CHECK(score BETWEEN 0 AND 100)", "A score lies between 1 and 100."
    )
    _done_satisfied = models.Constraint(
        "CHECK(state != 'done' OR (satisfied IS NOT NULL AND done_at IS NOT NULL))",
        "A follow-up is done when it says whether the customer is satisfied.",
    )
    # What the cron looks for, and the list's own order.
    _planned_idx = models.Index("(window_start, id) WHERE state = 'planned'")
    _moved_idx = models.Index(
        "(clerk_id) WHERE state IN ('planned', 'open') "
        "AND clerk_id IS DISTINCT FROM user_id"
    )
    _open_idx = models.Index(
        "(window_end, id) WHERE state IN ('planned', 'open') AND escalated_at IS NULL"
    )
    _order_idx = models.Index("(window_end, id)")

    # -- Computes -------------------------------------------------------------------

    @api.depends("ticket_id")
    def _compute_partner_id(self):
        for followup in self:
            ticket = followup.ticket_id
            followup.partner_id = ticket.contact_id or ticket.partner_id
            followup.vehicle_id = ticket.vehicle_id

    @api.depends("partner_id")
    def _compute_preferred_contact_time(self):
        """Show the customer's hours and what else he said about them (R-FU-09)."""
        for followup in self:
            partner = followup.partner_id
            begin, until = partner._aftersales_get_call_hours() if partner else (0, 0)
            hours = until and (
                f"{int(begin):02d}:{round(begin % 1 * 60):02d}–"
                f"{int(until):02d}:{round(until % 1 * 60):02d}"
            )
            note = (
                partner.aftersales_preferred_contact_time
                or partner.commercial_partner_id.aftersales_preferred_contact_time
            )
            followup.preferred_contact_time = ", ".join(filter(None, (hours, note)))

    @api.depends("partner_id", "state", "window_start", "window_end")
    def _compute_is_convenient(self):
        now = fields.Datetime.now()
        for followup in self:
            followup.is_convenient = bool(
                followup.state in ("planned", "open")
                and followup.window_start
                and followup.window_start <= now
                and followup.partner_id._aftersales_next_call_time(
                    now, now + timedelta(days=1), followup.company_id
                )
                == now
            )

    def _search_is_convenient(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = self.search(
            [
                ("state", "in", ("planned", "open")),
                ("window_start", "<=", fields.Datetime.now()),
            ]
        )
        now = waiting.filtered("is_convenient").ids
        return [("id", "in" if True in value else "not in", now)]

    @api.depends("ticket_id", "rule_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for followup in self:
            what = followup.rule_id.name or kinds.get(followup.kind, "")
            followup.display_name = f"{followup.ticket_id.name or ''} {what}".strip()

    @api.depends("state", "window_end")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for followup in self:
            followup.is_overdue = (
                followup.state in ("planned", "open")
                and bool(followup.window_end)
                and followup.window_end < now
            )

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "in", ("planned", "open")),
            ("window_end", "<", fields.Datetime.now()),
        ]

    @api.depends("ticket_id", *NOTES)
    def _compute_previous_html(self):
        """List what earlier contacts of the ticket were about (R-FU-06)."""
        done = self.search(
            [("ticket_id", "in", self.ticket_id.ids), ("state", "=", "done")],
            order="done_at, id",
        ).grouped("ticket_id")
        for followup in self:
            earlier = done.get(followup.ticket_id, self.browse()) - followup._origin
            if followup.done_at:
                earlier = earlier.filtered(
                    lambda other, at=followup.done_at: other.done_at <= at
                )
            followup.previous_html = Markup().join(
                other._get_topics_html() for other in earlier
            )

    def _get_topics(self):
        """Hook: the fields that tell what a contact was about."""
        return list(NOTES)

    def _get_topics_html(self):
        """Return what this contact was about, as safe HTML."""
        self.ensure_one()
        labels = dict(self._fields["satisfied"]._description_selection(self.env))
        rows = [
            (self._fields[fname]._description_string(self.env), self[fname])
            for fname in self._get_topics()
            if self[fname]
        ]
        title = ", ".join(
            part
            for part in (
                fields.Date.to_string(
                    fields.Datetime.context_timestamp(self, self.done_at)
                ),
                self.rule_id.name,
                self.done_by_id.name,
                labels.get(self.satisfied),
            )
            if part
        )
        items = Markup().join(
            Markup("<li><b>%s</b>: %s</li>") % (label, text) for label, text in rows
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (title, items)

    # -- CRUD -----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                # A follow-up made by hand names its ticket and its window.
                given = {
                    fname
                    for fname in vals.keys() & GUARDED
                    if vals[fname] and vals[fname] != "planned"
                } - {"ticket_id", "window_start", "window_end"}
                if given:
                    raise self._make_guard_error(given)
        followups = super().create(vals_list)
        followups._assign_handlers()
        return followups

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        result = super().write(vals)
        if "clerk_id" in vals:
            self._assign_handlers()
        return result

    def _check_write(self, vals):
        """Raise AccessError for what may not be written by hand, or by this role."""
        guarded = vals.keys() & GUARDED
        if guarded:
            raise self._make_guard_error(guarded)
        done = self.filtered(lambda followup: followup.state in ("done", "skipped"))
        if done and vals.keys() & SAID:
            raise UserError(
                self.env._(
                    "Follow-up %(followup)s is over: what the customer said stands as "
                    "it was written down. Record a new call, or use the buttons of "
                    "the request.",
                    followup=", ".join(done.mapped("display_name")),
                )
            )
        # Activities and messages of the thread write through, too; requests have
        # rules of their own.
        own = {fname for fname in vals if fname in self._fields} - {"request_ids"}
        own -= {fname for fname in own if fname.startswith(("message_", "activity_"))}
        if own and not self.env.user.has_group("aftersales.group_aftersales_advisor"):
            raise AccessError(
                self.env._(
                    "Follow-up %(followup)s: only customer service writes down "
                    "what the customer said; Quality handles the requests.",
                    followup=", ".join(self.mapped("display_name")),
                )
            )

    def _make_guard_error(self, fnames):
        labels = [
            self._fields[fname]._description_string(self.env)
            for fname in sorted(fnames)
        ]
        return AccessError(
            self.env._(
                "%(fields)s of a follow-up follow from its rule and its steps; "
                "use the buttons.",
                fields=", ".join(labels),
            )
        )
