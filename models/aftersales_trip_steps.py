from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_datetime

LEAVE_ACTIVITY = "aftersales.activity_trip_leave"
MEANS_ACTIVITY = "aftersales.activity_trip_means"


class AftersalesTrip(models.Model):
    """Asked for, approved by two, under way, back (R-TRIP-01, R-TRIP-04)."""

    _inherit = "aftersales.trip"

    superior_id = fields.Many2one(
        "res.users",
        compute="_compute_superior_id",
        store=True,
        readonly=False,
        index=True,
        copy=False,
        domain=[("share", "=", False)],
        help="Who is asked whether they may go: never who asks or goes along.",
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Allowed by", readonly=True, copy=False
    )
    approved_at = fields.Datetime("Allowed on", readonly=True, copy=False)
    means_approved_by_id = fields.Many2one(
        "res.users", string="Means of travel approved by", readonly=True, copy=False
    )
    means_approved_at = fields.Datetime(
        "Means of travel approved on", readonly=True, copy=False
    )
    refusal_reason = fields.Char("Why not", copy=False)
    can_approve = fields.Boolean(compute="_compute_can_approve")
    can_approve_means = fields.Boolean(compute="_compute_can_approve")

    _four_eyes = models.Constraint(
        "CHECK((approved_by_id IS NULL OR approved_by_id <> requested_by_id)"
        " AND (means_approved_by_id IS NULL"
        " OR means_approved_by_id <> requested_by_id))",
        "Nobody approves a trip he asks for himself.",
    )
    _approved_check = models.Constraint(
        "CHECK(state NOT IN ('approved', 'underway', 'back', 'settled')"
        " OR (approved_by_id IS NOT NULL AND (means_approved_by_id IS NOT NULL"
        " OR (kind = 'outing' AND means <> 'car'))))",
        "Nobody leaves without the superior's word, nor travels in a way that nobody "
        "has approved.",
    )
    _refusal_told = models.Constraint(
        "CHECK(state <> 'refused' OR refusal_reason IS NOT NULL)",
        "Who refuses a trip says why.",
    )

    @api.depends("employee_ids", "ticket_ids", "requested_by_id")
    def _compute_superior_id(self):
        for trip in self:
            if not trip.superior_id or not trip._may_approve(trip.superior_id):
                trip.superior_id = trip._get_superior()

    @api.depends_context("uid")
    @api.depends(
        "state",
        "employee_ids",
        "requested_by_id",
        "approved_by_id",
        "means_approved_by_id",
    )
    def _compute_can_approve(self):
        user = self.env.user
        manager = user.has_group("aftersales.group_aftersales_vehicle_manager")
        for trip in self:
            asked = trip.state == "submitted"
            trip.can_approve = (
                asked and not trip.approved_by_id and trip._may_approve(user)
            )
            trip.can_approve_means = (
                asked
                and manager
                and not trip.means_approved_by_id
                and trip._needs_means_approval()
                and not trip._is_own(user)
            )

    # -- Who decides ------------------------------------------------------------------

    def _is_own(self, user):
        """Return whether ``user`` asks for this trip or goes along."""
        self.ensure_one()
        # sudo: whose login an employee's is; only a yes or no leaves this method
        return user in (self.requested_by_id | self.sudo().employee_ids.user_id)

    def _get_superiors(self):
        """Return who leads the travellers: superior, leaders of their teams."""
        self.ensure_one()
        # sudo: who leads whom is read to find a person, nothing else is shown
        trip = self.sudo()
        people = trip.requested_by_id | trip.employee_ids.user_id
        teams = trip.env["aftersales.team"].search(
            [
                ("company_id", "in", (trip.company_id.id, False)),
                ("member_ids", "in", people.ids),
                ("leader_id", "!=", False),
            ]
        )
        superiors = (
            (trip.leader_id | trip.employee_ids).parent_id.user_id
            | trip.ticket_ids.team_id.leader_id
            | teams.leader_id
        )
        return (superiors - people).sudo(False)

    def _get_superior(self):
        """Return who is asked: a superior, else a manager; never who goes along."""
        self.ensure_one()
        superiors = self._get_superiors()
        if superiors:
            return superiors[0]
        # sudo: as above, of the managers
        managers = self.env.ref("aftersales.group_aftersales_manager").sudo()
        return managers.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user._is_superuser()
                and self.company_id in user.company_ids
                and not self._is_own(user)
            )
        )[:1].sudo(False)

    def _may_approve(self, user):
        """Return whether ``user`` may let these people go."""
        self.ensure_one()
        if self._is_own(user):
            return False
        return (
            user.has_group("aftersales.group_aftersales_manager")
            or user in self._get_superiors()
        )

    def _needs_means_approval(self):
        """Return whether the vehicle manager is asked."""
        self.ensure_one()
        return self.kind == "trip" or self.means == "car"

    def _lock(self):
        """Lock these for a decision; raise UserError when somebody else decides."""
        self.check_access("read")
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Trip %(name)s is being decided on by somebody else at this "
                    "moment. Look at it again.",
                    name=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset()

    # -- Asking -----------------------------------------------------------------------

    def action_submit(self):
        """Ask the superior and the vehicle manager (R-TRIP-01, R-TRIP-04).

        :raises UserError: naming what is not filled in
        """
        self._check_role("user")
        self.check_access("write")
        self._check_state("draft")
        for trip in self:
            problems = trip._get_problems()
            if problems:
                raise UserError(
                    self.env._(
                        "Trip %(name)s:\n%(problems)s",
                        name=trip.name,
                        problems="\n".join(problems),
                    )
                )
        # sudo: stamps are not editable; role, access and state are checked above
        asked = self.sudo()
        asked.write({"state": "submitted", "submitted_at": fields.Datetime.now()})
        for trip in asked:
            trip._ask(LEAVE_ACTIVITY, trip.superior_id)
            if trip._needs_means_approval():
                manager = self.env["aftersales.deadline"]._default_user(
                    "vehicle_manager", trip.company_id
                )
                trip._ask(MEANS_ACTIVITY, manager)
            helpers = trip.company_id.aftersales_trip_helper_ids
            trip.message_subscribe(partner_ids=helpers.partner_id.ids)
        return True

    def _ask(self, activity, user):
        """Call ``user``, if there is one, to decide."""
        self.ensure_one()
        if user:
            self.activity_schedule(
                activity, summary=self.destination or self.name, user_id=user.id
            )

    def _get_problems(self):
        """Return what keeps this trip from being asked for, a sentence each."""
        self.ensure_one()
        problems = []
        if not self.employee_ids:
            problems.append(self.env._("Enter who goes."))
        if self.leader_id not in self.employee_ids:
            problems.append(self.env._("Enter who of them leads the trip."))
        if not self.destination:
            problems.append(self.env._("Enter the destination."))
        if not self.date_start or not self.date_stop:
            problems.append(self.env._("Enter when you leave and are expected back."))
        if self.kind == "trip" and not self.ticket_ids:
            problems.append(self.env._("Add the tickets of the trip."))
        if self.kind == "outing" and not self.reason:
            problems.append(self.env._("Write what the work outside is for."))
        if self.means in ("car", "own") and self.driver_id not in self.employee_ids:
            problems.append(self.env._("Enter who of them drives."))
        if self.is_override and not self.means_override:
            problems.append(
                self.env._("Write why you do not travel as the rule proposes.")
            )
        if not self.superior_id or not self._may_approve(self.superior_id):
            problems.append(
                self.env._(
                    "Choose the superior who decides: he leads the travellers and does "
                    "not go along."
                )
            )
        return problems

    # -- Deciding ---------------------------------------------------------------------

    def action_approve(self):
        """Let these people go, as their superior (R-TRIP-04, R-DISC-03).

        :raises AccessError: for who leads none of them, asks himself or goes along
        """
        self._lock()
        self._check_state("submitted")
        for trip in self:
            if not trip._may_approve(self.env.user):
                raise AccessError(
                    self.env._(
                        "Trip %(name)s is allowed by a superior of the travellers or a "
                        "manager, never by who asks or goes along.",
                        name=trip.name,
                    )
                )
        # sudo: stamps are not editable; who decides is checked above
        self.sudo().write(
            {"approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()}
        )
        self.sudo().activity_feedback([LEAVE_ACTIVITY])
        return self._approve_if_complete()

    def action_approve_means(self):
        """Approve the means of travel and give out the car (R-TRIP-01).

        :raises AccessError: without the role Vehicle manager, or for one's own trip
        :raises UserError: when no car is chosen, or it is on another trip
        """
        self._check_role("vehicle_manager")
        self._lock()
        self._check_state("submitted")
        for trip in self:
            if trip._is_own(self.env.user):
                raise AccessError(
                    self.env._(
                        "Trip %(name)s is your own: another vehicle manager approves "
                        "the means of travel.",
                        name=trip.name,
                    )
                )
        self._check_car_free()
        # sudo: stamps are not editable; who decides is checked above
        self.sudo().write(
            {
                "means_approved_by_id": self.env.uid,
                "means_approved_at": fields.Datetime.now(),
            }
        )
        self.sudo().activity_feedback([MEANS_ACTIVITY])
        return self._approve_if_complete()

    def _approve_if_complete(self):
        """Go on to *approved* where nobody else is to be asked; tell Administration."""
        for trip in self:
            if trip.approved_by_id and (
                trip.means_approved_by_id or not trip._needs_means_approval()
            ):
                # sudo: the state is not editable; the callers checked who decides
                trip.sudo()._set_approved()
        return True

    def _set_approved(self):
        """Let them go; Administration gets its copy of the out register (in sudo)."""
        self.ensure_one()
        self.state = "approved"
        copies = self.company_id.aftersales_trip_copy_ids.partner_id
        self.message_subscribe(partner_ids=copies.ids)
        zone = self.company_id.resource_calendar_id.tz or "UTC"
        self.message_post(
            body=self.env._(
                "Out register: %(people)s to %(place)s, %(start)s to %(stop)s.",
                people=", ".join(self.employee_ids.mapped("name")),
                place=self.destination,
                start=format_datetime(
                    self.env, self.date_start, tz=zone, dt_format="short"
                ),
                stop=format_datetime(
                    self.env, self.date_stop, tz=zone, dt_format="short"
                ),
            ),
            partner_ids=copies.ids,
        )

    def action_refuse(self):
        """Refuse the trip or its means of travel, with the reason.

        :raises AccessError: for who decides on neither
        :raises UserError: without a reason
        """
        self._lock()
        self._check_state("submitted")
        for trip in self:
            if not trip.can_approve and not trip.can_approve_means:
                raise AccessError(
                    self.env._(
                        "Trip %(name)s is refused by a superior of the travellers or "
                        "the vehicle manager.",
                        name=trip.name,
                    )
                )
            if not trip.refusal_reason:
                raise UserError(
                    self.env._("Trip %(name)s: write why not.", name=trip.name)
                )
        # sudo: the state is not editable; who decides is checked above
        self.sudo()._give_up("refused")
        for trip in self.sudo():
            trip.message_post(
                body=trip.refusal_reason,
                partner_ids=trip.requested_by_id.partner_id.ids,
            )
        return True

    def _give_up(self, state):
        """Set ``state`` and take back what was approved (in sudo); checks nothing."""
        self.write(
            {
                "state": state,
                "approved_by_id": False,
                "approved_at": False,
                "means_approved_by_id": False,
                "means_approved_at": False,
            }
        )
        self.activity_unlink([LEAVE_ACTIVITY, MEANS_ACTIVITY])

    def _check_traveller(self):
        """Raise AccessError unless the user asked, goes along, or plans for others."""
        self.check_access("read")
        user = self.env.user
        planner = any(
            user.has_group(f"aftersales.group_aftersales_{role}")
            for role in ("dispatcher", "advisor", "vehicle_manager")
        )
        for trip in self:
            if not self.env.su and not planner and not trip._is_own(user):
                raise AccessError(
                    self.env._(
                        "Trip %(name)s: this is done by who goes along or asked for "
                        "it, or by the dispatcher.",
                        name=trip.name,
                    )
                )

    def action_withdraw(self):
        """Take the trip back to plan it anew; what was approved is void."""
        self._check_traveller()
        self._lock()
        self._check_state("submitted", "approved", "refused")
        # sudo: the state is not editable; who and state are checked above
        self.sudo()._give_up("draft")
        return True

    def action_cancel(self):
        """Give the trip up before anybody has left."""
        self._check_traveller()
        self._lock()
        self._check_state("draft", "submitted", "approved", "refused")
        # sudo: the state is not editable; who and state are checked above
        self.sudo()._give_up("cancelled")
        return True
