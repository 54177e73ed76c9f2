from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What only the step writes.
STEP_FIELDS = {"state", "told_by_id", "old_promised_at", "is_in_time"}
HOW = [
    ("phone", "By phone"),
    ("message", "By message"),
    ("in_person", "In person"),
    ("consent", "With additional work"),
]


class AftersalesDelay(models.Model):
    """A promised time that moves, and how the customer was told (R-PROG-03).

    One record for each move: together they are the history of the promise. The
    customer hears of it before the time has come, with the reason and an apology, as
    early as he would hear that the vehicle is ready (R-SETT-04).
    """

    _name = "aftersales.delay"
    _description = "Delay of a Promised Time"
    _inherit = [
        "aftersales.ticket.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "ticket_id"

    advisor_id = fields.Many2one(
        related="ticket_id.advisor_id", store=True, index="btree_not_null"
    )
    state = fields.Selection(
        [("draft", "To be told"), ("told", "Told")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    old_promised_at = fields.Datetime("Promised before", required=True, readonly=True)
    new_promised_at = fields.Datetime("New promised time", required=True)
    cause = fields.Selection(
        [
            ("parts", "Parts not there"),
            ("workload", "Too much work"),
            ("technical", "Technical difficulty"),
            ("additional", "Additional work"),
            ("supplier", "Work of others"),
            ("customer", "The customer's side"),
            ("other", "Other"),
        ],
    )
    reason = fields.Text(help="In the words in which the customer hears it.")
    apologised = fields.Boolean(help="The customer has been asked to excuse it.")
    told_to = fields.Char(help="Name of who was told, of the customer's side.")
    told_how = fields.Selection(HOW)
    told_at = fields.Datetime(copy=False)
    told_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_in_time = fields.Boolean(
        "Told in time",
        readonly=True,
        copy=False,
        help="Told before the old promised time, by as much as a ready notice comes "
        "ahead.",
    )
    check_id = fields.Many2one(
        "aftersales.progress.check",
        string="Found by",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    addition_id = fields.Many2one(
        "aftersales.addition",
        string="Additional Work",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    # One notice is prepared at a time; a new finding corrects it.
    _draft_uniq = models.UniqueIndex(
        "(ticket_id) WHERE state = 'draft'",
        "This ticket has a delay that the customer is to be told of already.",
    )
    _later = models.Constraint(
        "CHECK(new_promised_at > old_promised_at)",
        "A delay is a later time than what was promised.",
    )
    _told_fits = models.Constraint(
        "CHECK(state != 'told' OR (told_at IS NOT NULL AND told_by_id IS NOT NULL"
        " AND told_to IS NOT NULL AND told_how IS NOT NULL AND cause IS NOT NULL"
        " AND reason IS NOT NULL))",
        "Write down who was told of the delay, when, how and why.",
    )

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_steps(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_steps(vals)
        if not self.env.su:
            for delay in self:
                if delay.state == "told":
                    raise UserError(
                        self.env._(
                            "What the customer of ticket %(ticket)s was told stays on "
                            "record.",
                            ticket=delay.ticket_id.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_untold(self):
        for delay in self:
            if delay.state == "told":
                raise UserError(
                    self.env._(
                        "What the customer of ticket %(ticket)s was told stays on "
                        "record.",
                        ticket=delay.ticket_id.name,
                    )
                )

    def _check_steps(self, vals):
        """Raise AccessError where ``vals`` hold what only a step writes."""
        if STEP_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._(
                    "A delay begins with the ticket, and is told by its button; those "
                    "are not written by hand."
                )
            )

    # -- Steps -------------------------------------------------------------------------

    def action_tell(self):
        """State that the customer was told; the new time is the promise from now on.

        A phone call is entered in the register, a message is sent to him.

        :raises UserError: when something is missing, or the ticket is finished
        """
        for delay in self:
            ticket = delay.ticket_id
            ticket._check_role("advisor")
            ticket._lock_step()
            delay._check_tellable()
            now = fields.Datetime.now()
            told_at = delay.told_at or now
            if told_at > now:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the time at which the customer was told "
                        "lies in the future.",
                        ticket=ticket.name,
                    )
                )
            if delay.told_how in ("phone", "message"):
                ticket._notify_customer(
                    delay.told_how,
                    delay.told_to,
                    told_at,
                    self.env._("Your vehicle will be ready later"),
                    delay._get_words(),
                )
            delay._mark_told(told_at)
            # sudo: the new promise follows from the notice; role is checked above
            ticket.sudo().with_context(aftersales_delay_told=True).write(
                {"promised_at": delay.new_promised_at}
            )

    def _check_tellable(self):
        """Raise UserError until the customer can be told what he must hear."""
        self.ensure_one()
        ticket = self.ticket_id
        missing = []
        if self.state == "told":
            missing.append(self.env._("the customer has been told already"))
        if ticket.state in ("delivered", "closed", "cancelled"):
            missing.append(self.env._("the ticket is finished"))
        if not self.cause:
            missing.append(self.env._("choose the cause"))
        if not self.reason:
            missing.append(self.env._("enter the reason"))
        if not self.told_to or not self.told_how:
            missing.append(self.env._("enter who was told, and how"))
        if not self.apologised:
            missing.append(self.env._("apologise, and tick it"))
        if missing:
            raise UserError(
                self.env._(
                    "Delay of ticket %(ticket)s: %(missing)s.",
                    ticket=ticket.name,
                    missing="; ".join(missing),
                )
            )

    def _mark_told(self, at):
        """Stamp that the customer knows since ``at``."""
        self.ensure_one()
        ticket = self.ticket_id
        lead = ticket._get_notice_lead(self.old_promised_at)
        # sudo: stamps are not editable; role and state were checked by the step
        self.sudo().write(
            {
                "state": "told",
                "told_at": at,
                "told_by_id": self.env.uid,
                "is_in_time": at <= self.old_promised_at - lead,
            }
        )
        # sudo: made for the adviser, whoever told the customer
        self.sudo().activity_feedback(["aftersales.activity_tell_delay"])

    def _get_words(self):
        """Return what the customer reads of this delay, in his language."""
        self.ensure_one()
        ticket = self.ticket_id
        delay = self.with_context(
            lang=ticket._get_report_lang(),
            tz=ticket.company_id.resource_calendar_id.tz or self.env.user.tz,
        )
        return delay.env._(
            "We had promised your vehicle for %(old)s. It will be ready at %(new)s. "
            "%(reason)s Please excuse the delay.",
            old=delay._format(delay.old_promised_at),
            new=delay._format(delay.new_promised_at),
            reason=delay.reason,
        )

    def _format(self, moment):
        return fields.Datetime.context_timestamp(self, moment).strftime(
            "%Y-%m-%d %H:%M"
        )
