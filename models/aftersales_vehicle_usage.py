from datetime import datetime

from odoo import api, fields, models


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    reading_ids = fields.One2many("aftersales.vehicle.reading", "vehicle_id")
    reading_count = fields.Integer(compute="_compute_reading_count")
    odometer_unit = fields.Selection(
        [("km", "km"), ("mi", "mi")], default="km", required=True
    )
    odometer = fields.Float(
        compute="_compute_meters",
        inverse="_inverse_odometer",
        store=True,
        digits=(16, 1),
        copy=False,
        aggregator="avg",
        help="The latest reading.",
    )
    odometer_date = fields.Date(
        string="Read on", compute="_compute_meters", store=True, copy=False
    )
    engine_hours = fields.Float(
        compute="_compute_meters",
        inverse="_inverse_engine_hours",
        store=True,
        digits=(16, 1),
        copy=False,
        aggregator="avg",
    )
    odometer_offset = fields.Float(
        string="Run on Earlier Meters",
        readonly=True,
        digits=(16, 1),
        copy=False,
        help="Distance run on meters that were swapped since; part of the distance "
        "that counts for the warranty.",
    )
    hours_offset = fields.Float(
        string="Hours on Earlier Meters",
        readonly=True,
        digits=(16, 1),
        copy=False,
        help="Hours run on meters that were swapped since; part of the hours that "
        "count for the warranty.",
    )
    average_daily_distance = fields.Float(
        compute="_compute_average_daily_distance",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="From all readings that count, and from the delivery with a meter at 0.",
    )
    estimated_odometer = fields.Float(
        compute="_compute_estimated_odometer",
        digits=(16, 0),
        help="The latest reading and what it has probably run since.",
    )

    _odometer_positive = models.Constraint(
        "CHECK (odometer >= 0)", "The odometer never shows less than nothing."
    )
    _engine_hours_positive = models.Constraint(
        "CHECK (engine_hours >= 0)", "The hour meter never shows less than nothing."
    )

    @api.depends("reading_ids")
    def _compute_reading_count(self):
        counts = dict(
            self.env["aftersales.vehicle.reading"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.reading_count = counts.get(vehicle._origin, 0)

    @api.depends(
        "reading_ids.value",
        "reading_ids.date",
        "reading_ids.measure",
        "reading_ids.active",
    )
    def _compute_meters(self):
        for vehicle in self:
            readings = vehicle.reading_ids.filtered("active").sorted(
                lambda reading: (reading.date, reading._origin.id or 0)
            )
            distances = readings.filtered(lambda r: r.measure == "odometer")[-1:]
            hours = readings.filtered(lambda r: r.measure == "hours")[-1:]
            # A file that is only being typed keeps what was typed.
            typed = not vehicle._origin
            vehicle.odometer = distances.value or (typed and vehicle.odometer)
            vehicle.engine_hours = hours.value or (typed and vehicle.engine_hours)
            vehicle.odometer_date = distances.date

    def _inverse_odometer(self):
        self._create_typed_readings("odometer", "odometer")

    def _inverse_engine_hours(self):
        self._create_typed_readings("hours", "engine_hours")

    def _create_typed_readings(self, measure, field_name):
        """Make today's reading of each figure typed or imported into the file."""
        importing = self.env.context.get("import_file")
        self.env["aftersales.vehicle.reading"].create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "measure": measure,
                    "value": vehicle[field_name],
                    "source": "import" if importing else "manual",
                }
                for vehicle in self
                if vehicle[field_name]
            ]
        )

    @api.depends(
        "delivery_date",
        "reading_ids.value",
        "reading_ids.date",
        "reading_ids.measure",
        "reading_ids.active",
    )
    def _compute_average_daily_distance(self):
        for vehicle in self:
            readings = vehicle.reading_ids.filtered(
                lambda r: r.active and r.measure == "odometer" and r.date
            ).sorted(lambda reading: (reading.date, reading._origin.id or 0))
            points = [(reading.date, reading.value) for reading in readings]
            start = vehicle.delivery_date
            if points and start and start < points[0][0]:
                points.insert(0, (start, 0.0))
            if len(points) < 2 or points[0][0] == points[-1][0]:
                vehicle.average_daily_distance = 0
                continue
            # Only what was gained: a swapped meter starts low and takes nothing away.
            run = sum(
                max(later[1] - earlier[1], 0)
                for earlier, later in zip(points, points[1:], strict=False)
            )
            days = (points[-1][0] - points[0][0]).days
            vehicle.average_daily_distance = run / days

    @api.depends("odometer", "odometer_date", "average_daily_distance")
    @api.depends_context("tz")
    def _compute_estimated_odometer(self):
        today = fields.Date.context_today(self)
        for vehicle in self:
            read_on = vehicle.odometer_date or today
            days = max((today - read_on).days, 0)
            vehicle.estimated_odometer = (
                vehicle.odometer + days * vehicle.average_daily_distance
            )

    def _add_reading(
        self, value, date=None, source="manual", ticket=None, reason=None, **extra
    ):
        """Record a meter reading of this vehicle (R-BEY-02).

        :param value: distance in the vehicle's own unit, or hours
        :param date: day or UTC moment it was read; today by default
        :param source: key of the reading's ``source``
        :param ticket: the ticket it was read for, when there is one; a ticket has one
            reading of each measure, a corrected one sets the first aside
        :param reason: key of the reading's ``reason``; needed when the value does not
            follow from the earlier readings
        :param extra: further fields of the reading (``measure``, ``note``)
        :return: the reading
        :raise ValidationError: implausible and no reason given
        """
        self.ensure_one()
        if isinstance(date, datetime):
            date = fields.Datetime.context_timestamp(self, date).date()
        vals = {
            "vehicle_id": self.id,
            "value": value,
            "date": date or fields.Date.context_today(self),
            "source": source,
            "reason": reason,
            "ticket_id": ticket.id if ticket else False,
            **extra,
        }
        readings = self.env["aftersales.vehicle.reading"]
        if ticket:
            earlier = readings.search(
                [
                    ("ticket_id", "=", ticket.id),
                    ("vehicle_id", "=", self.id),
                    ("measure", "=", vals.get("measure", "odometer")),
                ],
                limit=1,
            )
            if earlier.value == value and earlier.date == vals["date"]:
                return earlier
            if earlier:
                readings.check_access("create")
                # Corrected on the ticket: what it said first stays to be seen and
                # counts no more. Who may enter a reading may correct his ticket's.
                earlier.sudo().action_archive()
        return readings.create(vals)

    def _shift_meter(self, measure, jump):
        """Carry what depends on the dial over to a new meter.

        :param measure: ``odometer`` or ``hours``
        :param jump: how much less than the old meter the new one shows
        """
        self.ensure_one()
        if measure != "odometer":
            self.hours_offset += jump
            return
        vals = {"odometer_offset": self.odometer_offset + jump}
        if self.last_service_date:
            vals["last_service_odometer"] = self.last_service_odometer - jump
        # Same service, other dial: a reminder already given is not given again.
        self.with_context(aftersales_keep_reminders=True).write(vals)

    def action_open_readings(self):
        """Open the readings of the vehicle, also those set aside."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Readings"),
            "res_model": "aftersales.vehicle.reading",
            "view_mode": "list,graph",
            "domain": [("vehicle_id", "=", self.id)],
            "context": {"default_vehicle_id": self.id, "active_test": False},
        }
