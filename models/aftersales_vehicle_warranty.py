from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    warranty_start_date = fields.Date(
        compute="_compute_warranty_start_date",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="The day of delivery, unless it says otherwise.",
    )
    warranty_end_date = fields.Date(
        compute="_compute_warranty_end",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
    )
    warranty_end_odometer = fields.Float(
        string="Warranty Distance",
        compute="_compute_warranty_end",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        digits=(16, 0),
        aggregator=None,
        help="In the unit of the odometer; 0 means without limit of distance.",
    )
    warranty_state = fields.Selection(
        [
            ("none", "No warranty"),
            ("running", "In warranty"),
            ("date", "Ended by date"),
            ("distance", "Ended by distance"),
        ],
        string="Warranty",
        compute="_compute_warranty_state",
        help="As of today and of the latest reading.",
    )

    _warranty_dates = models.Constraint(
        "CHECK (warranty_end_date >= warranty_start_date)",
        "A warranty cannot end before it starts. Correct one of the two dates.",
    )
    _warranty_distance = models.Constraint(
        "CHECK (warranty_end_odometer >= 0)", "A warranty distance is 0 or more."
    )

    @api.depends("delivery_date")
    def _compute_warranty_start_date(self):
        for vehicle in self:
            vehicle.warranty_start_date = (
                vehicle.warranty_start_date or vehicle.delivery_date
            )

    @api.depends("warranty_start_date", "model_id")
    def _compute_warranty_end(self):
        for vehicle in self:
            start = vehicle.warranty_start_date
            if not start:
                vehicle.warranty_end_date = False
                vehicle.warranty_end_odometer = 0
                continue
            company, model = vehicle.company_id, vehicle.model_id
            months = (
                model.aftersales_warranty_months or company.aftersales_warranty_months
            )
            distance = (
                model.aftersales_warranty_distance
                or company.aftersales_warranty_distance
            )
            vehicle.warranty_end_date = start + relativedelta(months=months)
            vehicle.warranty_end_odometer = vehicle._from_km(distance)

    @api.depends(
        "warranty_start_date",
        "warranty_end_date",
        "warranty_end_odometer",
        "odometer",
        "odometer_offset",
    )
    @api.depends_context("tz")
    def _compute_warranty_state(self):
        for vehicle in self:
            vehicle.warranty_state = vehicle._get_warranty_state()

    def _get_warranty_state(self, date=None, odometer=None):
        """Return the key of ``warranty_state`` as of a day and a reading."""
        self.ensure_one()
        if not self.warranty_start_date or not self.warranty_end_date:
            return "none"
        date = date or fields.Date.context_today(self)
        run = (self.odometer if odometer is None else odometer) + self.odometer_offset
        if date < self.warranty_start_date:
            return "none"
        if date > self.warranty_end_date:
            return "date"
        if self.warranty_end_odometer and run > self.warranty_end_odometer:
            return "distance"
        return "running"

    def _is_under_warranty(self, date=None, odometer=None):
        """Tell whether the whole-vehicle warranty holds, whichever limit ends first.

        :param date: day to judge; today by default. The last day counts.
        :param odometer: reading to judge, in the vehicle's unit; the latest by default
        :return: bool
        """
        self.ensure_one()
        return self._get_warranty_state(date, odometer) == "running"
