from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTrip(models.Model):
    """How one travels: proposed by the rule, the company's car with its odometer."""

    _inherit = "aftersales.trip"

    means_proposed = fields.Selection(
        selection="_selection_means",
        string="Proposed means of travel",
        compute="_compute_means_proposed",
        store=True,
    )
    means_reason = fields.Char("Why", compute="_compute_means_reason")
    means = fields.Selection(
        selection="_selection_means",
        string="Means of travel",
        compute="_compute_means",
        store=True,
        readonly=False,
        tracking=True,
    )
    means_override = fields.Char(
        "Why not as proposed",
        copy=False,
        help="Required for another means of travel than the rule proposes.",
    )
    is_override = fields.Boolean(
        "Not as proposed", compute="_compute_is_override", store=True
    )
    vehicle_id = fields.Many2one(
        "fleet.vehicle",
        string="Company car",
        index="btree_not_null",
        check_company=True,
        copy=False,
    )
    driver_id = fields.Many2one(
        "hr.employee",
        compute="_compute_driver_id",
        store=True,
        readonly=False,
        check_company=True,
    )
    odometer_out = fields.Float(
        compute="_compute_odometer_out", store=True, readonly=False, copy=False
    )
    odometer_in = fields.Float(copy=False)
    distance_driven = fields.Float(
        "Driven", compute="_compute_distance_driven", store=True
    )
    service_ids = fields.One2many(
        "fleet.vehicle.log.services", "aftersales_trip_id", string="Refuelling"
    )

    _override_has_reason = models.Constraint(
        "CHECK(state IN ('draft', 'cancelled') OR means = means_proposed"
        " OR COALESCE(means_override, '') <> '')",
        "Who travels in another way than the rule proposes says why.",
    )
    _car_check = models.Constraint(
        "CHECK(state NOT IN ('approved', 'underway', 'back', 'settled')"
        " OR means <> 'car' OR vehicle_id IS NOT NULL)",
        "Who goes by company car has one.",
    )
    _odometer_check = models.Constraint(
        "CHECK(state NOT IN ('back', 'settled') OR means NOT IN ('car', 'own')"
        " OR odometer_in >= odometer_out)",
        "An odometer does not run backwards.",
    )
    _car_uniq = models.UniqueIndex(
        "(vehicle_id) WHERE state = 'underway' AND means = 'car'",
        "This car is under way on another trip.",
    )

    @api.model
    def _selection_means(self):
        return [
            ("public", self.env._("Public transport")),
            ("car", self.env._("Company car")),
            ("own", self.env._("Own car")),
        ]

    def _propose_means(self):
        """Return the means of travel by the rule, and why (R-TRIP-01).

        Nearby: the company's car with large parts, in severe weather, or where the
        transport is poor and one is not back the same day; else public transport.
        Further away always public transport. One's own car is never proposed.
        """
        self.ensure_one()
        if self.area == "far":
            return "public", self.env._(
                "Medium or long distance: by public transport, also with large parts."
            )
        if self.large_parts:
            return "car", self.env._("Nearby with large parts: by company car.")
        if self.severe_weather:
            return "car", self.env._(
                "Nearby in severe weather: not by public transport."
            )
        if self.poor_transport and not self.return_same_day:
            return "car", self.env._(
                "Nearby, poor transport, not back the same day: by company car."
            )
        if self.poor_transport:
            return "public", self.env._(
                "Nearby, poor transport, but back the same day: by public transport."
            )
        return "public", self.env._(
            "Nearby, easy transport, no severe weather, no large part: by public "
            "transport."
        )

    @api.depends(
        "area", "large_parts", "severe_weather", "poor_transport", "return_same_day"
    )
    def _compute_means_proposed(self):
        for trip in self:
            trip.means_proposed, __ = trip._propose_means()

    @api.depends(
        "area", "large_parts", "severe_weather", "poor_transport", "return_same_day"
    )
    @api.depends_context("lang")
    def _compute_means_reason(self):
        for trip in self:
            __, trip.means_reason = trip._propose_means()

    @api.depends("means_proposed")
    def _compute_means(self):
        for trip in self:
            trip.means = trip.means_proposed

    @api.depends("means", "means_proposed")
    def _compute_is_override(self):
        for trip in self:
            trip.is_override = trip.means != trip.means_proposed

    @api.depends("leader_id")
    def _compute_driver_id(self):
        for trip in self:
            if trip.driver_id not in trip.employee_ids:
                trip.driver_id = trip.leader_id

    @api.depends("vehicle_id")
    def _compute_odometer_out(self):
        for trip in self:
            # sudo: the reading of the chosen car, nothing else of it
            trip.odometer_out = trip.vehicle_id.sudo().odometer

    @api.depends("odometer_out", "odometer_in", "means")
    def _compute_distance_driven(self):
        for trip in self:
            driven = trip.odometer_in - trip.odometer_out
            driving = trip.means in ("car", "own")
            trip.distance_driven = max(driven, 0.0) if driving else 0.0

    def _check_car_free(self):
        """Raise UserError unless the car is chosen, and nobody else has it then."""
        for trip in self:
            if trip.means != "car":
                continue
            # sudo: the car belongs to the company; who may ask is checked by the steps
            car = trip.sudo().vehicle_id
            if not car:
                raise UserError(
                    self.env._(
                        "Trip %(name)s goes by company car: choose the car.",
                        name=trip.name,
                    )
                )
            car.lock_for_update(allow_referencing=True)
            other = self.sudo().search(
                [
                    ("id", "!=", trip.id),
                    ("vehicle_id", "=", car.id),
                    ("means", "=", "car"),
                    "|",
                    ("state", "in", ("approved", "underway")),
                    "&",
                    ("state", "=", "submitted"),
                    ("means_approved_by_id", "!=", False),
                    ("date_start", "<", trip.date_stop),
                    ("date_stop", ">", trip.date_start),
                ],
                limit=1,
            )
            if other:
                raise UserError(
                    self.env._(
                        "Trip %(name)s: %(car)s is on trip %(other)s in this time. "
                        "Choose another car or time.",
                        name=trip.name,
                        car=car.display_name,
                        other=other.name,
                    )
                )

    def _log_odometer(self, value):
        """Write ``value`` into the odometer log of the trip's car."""
        for trip in self:
            # sudo: travellers have no right to the fleet; the steps checked them
            trip.env["fleet.vehicle.odometer"].sudo().create(
                {
                    "vehicle_id": trip.vehicle_id.id,
                    "value": value,
                    "date": trip._get_local_date(fields.Datetime.now()),
                    "driver_id": trip.sudo().driver_id.work_contact_id.id,
                }
            )

    def action_refuel(self):
        """Enter that the car is refuelled, in the fleet's own log (R-TRIP-02).

        :raises UserError: without a car
        :return: the action that opens a new entry of the log
        """
        self.ensure_one()
        self._check_role("vehicle_manager")
        if not self.vehicle_id:
            raise UserError(
                self.env._("Trip %(name)s goes without a company car.", name=self.name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuelling"),
            "res_model": "fleet.vehicle.log.services",
            "views": [(False, "list"), (False, "form")],
            "domain": [("aftersales_trip_id", "=", self.id)],
            "context": {
                "default_aftersales_trip_id": self.id,
                "default_vehicle_id": self.vehicle_id.id,
                "default_service_type_id": self.env.ref(
                    "aftersales.fleet_service_refuelling"
                ).id,
                "default_description": self.name,
            },
        }
