from odoo import api, fields, models
from odoo.exceptions import ValidationError

MILES_PER_KM = 0.621371


class AftersalesVehicleReading(models.Model):
    _name = "aftersales.vehicle.reading"
    _description = "Meter Reading"
    _order = "date desc, id desc"
    _check_company_auto = True

    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True)
    active = fields.Boolean(
        default=True,
        help="An archived reading was wrong: it stays to be seen and counts no more.",
    )
    measure = fields.Selection(
        [("odometer", "Odometer"), ("hours", "Hours")],
        default="odometer",
        required=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    value = fields.Float(required=True, digits=(16, 1), aggregator="max")
    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    source = fields.Selection(
        [
            ("manual", "By hand"),
            ("ticket", "Ticket"),
            ("inspection", "Inspection"),
            ("followup", "Follow-up"),
            ("portal", "Customer"),
            ("transfer", "Change of owner"),
            ("import", "Import"),
        ],
        default="manual",
        required=True,
    )
    reason = fields.Selection(
        [
            ("meter_swapped", "Meter swapped"),
            ("earlier_wrong", "An earlier reading was wrong"),
            ("long_trip", "It really ran that far"),
        ],
        string="Reason for Odd Reading",
        help="Why a reading that cannot follow from the earlier ones is right.",
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    note = fields.Char()
    plausibility = fields.Selection(
        [
            ("ok", "Plausible"),
            ("below", "Below an earlier reading"),
            ("beyond", "Farther than it can have run"),
        ],
        default="ok",
        required=True,
        readonly=True,
        help="How the reading stood when it was entered; an override stays visible.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered by",
        default=lambda self: self.env.user,
        readonly=True,
    )

    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "A meter never shows less than nothing."
    )
    _override_reason = models.Constraint(
        "CHECK (plausibility = 'ok' OR reason IS NOT NULL)",
        "A reading that does not follow from the earlier ones needs a reason.",
    )
    _vehicle_date_idx = models.Index("(vehicle_id, measure, date DESC, id DESC)")
    _date_idx = models.Index("(date DESC, id DESC)")

    @api.depends("value", "measure", "date", "odometer_unit")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = f"{reading.date}: {reading._format_value()}"

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for reading in self:
            if reading.date > today:
                raise ValidationError(
                    self.env._(
                        "A reading of %(vehicle)s cannot be of %(date)s: that day is "
                        "still to come. Enter the day it was read.",
                        vehicle=reading.vehicle_id.display_name,
                        date=reading.date,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create([self._drop_verdict(vals) for vals in vals_list])
        readings._judge()
        return readings

    def write(self, vals):
        vals = self._drop_verdict(vals)
        result = super().write(vals)
        if {"value", "date", "measure", "vehicle_id", "active"} & vals.keys():
            self.filtered("active")._judge()
        return result

    def action_void(self):
        """Set a wrong reading aside: it stays visible and counts no more (R-BEY-02)."""
        self.action_archive()
        for vehicle, readings in self.grouped("vehicle_id").items():
            vehicle.message_post(
                body=self.env._(
                    "Readings set aside as wrong: %(readings)s.",
                    readings=", ".join(readings.mapped("display_name")),
                )
            )

    @api.model
    def _drop_verdict(self, vals):
        """Return values in which nobody judges his own reading."""
        if self.env.su:
            return vals
        return {key: value for key, value in vals.items() if key != "plausibility"}

    def _format_value(self):
        """Return the value with its unit."""
        self.ensure_one()
        unit = "h" if self.measure == "hours" else self.odometer_unit or "km"
        return f"{self.value:,.0f} {unit}"

    def _get_daily_limit(self):
        """Return what the vehicle can run in a day, in the unit of the reading."""
        self.ensure_one()
        if self.measure == "hours":
            return self.company_id.aftersales_max_daily_hours
        limit = self.company_id.aftersales_max_daily_distance
        return limit * MILES_PER_KM if self.odometer_unit == "mi" else limit

    def _judge(self):
        """Check each reading against its neighbours in time and flag overrides.

        One query for the batch, whatever the order in which the readings came.

        :raise ValidationError: out of line and no reason given (R-BEY-02)
        """
        if not self:
            return
        history = self.search_fetch(
            [("vehicle_id", "in", self.vehicle_id.ids)],
            ["vehicle_id", "measure", "date", "value", "reason"],
            order="date, id",
        ).grouped(lambda reading: (reading.vehicle_id, reading.measure))
        own_ids = set(self.ids)
        for series in history.values():
            for index, reading in enumerate(series):
                if reading.id not in own_ids:
                    continue
                before = series[index - 1] if index else series.browse()
                after = series[index + 1 : index + 2]
                reading._judge_against(before, after)

    def _judge_against(self, before, after):
        """Judge one reading between the one before and the one after (or none).

        A meter that was swapped starts anew: nothing is compared across the swap.
        """
        limit = self._get_daily_limit()
        problem, other = "ok", before
        if before:
            days = max((self.date - before.date).days, 1)
            if self.value < before.value:
                problem = "below"
            elif limit and self.value > before.value + days * limit:
                problem = "beyond"
        if problem == "ok" and after and not after.reason:
            other = after
            days = max((after.date - self.date).days, 1)
            if self.value > after.value:
                problem = "beyond"
            elif limit and after.value > self.value + days * limit:
                problem = "below"
        if problem != "ok" and not self.reason:
            raise ValidationError(self._describe_problem(problem, other))
        if problem != self.plausibility:
            # Whoever may enter a reading may not rewrite it; the verdict is ours.
            self.sudo().plausibility = problem
        if problem == "below" and other == before and self.reason == "meter_swapped":
            # The technician who read the new meter may not write the vehicle itself;
            # he was allowed to create the reading, and this follows from it.
            self.vehicle_id.sudo()._shift_meter(self.measure, before.value - self.value)

    def _describe_problem(self, problem, other):
        """Return the text of a refused reading: what it is, against what, what to do"""
        values = {
            "vehicle": self.vehicle_id.display_name,
            "reading": self.display_name,
            "other": other.display_name,
            "limit": f"{self._get_daily_limit():,.0f}",
        }
        if other.date > self.date:
            return self.env._(
                "The reading %(reading)s of %(vehicle)s does not fit the later one of "
                "%(other)s. Check the figure and the day, or give a reason.",
                **values,
            )
        if problem == "below":
            return self.env._(
                "The reading %(reading)s of %(vehicle)s is below the earlier one of "
                "%(other)s. Check the figure; if it is right, give the reason "
                "(for example: meter swapped).",
                **values,
            )
        return self.env._(
            "The reading %(reading)s of %(vehicle)s is too far from the earlier one of "
            "%(other)s: at most %(limit)s a day are believed. Check for an extra "
            "digit; if it is right, give the reason.",
            **values,
        )
