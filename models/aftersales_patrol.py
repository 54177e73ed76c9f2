from odoo import api, fields, models
from odoo.exceptions import UserError

STAMPS = {"shift_id", "user_id", "date_start", "date_stop", "is_forgotten"}


class AftersalesPatrol(models.Model):
    """A round through the workshop: when, how long, what was found (R-DISP-06)."""

    _name = "aftersales.patrol"
    _description = "Workshop Round"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    shift_id = fields.Many2one(
        "aftersales.shift",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="shift_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Walked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date_start = fields.Datetime(
        "From", required=True, readonly=True, default=fields.Datetime.now
    )
    date_stop = fields.Datetime("To", readonly=True)
    minutes = fields.Integer(
        compute="_compute_minutes",
        store=True,
        help="0 while the round lasts.",
    )
    is_forgotten = fields.Boolean(
        "Forgotten", readonly=True, help="Stopped by the end of the shift."
    )
    counts = fields.Boolean(
        compute="_compute_counts",
        store=True,
        help="As long as a round has to be, and stopped by whoever walked it.",
    )
    note = fields.Text("Remarks")
    finding_ids = fields.One2many("aftersales.finding", "patrol_id")
    finding_count = fields.Integer(compute="_compute_finding_count")

    _running_uniq = models.UniqueIndex(
        "(user_id) WHERE date_stop IS NULL", "One person walks one round at a time."
    )
    _times_fit = models.Constraint(
        "CHECK(date_stop IS NULL OR date_stop >= date_start)",
        "A round ends after it began.",
    )

    @api.depends("date_start", "date_stop")
    def _compute_minutes(self):
        for patrol in self:
            patrol.minutes = (
                (patrol.date_stop - patrol.date_start).total_seconds() // 60
                if patrol.date_stop
                else 0
            )

    @api.depends("minutes", "date_stop", "is_forgotten", "shift_id.minutes_wanted")
    def _compute_counts(self):
        for patrol in self:
            patrol.counts = bool(
                patrol.date_stop
                and not patrol.is_forgotten
                and patrol.minutes >= patrol.shift_id.minutes_wanted
            )

    @api.depends("finding_ids")
    def _compute_finding_count(self):
        for patrol in self:
            patrol.finding_count = len(patrol.finding_ids)

    @api.depends("shift_id", "user_id", "date_start")
    @api.depends_context("tz")
    def _compute_display_name(self):
        for patrol in self:
            begin = patrol.date_start and fields.Datetime.context_timestamp(
                patrol, patrol.date_start
            )
            time = begin.strftime("%Y-%m-%d %H:%M") if begin else ""
            patrol.display_name = f"{time} {patrol.user_id.name or ''}"

    def write(self, vals):
        if not self.env.su and STAMPS & vals.keys():
            raise UserError(
                self.env._(
                    "Round %(round)s: begin and end are taken by the buttons.",
                    round=self[:1].display_name,
                )
            )
        return super().write(vals)

    @api.model
    def _begin(self, shift):
        """Return a new round of the user in ``shift``.

        :raises UserError: outside the shift, or while he walks another
        """
        now = fields.Datetime.now()
        if not shift.date_start <= now < shift.date_stop:
            raise UserError(
                self.env._(
                    "Shift %(shift)s is not at work now: a round is walked while "
                    "people work.",
                    shift=shift.display_name,
                )
            )
        # sudo: one's own round, of whatever company
        running = self.sudo().search(
            [("user_id", "=", self.env.uid), ("date_stop", "=", False)], limit=1
        )
        if running:
            raise UserError(
                self.env._(
                    "You are on the round %(round)s. Stop it first.",
                    round=running.display_name,
                )
            )
        # sudo: begin and end are nobody's to write; role and shift are checked
        return self.sudo().create({"shift_id": shift.id}).sudo(False)

    def action_stop(self):
        """End the round; too short a one is kept, but does not count (R-DISP-06).

        :raises UserError: for somebody else's round, or one that has ended
        """
        self.ensure_one()
        self.env["aftersales.shift"]._check_dispatcher()
        if self.date_stop or self.user_id != self.env.user:
            raise UserError(
                self.env._(
                    "Round %(round)s: whoever walks it stops it, once.",
                    round=self.display_name,
                )
            )
        # sudo: begin and end are nobody's to write; role and person are checked
        self.sudo().date_stop = fields.Datetime.now()
        if not self.shift_id.rounds_missing:
            self.shift_id._deadline_reach("patrolled")
        if self.counts:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "%(minutes)s minutes: a round that counts lasts %(wanted)s.",
                    minutes=self.minutes,
                    wanted=self.shift_id.minutes_wanted,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_form(self):
        """Return the action that shows this round."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
