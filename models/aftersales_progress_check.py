from odoo import api, fields, models
from odoo.exceptions import UserError

AT_WORK = ("approved", "in_progress", "inspection")


class AftersalesProgressCheck(models.Model):
    """The adviser asks the workshop how far the work is (R-PROG-01, R-PROG-02).

    Due between two percentages of the planned duration, by the ticket's deadlines.
    What was answered stays as it was.
    """

    _name = "aftersales.progress.check"
    _description = "Progress Check"
    _inherit = [
        "aftersales.ticket.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "asked_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        readonly=False,
        domain=[("state", "in", AT_WORK)],
    )
    asked_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    asked_at = fields.Datetime(
        required=True, readonly=True, copy=False, default=fields.Datetime.now
    )
    answered_by_id = fields.Many2one(
        "res.users",
        string="Answered by",
        required=True,
        domain=lambda self: self.env["aftersales.addition"]._get_workshop_domain(),
        help="Who in the workshop said so.",
    )
    progress = fields.Float(
        "Planned time passed",
        readonly=True,
        copy=False,
        help="Percent of the planned duration that had passed when it was asked.",
    )
    is_late = fields.Boolean(
        "Asked late",
        readonly=True,
        copy=False,
        help="More of the planned duration had passed than the company allows.",
    )
    promised_at = fields.Datetime(
        "Promised for", readonly=True, copy=False, help="When it was asked."
    )
    expected_at = fields.Datetime(
        "Expected ready",
        required=True,
        help="When the work will be finished, by the answer of the workshop.",
    )
    result = fields.Selection(
        [
            ("on_time", "On time"),
            ("at_risk", "At risk"),
            ("late", "Late"),
        ],
        required=True,
        compute="_compute_result",
        store=True,
        readonly=False,
        precompute=True,
    )
    anomalies = fields.Text(help="What goes otherwise than planned.")
    measures = fields.Text(
        help="What is done at once so that the vehicle is ready in time (R-PROG-02)."
    )
    measure_user_id = fields.Many2one(
        "res.users",
        string="Measures by",
        domain=lambda self: self.env["aftersales.addition"]._get_workshop_domain(),
        help="Who sees to the measures. Empty: the workshop's leader.",
    )
    delay_ids = fields.One2many("aftersales.delay", "check_id", string="Delays")

    _order_idx = models.Index("(asked_at DESC, id DESC)")
    _anomaly_told = models.Constraint(
        "CHECK(result = 'on_time' OR (anomalies IS NOT NULL AND measures IS NOT NULL))",
        "Where the promised time is in danger, write down what is wrong and what is "
        "done about it.",
    )

    @api.depends("expected_at", "ticket_id")
    def _compute_result(self):
        for check in self:
            promised = check.promised_at or check.ticket_id.promised_at
            late = promised and check.expected_at and check.expected_at > promised
            if late:
                check.result = "late"
            elif check.result != "at_risk":
                check.result = "on_time"

    @api.onchange("ticket_id")
    def _onchange_ticket_id(self):
        ticket = self.ticket_id
        if ticket:
            self.answered_by_id = ticket.technician_id
            self.expected_at = self.expected_at or ticket._get_expected_at()

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Enter answers of the workshop, and call those who must act on them.

        :raises UserError: for a ticket that is not at work
        """
        Ticket = self.env["aftersales.ticket"]
        labels = dict(Ticket._fields["state"]._description_selection(self.env))
        default = self.default_get(["ticket_id"])
        now = fields.Datetime.now()
        vals_list = [{**default, **vals} for vals in vals_list]
        for vals in vals_list:
            ticket = Ticket.browse(vals.get("ticket_id"))
            ticket._check_role("advisor", "dispatcher")
            if ticket and ticket.state not in AT_WORK:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is %(state)s; there is no work to ask "
                        "after.",
                        ticket=ticket.name,
                        state=labels[ticket.state],
                    )
                )
            percent = ticket._get_progress_percent(now) if ticket else 0.0
            limit = ticket.company_id.aftersales_progress_late_percent
            vals.update(
                asked_by_id=self.env.uid,
                asked_at=now,
                promised_at=ticket.promised_at,
                progress=percent,
                is_late=bool(limit) and percent > limit,
            )
        checks = super().create(vals_list)
        checks.ticket_id._deadline_reach("progress_checked", now)
        for check in checks:
            check._call_to_act()
        return checks

    def write(self, vals):
        if not self.env.su and vals.keys() - {"measures", "measure_user_id"}:
            for check in self:
                raise UserError(
                    self.env._(
                        "What the workshop answered about ticket %(ticket)s stays on "
                        "record. Ask again, and enter what is said now.",
                        ticket=check.ticket_id.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for check in self:
            raise UserError(
                self.env._(
                    "What the workshop answered about ticket %(ticket)s stays on "
                    "record.",
                    ticket=check.ticket_id.name,
                )
            )

    # -- What follows ------------------------------------------------------------------

    def _call_to_act(self):
        """Call who sees to the measures; prepare the notice where it will be late."""
        self.ensure_one()
        labels = dict(self._fields["result"]._description_selection(self.env))
        ticket = self.ticket_id
        # sudo: the ticket's log, for who asked and may only read the ticket
        ticket.sudo()._message_log(
            body=self.env._(
                "Workshop asked: %(result)s, expected ready %(time)s.",
                result=labels[self.result],
                time=fields.Datetime.context_timestamp(self, self.expected_at).strftime(
                    "%Y-%m-%d %H:%M"
                ),
            ),
            author_id=self.env.user.partner_id.id,
        )
        if self.result == "on_time":
            return
        user = self.measure_user_id or ticket._deadline_user("dispatcher")
        user = user or self.answered_by_id
        # sudo: who asks may not plan activities for others
        self.sudo().activity_schedule(
            "aftersales.activity_emergency_measures",
            user_id=user.id,
            note=self.measures,
        )
        if self.result == "late" and ticket.promised_at:
            ticket._prepare_delay(self.expected_at, self.anomalies, check=self)
