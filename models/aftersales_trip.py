from pytz import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

# What goes on to be written once the trip has been asked for.
STILL_OPEN = {
    "contact_note",
    "itinerary",
    "parts_note",
    "refusal_reason",
    "check_in_ids",
    "cost_ids",
    "message_follower_ids",
}
# What the vehicle manager decides on while he is asked.
MEANS_FIELDS = {"means", "means_override", "vehicle_id", "driver_id", "odometer_out"}
# What the driver reads off.
ODOMETER_FIELDS = {"approved": {"odometer_out"}, "underway": {"odometer_in"}}


class AftersalesTrip(models.Model):
    """Work outside: who goes where, for which tickets, and how (R-TRIP-01 to 07).

    The means of travel is proposed by a rule and approved by the vehicle manager; that
    somebody is away at all is approved by his superior (the out register, R-DISC-03).
    Nobody approves a trip of his own.
    """

    _name = "aftersales.trip"
    _description = "Trip"
    _inherit = [
        "hr.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "destination", "ticket_ids.name"]
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "requested_by_id",
            "submitted_at",
            "approved_by_id",
            "approved_at",
            "means_approved_by_id",
            "means_approved_at",
            "left_at",
            "returned_at",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("trip", "Trip for tickets"), ("outing", "Other work outside")],
        required=True,
        default="trip",
        index=True,
        help="Both stand in the out register. A trip is for tickets, and its means of "
        "travel is always approved.",
    )
    state = fields.Selection(
        [
            ("draft", "Being planned"),
            ("submitted", "To be approved"),
            ("approved", "Approved"),
            ("underway", "Under way"),
            ("back", "Back"),
            ("settled", "Settled"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    reason = fields.Char("What for", help="The work outside, for the out register.")
    ticket_ids = fields.Many2many(
        "aftersales.ticket",
        "aftersales_trip_ticket_rel",
        "trip_id",
        "ticket_id",
        string="Tickets",
        check_company=True,
        copy=False,
    )
    ticket_count = fields.Integer("Number of tickets", compute="_compute_counts")
    employee_ids = fields.Many2many(
        "hr.employee",
        "aftersales_trip_employee_rel",
        "trip_id",
        "employee_id",
        string="Persons",
        check_company=True,
        default=lambda self: self._default_employee_ids(),
    )
    person_count = fields.Integer(
        "Number of persons", compute="_compute_person_count", store=True
    )
    leader_id = fields.Many2one(
        "hr.employee",
        string="Leader of the trip",
        compute="_compute_leader_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Asked for by",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.user,
    )
    submitted_at = fields.Datetime("Asked for on", readonly=True, copy=False)
    destination = fields.Char(help="Town and place.")
    date_start = fields.Datetime("Departs", index=True, copy=False)
    date_stop = fields.Datetime("Expected back", copy=False)
    return_same_day = fields.Boolean(
        "Back the same day",
        compute="_compute_return_same_day",
        store=True,
        readonly=False,
    )
    distance = fields.Float("Distance (km)", help="One way.")
    area = fields.Selection(
        [("near", "Nearby"), ("far", "Medium or long distance")],
        compute="_compute_area",
        store=True,
        readonly=False,
        help="By the distance; the settings say what is nearby.",
    )
    large_parts = fields.Boolean(help="Parts that cannot be carried by hand go along.")
    severe_weather = fields.Boolean()
    poor_transport = fields.Boolean(help="No bus or train goes there, or hardly any.")
    parts_note = fields.Text("Further things to take")
    picking_ids = fields.Many2many(
        "stock.picking",
        string="Slips of parts carried",
        compute="_compute_picking_ids",
        help="Parts issued or lent for the tickets of this trip.",
    )
    itinerary = fields.Text(help="Trains, hotel, route: whoever helps writes it here.")
    contact_note = fields.Text(
        "Contact persons",
        help="Who helps on the spot, technically and in daily life (R-TRIP-07).",
    )
    check_in_ids = fields.One2many(
        "aftersales.trip.check.in", "trip_id", string="Check-ins"
    )
    left_at = fields.Datetime("Left on", readonly=True, copy=False)
    returned_at = fields.Datetime("Back on", readonly=True, copy=False)
    days = fields.Integer(
        compute="_compute_days", store=True, help="Calendar days, begun ones count."
    )
    nights = fields.Integer(compute="_compute_days", store=True)
    is_late = fields.Boolean(
        "Longer than expected", compute="_compute_is_late", search="_search_is_late"
    )

    _times_fit = models.Constraint(
        "CHECK(date_stop >= date_start AND returned_at >= left_at)",
        "One returns after one has left.",
    )
    _distance_positive = models.Constraint(
        "CHECK(COALESCE(distance, 0) >= 0)", "A distance cannot be negative."
    )
    _left_check = models.Constraint(
        "CHECK((state IN ('underway', 'back', 'settled')) = (left_at IS NOT NULL)"
        " AND (state IN ('back', 'settled')) = (returned_at IS NOT NULL))",
        "Who is under way has left, and who is back has returned.",
    )

    # -- What follows from the rest ---------------------------------------------------

    @api.model
    def _default_employee_ids(self):
        return self.env.user.employee_id

    @api.depends("ticket_ids")
    def _compute_counts(self):
        for trip in self:
            trip.ticket_count = len(trip.ticket_ids)

    @api.depends("employee_ids")
    def _compute_person_count(self):
        for trip in self:
            trip.person_count = len(trip.employee_ids)

    @api.depends("employee_ids")
    def _compute_leader_id(self):
        for trip in self:
            if trip.leader_id not in trip.employee_ids:
                trip.leader_id = trip.employee_ids[:1]

    @api.depends("distance", "company_id")
    def _compute_area(self):
        for trip in self:
            near = trip.distance <= trip.company_id.aftersales_trip_near_km
            trip.area = "near" if near else "far"

    @api.depends("date_start", "date_stop")
    def _compute_return_same_day(self):
        for trip in self:
            trip.return_same_day = bool(trip.date_start and trip.date_stop) and (
                trip._get_local_date(trip.date_start)
                == trip._get_local_date(trip.date_stop)
            )

    @api.depends("date_start", "date_stop", "left_at", "returned_at")
    def _compute_days(self):
        for trip in self:
            start = trip.left_at or trip.date_start
            stop = trip.returned_at or trip.date_stop
            trip.nights = 0
            if start and stop and stop >= start:
                first = trip._get_local_date(start)
                trip.nights = (trip._get_local_date(stop) - first).days
            trip.days = trip.nights + 1 if start and stop else 0

    def _get_local_date(self, moment):
        """Return the calendar day of ``moment`` where the company works."""
        self.ensure_one()
        zone = self.company_id.sudo().resource_calendar_id.tz or "UTC"
        return timezone("UTC").localize(moment).astimezone(timezone(zone)).date()

    @api.depends("date_stop", "returned_at", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for trip in self:
            end = trip.returned_at or (trip.state == "underway" and now)
            trip.is_late = bool(end and trip.date_stop and end > trip.date_stop)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "underway"),
            ("date_stop", "<", fields.Datetime.now()),
        ]

    @api.depends("ticket_ids.picking_ids")
    def _compute_picking_ids(self):
        for trip in self:
            trip.picking_ids = trip.ticket_ids.picking_ids.filtered(
                lambda slip: (
                    slip.aftersales_kind in ("issue", "loan") and slip.state != "cancel"
                )
            )

    # -- CRUD -------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals)
            self._check_still_open(set(vals))
        return super().write(vals)

    def _check_still_open(self, names):
        """Raise UserError when ``names`` of fields are settled for one of these."""
        manager = self.env.user.has_group("aftersales.group_aftersales_vehicle_manager")
        for trip in self:
            allowed = STILL_OPEN | ODOMETER_FIELDS.get(trip.state, set())
            if manager and trip.state == "submitted" and not trip.means_approved_by_id:
                allowed |= MEANS_FIELDS
            if trip.state != "draft" and names - allowed:
                raise UserError(
                    self.env._(
                        "Trip %(name)s has been asked for and stays as it is. Withdraw "
                        "it to change it.",
                        name=trip.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_state("draft", "cancelled")

    # -- Buttons ----------------------------------------------------------------------

    def action_view_tickets(self):
        """Open the tickets of this trip."""
        self.check_access("read")
        return self.ticket_ids._get_records_action(name=self.env._("Tickets"))

    def action_add_tickets(self):
        """Take along the visits of the same town and days that nobody goes to yet.

        :raises UserError: without a ticket or dates, or when there is no such visit
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("draft")
        towns = {town for town in self.ticket_ids.partner_id.mapped("city") if town}
        found = self.env["aftersales.ticket"]
        if towns and self.date_start and self.date_stop:
            found = found.search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("service_mode", "=", "onsite"),
                    ("state", "in", ("assigned", "diagnosed", "quoted", "approved")),
                    ("trip_ids", "=", False),
                    ("partner_id.city", "in", sorted(towns)),
                    ("planned_at", ">=", self.date_start),
                    ("planned_at", "<=", self.date_stop),
                ]
            )
        if not found:
            raise UserError(
                self.env._(
                    "Trip %(name)s: no further visit is planned in the town of its "
                    "tickets in this time. Add tickets by hand.",
                    name=self.name,
                )
            )
        self.ticket_ids |= found

    def action_print(self):
        """Print the trip sheet (R-TRIP-03)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_trip").report_action(self)
