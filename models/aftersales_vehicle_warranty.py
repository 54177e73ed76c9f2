from odoo import api, fields, models

# The file's field -> the coverage's
WARRANTY_FIELDS = {
    "warranty_start_date": "date_start",
    "warranty_end_date": "date_end",
    "warranty_end_odometer": "end_odometer",
    "warranty_end_hours": "end_hours",
}


class AftersalesVehicle(models.Model):
    """The warranty of the vehicle as its file shows it.

    The figures are those of the vehicle's own coverage. Entered or imported here, they
    are written there: the file stays the place to correct them.
    """

    _inherit = "aftersales.vehicle"

    coverage_ids = fields.One2many(
        "aftersales.warranty.coverage", "vehicle_id", string="Coverages", readonly=True
    )
    coverage_count = fields.Integer(compute="_compute_coverage_count")
    warranty_start_date = fields.Date(
        compute="_compute_warranty_figures",
        store=True,
        readonly=False,
        copy=False,
        help="The day of delivery or sale, as the policy says, unless it was entered.",
    )
    warranty_end_date = fields.Date(
        compute="_compute_warranty_figures",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="The last day on which it holds; empty: no limit of time.",
    )
    warranty_end_odometer = fields.Float(
        string="Warranty Distance",
        compute="_compute_warranty_figures",
        store=True,
        readonly=False,
        copy=False,
        digits=(16, 0),
        aggregator=None,
        help="In the unit of the odometer; 0 means without limit of distance.",
    )
    warranty_end_hours = fields.Float(
        string="Warranty Hours",
        compute="_compute_warranty_figures",
        store=True,
        readonly=False,
        copy=False,
        digits=(16, 0),
        aggregator=None,
        help="0 means without limit of hours.",
    )
    warranty_state = fields.Selection(
        [
            ("none", "No warranty"),
            ("running", "In warranty"),
            ("date", "Ended by date"),
            ("distance", "Ended by distance"),
            ("hours", "Ended by hours"),
        ],
        string="Warranty",
        compute="_compute_warranty_state",
        help="As of today and of the latest reading.",
    )

    @api.depends(
        "coverage_ids.is_main",
        "coverage_ids.date_start",
        "coverage_ids.date_end",
        "coverage_ids.end_odometer",
        "coverage_ids.end_hours",
    )
    def _compute_warranty_figures(self):
        for vehicle in self:
            main = vehicle.coverage_ids.filtered("is_main")[:1]
            for own, its in WARRANTY_FIELDS.items():
                vehicle[own] = main[its]

    @api.depends("coverage_ids")
    def _compute_coverage_count(self):
        counts = dict(
            self.env["aftersales.warranty.coverage"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.coverage_count = counts.get(vehicle._origin, 0)

    @api.depends(
        *WARRANTY_FIELDS, "odometer", "odometer_offset", "engine_hours", "hours_offset"
    )
    @api.depends_context("tz")
    def _compute_warranty_state(self):
        for vehicle in self:
            vehicle.warranty_state = vehicle._get_warranty_state()

    def _get_warranty_state(self, date=None, odometer=None, hours=None):
        """Return the key of ``warranty_state`` as of a day and of present meters.

        Told from the figures of the file, which the customer's portal may read.
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        if not self.warranty_start_date or date < self.warranty_start_date:
            return "none"
        run = (self.odometer if odometer is None else odometer) + self.odometer_offset
        hours = (self.engine_hours if hours is None else hours) + self.hours_offset
        if self.warranty_end_date and date > self.warranty_end_date:
            return "date"
        if self.warranty_end_odometer and run > self.warranty_end_odometer:
            return "distance"
        if self.warranty_end_hours and hours > self.warranty_end_hours:
            return "hours"
        return "running"

    def _is_under_warranty(self, date=None, odometer=None):
        """Tell whether the whole-vehicle warranty holds, whichever limit ends first.

        :param date: day to judge; today by default. The last day counts.
        :param odometer: reading to judge, in the vehicle's unit; the latest by default
        :return: bool
        """
        self.ensure_one()
        return self._get_warranty_state(date, odometer) == "running"

    # -- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        figures = [
            {name: vals[name] for name in WARRANTY_FIELDS if vals.get(name)}
            for vals in vals_list
        ]
        vehicles = super().create(
            [
                {name: vals[name] for name in vals if name not in WARRANTY_FIELDS}
                for vals in vals_list
            ]
        )
        # What a new file begins with is no change of it.
        quiet = vehicles.with_context(mail_notrack=True)
        quiet._start_warranty(dict(zip(quiet, figures, strict=True)))
        quiet.mapped("warranty_end_date")
        return vehicles

    def write(self, vals):
        figures = {name: vals[name] for name in WARRANTY_FIELDS if name in vals}
        retyped = self.browse()
        if {"model_id", "product_id"} & vals.keys():
            retyped = self.filtered(
                lambda v: any(
                    name in vals and v[name].id != (vals[name] or False)
                    for name in ("model_id", "product_id")
                )
            )
        result = super().write(
            {name: vals[name] for name in vals if name not in WARRANTY_FIELDS}
        )
        if figures or {"delivery_date", "sale_date"} & vals.keys():
            self._start_warranty(dict.fromkeys(self, figures))
        retyped._renew_warranty()
        return result

    def _start_warranty(self, figures):
        """Begin the coverages whose clock has started; note figures entered by hand.

        :param figures: dict of vehicle -> values of the file's warranty fields
        """
        coverages = self.env["aftersales.warranty.coverage"]
        coverages._start_vehicles(
            self,
            {
                vehicle: fields.Date.to_date(entered["warranty_start_date"])
                for vehicle, entered in figures.items()
                if entered.get("warranty_start_date")
            },
        )
        for vehicle, entered in figures.items():
            if entered:
                vehicle._set_warranty(entered)
