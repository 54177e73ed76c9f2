from dateutil.relativedelta import relativedelta

from odoo import api, models

# Which day of the vehicle's file a term counts from.
START_FIELDS = {"delivery": "delivery_date", "sale": "sale_date"}


class AftersalesWarrantyCoverage(models.Model):
    """How the coverages of a vehicle begin: with its delivery or its sale."""

    _inherit = "aftersales.warranty.coverage"

    @api.model
    def _start_vehicles(self, vehicles, starts=None):
        """Give ``vehicles`` the coverages of their policy whose clock has started.

        What a vehicle has already is left as it is, also when the policy has changed
        since (R-WAR-01).

        :param starts: dict of vehicle -> first day, where that was entered by hand; it
            counts for all terms
        :return: the new coverages
        """
        starts = starts or {}
        vehicles = vehicles.filtered(
            lambda v: v in starts or v.delivery_date or v.sale_date
        )
        # sudo: what is promised follows from the file and its policy, whoever keeps it
        coverages = self.sudo()
        policies = coverages._get_held_policies(vehicles)
        vals_list = []
        for vehicle in vehicles:
            held = vehicle.sudo().coverage_ids
            has_main = any(held.mapped("is_main"))
            started = set(held.policy_line_id.mapped("starts_at"))
            for line in policies[vehicle].line_ids:
                if line.starts_at in started or line.starts_at not in START_FIELDS:
                    continue
                date = starts.get(vehicle) or vehicle[START_FIELDS[line.starts_at]]
                vals = date and coverages._prepare_vehicle_vals(vehicle, line, date)
                if not vals:
                    continue
                whole = line.scope == "vehicle" and not line.is_exclusion
                vals["is_main"] = whole and not has_main
                has_main = has_main or whole
                vals_list.append(vals)
        return coverages.create(vals_list)

    @api.model
    def _get_held_policies(self, vehicles):
        """Return the policy each vehicle holds, or is to get when it holds none yet."""
        held = {
            vehicle: vehicle.sudo().coverage_ids.policy_id[:1] for vehicle in vehicles
        }
        new = vehicles.filtered(lambda vehicle: not held[vehicle])
        return {**held, **self.env["aftersales.warranty.policy"]._get_policies(new)}

    @api.model
    def _prepare_vehicle_vals(self, vehicle, line, date):
        """Return the values of the coverage of ``vehicle`` by the term ``line``.

        :param date: its first day
        :return: dict; empty when the term has no figures, and so covers nothing
        """
        run = hours = 0.0
        if line.from_reading:
            run = vehicle._get_run_on("odometer", date)
            hours = vehicle._get_run_on("hours", date)
        return self._prepare_term_vals(vehicle, line, date, run, hours)

    @api.model
    def _prepare_term_vals(self, vehicle, line, date, run, hours):
        """Return the values that ``line`` gives a coverage that begins on ``date``.

        :param run: distance run in total at the beginning
        :param hours: hours run in total at the beginning
        """
        months, distance, more_hours = line._get_figures(vehicle)
        if not (line.is_exclusion or months or distance or more_hours):
            return {}
        return {
            "vehicle_id": vehicle.id,
            "policy_id": line.policy_id.id,
            "policy_line_id": line.id,
            "scope": line.scope,
            "part_class": line.part_class,
            "categ_id": line.categ_id.id,
            "product_id": line.product_id.id,
            "is_exclusion": line.is_exclusion,
            "provider_id": line.provider_id.id,
            "months": months,
            "date_start": date,
            "date_end": months and date + relativedelta(months=months),
            "start_odometer": run,
            "end_odometer": distance and run + distance,
            "start_hours": hours,
            "end_hours": more_hours and hours + more_hours,
        }
