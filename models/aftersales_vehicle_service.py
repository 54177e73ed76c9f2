import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .aftersales_vehicle_reading import MILES_PER_KM

_logger = logging.getLogger(__name__)

# date that falls due -> (day the reminder was made, activity type)
REMINDERS = {
    "next_service_due_date": (
        "service_reminder_date",
        "aftersales.mail_activity_type_service_due",
    ),
    "annual_inspection_date": (
        "annual_inspection_reminder_date",
        "aftersales.mail_activity_type_annual_inspection",
    ),
    "secondary_maintenance_date": (
        "secondary_maintenance_reminder_date",
        "aftersales.mail_activity_type_secondary_maintenance",
    ),
}


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    service_interval_months = fields.Integer(
        compute="_compute_service_interval",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="0: no service by date.",
    )
    service_interval_distance = fields.Float(
        compute="_compute_service_interval",
        store=True,
        readonly=False,
        precompute=True,
        digits=(16, 0),
        aggregator=None,
        help="In the unit of the odometer; 0: no service by distance.",
    )
    last_service_date = fields.Date(copy=False)
    last_service_odometer = fields.Float(
        digits=(16, 1),
        copy=False,
        aggregator=None,
        help="On the present dial: below 0 when the meter was swapped since.",
    )
    next_service_date = fields.Date(
        compute="_compute_next_service", store=True, readonly=False, copy=False
    )
    next_service_odometer = fields.Float(
        compute="_compute_next_service",
        store=True,
        readonly=False,
        digits=(16, 0),
        copy=False,
        aggregator=None,
    )
    next_service_due_date = fields.Date(
        string="Service Due",
        compute="_compute_next_service_due_date",
        store=True,
        index="btree_not_null",
        help="The day of the next service or the day the vehicle will probably have "
        "run that far, whichever comes first.",
    )
    next_service_basis = fields.Selection(
        [("date", "By date"), ("distance", "By distance")],
        string="Due",
        compute="_compute_next_service_due_date",
        store=True,
    )
    annual_inspection_date = fields.Date(
        string="Annual Inspection", copy=False, index="btree_not_null"
    )
    secondary_maintenance_date = fields.Date(
        string="Secondary Maintenance",
        copy=False,
        index="btree_not_null",
        help="Second-level maintenance that the law asks of commercial vehicles.",
    )
    service_reminder_date = fields.Date(readonly=True, copy=False)
    annual_inspection_reminder_date = fields.Date(readonly=True, copy=False)
    secondary_maintenance_reminder_date = fields.Date(readonly=True, copy=False)

    _intervals_positive = models.Constraint(
        "CHECK (service_interval_months >= 0 AND service_interval_distance >= 0)",
        "A service interval is 0 (none) or more.",
    )

    @api.depends("model_id")
    def _compute_service_interval(self):
        for vehicle in self:
            company, model = vehicle.company_id, vehicle.model_id
            vehicle.service_interval_months = (
                model.aftersales_service_interval_months
                or vehicle.service_interval_months
                or company.aftersales_service_interval_months
            )
            vehicle.service_interval_distance = (
                vehicle._from_km(model.aftersales_service_interval_distance)
                or vehicle.service_interval_distance
                or vehicle._from_km(company.aftersales_service_interval_distance)
            )

    @api.depends(
        "last_service_date",
        "last_service_odometer",
        "service_interval_months",
        "service_interval_distance",
        "delivery_date",
    )
    def _compute_next_service(self):
        for vehicle in self:
            # A vehicle not serviced yet counts from the day it was delivered, at 0.
            base = vehicle.last_service_date or vehicle.delivery_date
            months = vehicle.service_interval_months
            distance = vehicle.service_interval_distance
            done_at = vehicle.last_service_odometer if vehicle.last_service_date else 0
            vehicle.next_service_date = (
                base + relativedelta(months=months) if base and months else False
            )
            vehicle.next_service_odometer = done_at + distance if distance else 0

    @api.depends(
        "next_service_date",
        "next_service_odometer",
        "odometer",
        "odometer_date",
        "average_daily_distance",
    )
    def _compute_next_service_due_date(self):
        for vehicle in self:
            by_date = vehicle.next_service_date
            by_distance = vehicle._estimate_day_of(vehicle.next_service_odometer)
            days = [day for day in (by_date, by_distance) if day]
            due = min(days) if days else False
            vehicle.next_service_due_date = due
            vehicle.next_service_basis = due and (
                "date" if due == by_date else "distance"
            )

    def _estimate_day_of(self, distance):
        """Return the day the vehicle shows that distance, going by its own use.

        The day does not move with the calendar, only with a new reading (R-BEY-17).

        :param distance: in the vehicle's unit; 0 or less for none
        :return: date, or False when nothing is known of its use
        """
        self.ensure_one()
        if distance <= 0 or not self.odometer_date:
            return False
        if self.odometer >= distance:
            return self.odometer_date
        if self.average_daily_distance <= 0:
            return False
        days = (distance - self.odometer) / self.average_daily_distance
        # Beyond a life time nothing is due: the calendar ends somewhere.
        return self.odometer_date + timedelta(days=min(days, 36500))

    def _from_km(self, distance):
        """Return a setting given in km in the unit of the vehicle, rounded."""
        if self.odometer_unit == "mi":
            return round(distance * MILES_PER_KM)
        return distance

    # ---------------------------------------------------------------------- CRUD

    def write(self, vals):
        if self.env.context.get("aftersales_keep_reminders"):
            return super().write(vals)
        vals = dict(vals)
        if {"last_service_date", "last_service_odometer"} & vals.keys():
            vals.setdefault("service_reminder_date", False)
        for due in ("annual_inspection_date", "secondary_maintenance_date"):
            if due in vals:
                vals.setdefault(REMINDERS[due][0], False)
        return super().write(vals)

    # ------------------------------------------------------------------ business

    def _get_due_soon(self):
        """Return what falls due within the company's lead time or is overdue, in words
        that reception can tell the customer (R-VEH-04, R-VEH-12)."""
        if not self or self.state != "active":
            return []
        today = fields.Date.context_today(self)
        until = today + timedelta(days=self.company_id.aftersales_service_lead_days)
        words = []
        for fname in REMINDERS:
            day = self[fname]
            if day and day <= until:
                values = {
                    "what": self._fields[fname]._description_string(self.env),
                    "day": format_date(self.env, day),
                }
                if day < today:
                    words.append(self.env._("%(what)s overdue since %(day)s", **values))
                else:
                    words.append(self.env._("%(what)s on %(day)s", **values))
        return words

    def _register_service(self, date, odometer=None):
        """Note that a maintenance was done: the next one counts from it (R-BEY-17).

        :param date: day it was done
        :param odometer: reading at the service, in the vehicle's unit; the latest
            reading by default
        """
        for vehicle in self:
            reading = vehicle.odometer if odometer is None else odometer
            vehicle.write({"last_service_date": date, "last_service_odometer": reading})
        self.activity_feedback(
            ["aftersales.mail_activity_type_service_due"],
            feedback=self.env._("Service done"),
        )

    def _get_reminder_user(self):
        """Return who is reminded of this vehicle's dates: its responsible, the
        customer's designated person, the custodian of files, who made the file."""
        self.ensure_one()
        candidates = [
            self.user_id,
            self.partner_id.aftersales_designated_user_id,
            self.company_id.aftersales_vehicle_custodian_id,
            self.create_uid,
            self.env.ref("base.user_admin"),
        ]
        for user in candidates:
            if (
                user.active
                and not user.share
                and user.id != self.env.ref("base.user_root").id
                and self.company_id in user.company_ids
            ):
                return user
        return self.env.ref("base.user_admin")

    # ------------------------------------------------------------------- crons

    @api.model
    def _cron_remind_due_dates(self):
        """Make one activity for each service, annual inspection and secondary
        maintenance that falls due within the company's lead time (R-VEH-04, 12).

        Vehicles sold on, scrapped or in the company's own hands are left out. A file
        that fails is logged, its manager is told once, and the next run tries again.
        Commits
        after each vehicle; what was reminded is noted on the vehicle in the same
        commit, so a run that was killed is simply run again.
        """
        todo = [
            (vehicle_id, due_field)
            for company in self.env["res.company"].search([])
            for due_field in REMINDERS
            for vehicle_id in self.search(
                self._get_reminder_domain(company, due_field), order="id"
            ).ids
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        for vehicle_id, due_field in todo:
            vehicle = self.browse(vehicle_id)
            try:
                with self.env.cr.savepoint():
                    vehicle._remind(due_field)
            except Exception as error:
                # One broken file must not keep the others from their reminders.
                _logger.exception(
                    "No reminder of %s for vehicle %s", due_field, vehicle_id
                )
                self.env.invalidate_all(flush=False)
                vehicle._write_failure(f"{vehicle._get_label(due_field)}: {error}")
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_reminder_domain(self, company, due_field):
        """Return the vehicles of a company that want a reminder of a date now."""
        until = fields.Date.context_today(self) + timedelta(
            days=company.aftersales_service_lead_days
        )
        return Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("partner_id", "!=", company.partner_id.id),
                (due_field, "<=", until),
                (REMINDERS[due_field][0], "=", False),
            ]
        )

    def _remind(self, due_field):
        """Make the one activity for a date that falls due, and note it."""
        self.ensure_one()
        reminder_field, activity_type = REMINDERS[due_field]
        today = fields.Date.context_today(self)
        vals = {reminder_field: today}
        if (self.failure or "").startswith(self._get_label(due_field)):
            vals["failure"] = False
        self.write(vals)
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            activity_type,
            date_deadline=max(self[due_field], today),
            user_id=self._get_reminder_user().id,
        )

    def _get_label(self, fname):
        """Return the name of a field as people read it."""
        return self._fields[fname]._description_string(self.env)

    def _get_failure_summary(self):
        return self.env._("A reminder of this vehicle could not be made")
