from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.business_time import Clocks

DISPATCHER = "aftersales.group_aftersales_dispatcher"
# Teams that work in the workshop.
SHOP_KINDS = ("workshop", "factory")
# What a person may enter; the rest follows from the calendar and from the rounds.
ENTERED = {"close_reason", "dispatcher_id", "note"}


class AftersalesShift(models.Model):
    """A shift of the workshop: checked before it begins, patrolled while it lasts.

    One unbroken attendance of the company's working hours, so a day with a lunch break
    has two (R-DISP-03, R-DISP-06, R-DISP-12).
    """

    _name = "aftersales.shift"
    _description = "Workshop Shift"
    _inherit = ["aftersales.deadline.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _deadline_field = "shift_id"
    _deadline_people_fields = frozenset({"dispatcher_id"})

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(required=True, readonly=True, index=True)
    date_start = fields.Datetime("From", required=True, readonly=True)
    date_stop = fields.Datetime("To", required=True, readonly=True)
    is_first = fields.Boolean(
        "First of the day",
        readonly=True,
        help="The checks of the day belong to its first shift.",
    )
    dispatcher_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who walks the rounds and is called when one is missing.",
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    note = fields.Text("Remarks")

    # Rounds
    patrol_ids = fields.One2many(
        "aftersales.patrol", "shift_id", string="Rounds Walked"
    )
    rounds_wanted = fields.Integer(
        readonly=True, help="By the company's figures when the shift was planned."
    )
    minutes_wanted = fields.Integer(
        readonly=True, help="How long a round lasts at least, in minutes."
    )
    round_count = fields.Integer(
        "Rounds", compute="_compute_rounds", store=True, help="Those that count."
    )
    rounds_missing = fields.Integer(compute="_compute_rounds", store=True)
    patrol_minutes = fields.Integer(
        "Minutes on patrol", compute="_compute_rounds", store=True
    )
    is_patrolling = fields.Boolean(compute="_compute_is_patrolling")
    finding_ids = fields.One2many("aftersales.finding", "shift_id")
    finding_count = fields.Integer(compute="_compute_finding_count")

    # Checks
    readiness_ids = fields.One2many(
        "aftersales.readiness", "shift_id", string="Checks of the day"
    )
    checks_open = fields.Integer(compute="_compute_checks_open")

    close_reason = fields.Char(
        "Why rounds are missing", help="Asked for when the shift is closed without all."
    )
    closed_by_id = fields.Many2one("res.users", readonly=True)
    closed_at = fields.Datetime(readonly=True)
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    deadline_ids = fields.One2many("aftersales.deadline", "shift_id")

    _start_uniq = models.UniqueIndex(
        "(company_id, date_start)", "This shift has been opened already."
    )
    _times_fit = models.Constraint(
        "CHECK(date_start < date_stop)", "A shift ends after it begins."
    )
    _figures_positive = models.Constraint(
        "CHECK(rounds_wanted >= 0 AND minutes_wanted >= 0)",
        "Rounds and minutes of a shift are not negative.",
    )
    _missing_explained = models.Constraint(
        "CHECK(state = 'open' OR rounds_missing = 0 OR close_reason IS NOT NULL)",
        "A shift that is closed without all its rounds says why.",
    )

    # -- Computed ----------------------------------------------------------------------

    @api.depends("date", "date_start", "date_stop")
    @api.depends_context("tz")
    def _compute_display_name(self):
        for shift in self:
            begin, end = (
                moment
                and fields.Datetime.context_timestamp(shift, moment).strftime("%H:%M")
                for moment in (shift.date_start, shift.date_stop)
            )
            shift.display_name = f"{shift.date or ''} {begin or ''}–{end or ''}"

    @api.depends("patrol_ids.counts", "patrol_ids.minutes", "rounds_wanted")
    def _compute_rounds(self):
        for shift in self:
            counted = shift.patrol_ids.filtered("counts")
            shift.round_count = len(counted)
            shift.patrol_minutes = sum(shift.patrol_ids.mapped("minutes"))
            shift.rounds_missing = max(0, shift.rounds_wanted - len(counted))

    @api.depends("patrol_ids.date_stop")
    @api.depends_context("uid")
    def _compute_is_patrolling(self):
        for shift in self:
            shift.is_patrolling = any(
                not patrol.date_stop and patrol.user_id == self.env.user
                for patrol in shift.patrol_ids
            )

    @api.depends("finding_ids")
    def _compute_finding_count(self):
        counts = dict(
            self.env["aftersales.finding"]._read_group(
                [("shift_id", "in", self.ids)], ["shift_id"], ["__count"]
            )
        )
        for shift in self:
            shift.finding_count = counts.get(shift._origin, 0)

    @api.depends("readiness_ids.state")
    def _compute_checks_open(self):
        for shift in self:
            shift.checks_open = len(
                shift.readiness_ids.filtered(lambda sheet: sheet.state == "draft")
            )

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Open shifts: with their deadlines, and the first of a day with its checks."""
        shifts = super().create(vals_list)
        for shift in shifts:
            company = shift.company_id
            # sudo: figures and policy are the company's, whoever opens the shift
            shift.sudo().write(
                {
                    "policy_id": self.env["aftersales.policy"]
                    ._get_document_policy("shift", company)
                    .id,
                    "rounds_wanted": company.sudo()._aftersales_get_rounds(
                        shift.date_start, shift.date_stop
                    ),
                    "minutes_wanted": company.sudo().aftersales_patrol_minutes,
                }
            )
        shifts._deadline_create()
        shifts.filtered("is_first")._create_checks()
        return shifts

    def write(self, vals):
        if not self.env.su and vals.keys() - ENTERED - {"activity_ids", "message_ids"}:
            raise UserError(
                self.env._(
                    "Shift %(shift)s: its times come from the working hours, its "
                    "rounds from the buttons.",
                    shift=self[:1].display_name,
                )
            )
        return super().write(vals)

    def _create_checks(self):
        """Make the day's check sheets: one a team before work, one for the site."""
        vals_list = []
        for shift in self:
            vals = {
                "shift_id": shift.id,
                "company_id": shift.company_id.id,
                "date": shift.date,
            }
            teams = self.env["aftersales.team"].search(
                [
                    ("company_id", "=", shift.company_id.id),
                    ("kind", "in", SHOP_KINDS),
                ]
            )
            vals_list += [
                dict(vals, kind="readiness", team_id=id_) for id_ in teams.ids
            ]
            vals_list.append(dict(vals, kind="site"))
        self.env["aftersales.readiness"]._create_missing(vals_list)

    # -- Which shift -------------------------------------------------------------------

    @api.model
    def _get_times(self, company, moment):
        """Return ``[(start, stop)]`` of the shifts of the local day of ``moment``.

        :raises UserError: when the company has no fixed working hours
        """
        clock = Clocks().of(company.resource_calendar_id, company)
        position, midnight = clock.day_bounds(moment)
        times = []
        while clock.between(position, midnight) > 0:
            stop = clock.end_of_shift(position)
            # Its first minute: as much work as lies before its end, back from there.
            start = clock.add(stop, -clock.between(position, stop))
            times.append((start, stop))
            position = stop
        return times

    @api.model
    def _open_day(self, company, moment=None):
        """Return the shifts of ``company``'s day, those that are missing made now.

        :param moment: naive UTC in that day, default now
        """
        moment = moment or fields.Datetime.now()
        # sudo: shifts come from the working hours, whoever is the first to ask
        Shift = self.sudo().with_company(company)
        times = self._get_times(company, moment)
        if not times:
            return Shift.browse()
        known = Shift.search(
            [
                ("company_id", "=", company.id),
                ("date_start", "in", [start for start, __ in times]),
            ]
        )
        starts = known.mapped("date_start")
        tz = company.resource_calendar_id.tz or "UTC"
        local = fields.Datetime.context_timestamp(self.with_context(tz=tz), times[0][0])
        made = Shift.create(
            [
                {
                    "company_id": company.id,
                    "date": local.date(),
                    "date_start": start,
                    "date_stop": stop,
                    "is_first": start == times[0][0],
                    "dispatcher_id": self._get_dispatcher(company, start).id,
                }
                for start, stop in times
                if start not in starts
            ]
        )
        return (known | made).sorted("date_start")

    @api.model
    def _get_dispatcher(self, company, moment):
        """Return who is on duty as dispatcher, else the first with that role."""
        Deadline = self.env["aftersales.deadline"]
        duty = self.env["aftersales.duty"]._on_duty("dispatcher", company, moment)
        return duty or Deadline._default_user("dispatcher", company)

    @api.model
    def _get_current(self, company=None):
        """Return the shift at work now, else today's next one, else today's last.

        :raises UserError: on a day without work
        """
        company = company or self.env.company
        now = fields.Datetime.now()
        shifts = self._open_day(company, now)
        if not shifts:
            raise UserError(
                self.env._(
                    "%(company)s does not work today, so there is no shift. Its "
                    "working hours are on the company.",
                    company=company.name,
                )
            )
        current = shifts.filtered(lambda shift: shift.date_stop > now)[:1]
        return (current or shifts[-1:]).sudo(False)

    # -- Steps -------------------------------------------------------------------------

    @api.model
    def _check_dispatcher(self):
        """Raise AccessError unless the user runs the workshop."""
        if not self.env.user.has_group(DISPATCHER):
            raise AccessError(
                self.env._("Rounds and checks of the workshop are the dispatcher's.")
            )

    @api.model
    def action_open_current(self):
        """Open the shift at work, made if need be (R-DISP-06).

        :raises AccessError: for somebody without the role Dispatcher
        :raises UserError: on a day without work
        """
        self._check_dispatcher()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Today's Shift"),
            "res_model": self._name,
            "res_id": self._get_current().id,
            "views": [(False, "form")],
        }

    def action_start_round(self):
        """Begin a round of the workshop and open it (R-DISP-06).

        :raises UserError: when the shift is closed, not at work, or the user is on a
            round already
        """
        self.ensure_one()
        self._check_dispatcher()
        self._check_open()
        return self.env["aftersales.patrol"]._begin(self)._get_form()

    def action_close(self):
        """Close the shift; missing rounds are explained (R-DISP-06).

        :raises UserError: while it lasts, while somebody walks a round, or when rounds
            are missing without a reason
        """
        self._check_dispatcher()
        self._check_open()
        now = fields.Datetime.now()
        for shift in self:
            if any(not patrol.date_stop for patrol in shift.patrol_ids):
                raise UserError(
                    self.env._(
                        "Shift %(shift)s: somebody is on a round. Stop it first.",
                        shift=shift.display_name,
                    )
                )
            if shift.rounds_missing and now < shift.date_stop:
                raise UserError(
                    self.env._(
                        "Shift %(shift)s is not over and lacks %(number)s rounds. Walk "
                        "them.",
                        shift=shift.display_name,
                        number=shift.rounds_missing,
                    )
                )
            if shift.rounds_missing and not shift.close_reason:
                raise UserError(
                    self.env._(
                        "Shift %(shift)s lacks %(number)s rounds of %(minutes)s "
                        "minutes. Write why.",
                        shift=shift.display_name,
                        number=shift.rounds_missing,
                        minutes=shift.minutes_wanted,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {"state": "closed", "closed_by_id": self.env.uid, "closed_at": now}
        )
        self._deadline_reach("patrolled", now)

    def action_open_findings(self):
        """Open what was found during this shift."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.finding_action"
        )
        action.update(domain=[("shift_id", "=", self.id)], context={})
        return action

    def _check_open(self):
        for shift in self:
            if shift.state != "open":
                raise UserError(
                    self.env._("Shift %(shift)s is closed.", shift=shift.display_name)
                )
