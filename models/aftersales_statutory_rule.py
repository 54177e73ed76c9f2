from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models


class AftersalesStatutoryRule(models.Model):
    """A limit that the law sets for the repairs of a household vehicle (R-BEY-04).

    Rules have days from which and until which vehicles are sold under them. A company
    that has a rule of a kind goes by its own; the shipped ones are shared by all.
    """

    _name = "aftersales.statutory.rule"
    _description = "Statutory Limit"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: known to every company."
    )
    kind = fields.Selection(
        [
            ("early_assembly", "Main assembly replaced soon after delivery"),
            ("early_severe", "Severe fault soon after delivery"),
            ("safety_repair", "Unsuccessful repairs of severe faults"),
            ("assembly", "Replacements of a main assembly"),
            ("part", "Replacements of the same main part"),
            ("repair_days", "Days of repair in total"),
            ("same_fault", "Repairs of the same fault"),
            ("long_repair", "Days of one repair"),
            ("deduction", "Deduction for use"),
        ],
        required=True,
    )
    limit = fields.Float(
        required=True,
        help="Times or days; of a deduction for use: percent of the price for each "
        "1,000 km at the most.",
    )
    is_strict = fields.Boolean(
        "More than",
        help="Due when the limit is exceeded; otherwise when it is reached.",
    )
    warn_from = fields.Float(
        "Early warning from", help="0: there is nothing to warn of before."
    )
    months = fields.Integer(help="From the delivery; 0: without limit of time.")
    days = fields.Integer(help="Further days from the delivery.")
    distance = fields.Integer("Distance (km)", help="0: without limit of distance.")
    valid_from = fields.Date("Sold from", help="Vehicles sold from this day on.")
    valid_to = fields.Date("Sold until")
    remedy = fields.Char(
        translate=True, help="What the owner may ask for when it is due."
    )
    source = fields.Char(translate=True, help="Where the law says so.")

    _limit_positive = models.Constraint(
        'CHECK("limit" > 0 AND warn_from >= 0)', "A limit is more than nothing."
    )
    _window_positive = models.Constraint(
        "CHECK(months >= 0 AND days >= 0 AND distance >= 0)",
        "A time or distance is 0 or more.",
    )
    _days_ordered = models.Constraint(
        "CHECK(valid_from IS NULL OR valid_to IS NULL OR valid_to >= valid_from)",
        "A rule cannot end before it begins.",
    )

    def _get_for(self, vehicle):
        """Return which of these rules hold for ``vehicle``, by the day it was sold."""
        day = vehicle.sale_date or vehicle.delivery_date
        rules = self.filtered(
            lambda rule: (
                rule.company_id in (vehicle.company_id, self.env["res.company"])
                and day
                and (not rule.valid_from or rule.valid_from <= day)
                and (not rule.valid_to or rule.valid_to >= day)
            )
        )
        own = rules.filtered("company_id")
        return rules.filtered(
            lambda rule: rule.company_id or rule.kind not in own.mapped("kind")
        )

    def _get_last_day(self, vehicle):
        """Return the last day the rule counts for ``vehicle``, or nothing."""
        self.ensure_one()
        if not self.months and not self.days:
            return None
        start = vehicle.delivery_date or vehicle.sale_date
        return start + relativedelta(months=self.months) + timedelta(days=self.days)

    def _is_within(self, vehicle, day, odometer):
        """Return whether a report of ``day`` at ``odometer`` still counts.

        :param odometer: in the vehicle's unit; 0 when nobody read it
        """
        self.ensure_one()
        last = self._get_last_day(vehicle)
        if last and day > last:
            return False
        run = odometer and odometer + vehicle.odometer_offset
        return not (self.distance and run and run > vehicle._from_km(self.distance))

    def _get_state(self, value):
        """Return *normal*, *watch* or *due* for a counted ``value``."""
        self.ensure_one()
        if value > self.limit or (value == self.limit and not self.is_strict):
            return "due"
        if self.warn_from and value >= self.warn_from:
            return "watch"
        return "normal"
