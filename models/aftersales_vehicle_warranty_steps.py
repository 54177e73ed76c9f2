from dateutil.relativedelta import relativedelta

from odoo import fields, models

from .aftersales_vehicle_warranty import WARRANTY_FIELDS


class AftersalesVehicle(models.Model):
    """Warranty figures entered by hand, and meters over their whole life."""

    _inherit = "aftersales.vehicle"

    def _get_model_warranty(self):
        """Return months and distance (km) of the model, else of the company."""
        self.ensure_one()
        model, company = self.model_id, self.company_id
        return (
            model.aftersales_warranty_months or company.aftersales_warranty_months,
            model.aftersales_warranty_distance or company.aftersales_warranty_distance,
        )

    def _set_warranty(self, entered):
        """Write figures entered in the file to the vehicle's own coverage.

        A new first day moves the last one along, unless that is entered as well. An
        empty first day takes the warranty away.

        :param entered: values of the file's warranty fields
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: who may write the file keeps its warranty, and no other coverage
        main = self.sudo().coverage_ids.filtered("is_main")
        vals = {WARRANTY_FIELDS[name]: value for name, value in entered.items()}
        for name in {"date_start", "date_end"} & vals.keys():
            vals[name] = fields.Date.to_date(vals[name]) or False
        start, end = vals.get("date_start", main.date_start), vals.get("date_end")
        if main and not start:
            main.unlink()
            return
        if main:
            if all(main[name] == value for name, value in vals.items()):
                return
            if "date_start" in vals and "date_end" not in vals and main.months:
                vals["date_end"] = start + relativedelta(months=main.months)
            main.write({**vals, "is_manual": True})
            return
        months, distance = self._get_model_warranty()
        start = start or self.delivery_date or self.sale_date
        if not start and end:
            # An import that knows the last day alone.
            start = end - relativedelta(months=months)
        if not start:
            return
        main.create(
            {
                "end_odometer": self._from_km(distance),
                **vals,
                "vehicle_id": self.id,
                "is_main": True,
                "is_manual": True,
                "months": months,
                "date_start": start,
                "date_end": end or start + relativedelta(months=months),
            }
        )

    def _renew_warranty(self):
        """Give these vehicles, whose model or product was corrected, its terms.

        What was entered by hand, or has been decided on, stays.
        """
        for vehicle in self:
            # sudo: the terms follow from the file, whoever corrects it
            held = vehicle.sudo().coverage_ids.filtered(lambda c: c.kind == "vehicle")
            if any(held.mapped("is_manual")) or held._is_judged():
                continue
            start = held.filtered("is_main").date_start
            held.unlink()
            self.env["aftersales.warranty.coverage"]._start_vehicles(
                vehicle, {vehicle: start} if start else None
            )

    # -- Meters over their whole life -----------------------------------------------

    def _get_run(self, measure, value, date=None, ticket=None):
        """Return what has been run in total when the meter showed ``value``.

        A meter that was swapped later takes nothing away: only the swaps before the
        reading count.

        :param measure: ``odometer`` or ``hours``
        :param value: what the meter showed
        :param date: the day it was read; now by default
        :param ticket: the ticket it was read for, if any
        """
        self.ensure_one()
        offset = self.hours_offset if measure == "hours" else self.odometer_offset
        if not offset or not date:
            return value + offset
        # sudo: the readings of the vehicle, whoever asks about its warranty
        readings = (
            self.sudo()
            .reading_ids.filtered(lambda r: r.active and r.measure == measure)
            .sorted(lambda r: (r.date, r.id))
        )
        own = readings.filtered(lambda r: ticket and r.ticket_id == ticket)[:1]
        at = (own.date, own.id) if own else (date, float("inf"))
        for before, after in zip(readings, readings[1:], strict=False):
            if (
                after.reason == "meter_swapped"
                and after.value < before.value
                and (after.date, after.id) > at
            ):
                offset -= before.value - after.value
        return value + max(offset, 0.0)

    def _get_reading_on(self, measure, date):
        """Return what the meter showed last up to ``date``; 0 without a reading."""
        # sudo: see _get_run
        read = self.sudo().reading_ids.filtered(
            lambda r: r.active and r.measure == measure and r.date <= date
        )
        return read.sorted(lambda r: (r.date, r.id))[-1:].value

    def _get_run_on(self, measure, date):
        """Return what had been run in total by the last reading up to ``date``."""
        value = self._get_reading_on(measure, date)
        return self._get_run(measure, value, date)

    def action_open_coverages(self):
        """Open what the vehicle and the parts in it are warranted for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Warranty"),
            "res_model": "aftersales.warranty.coverage",
            "view_mode": "list,form",
            "domain": [("vehicle_id", "=", self.id)],
            "context": {"default_vehicle_id": self.id},
        }
