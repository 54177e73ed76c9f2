from odoo import fields, models


class FleetVehicle(models.Model):
    """The company's car: where it goes for after-sales."""

    _inherit = "fleet.vehicle"

    aftersales_trip_ids = fields.One2many(
        "aftersales.trip", "vehicle_id", string="Trips", readonly=True
    )
    aftersales_trip_count = fields.Integer(
        "Number of trips",
        compute="_compute_aftersales_trip_count",
        groups="aftersales.group_aftersales_vehicle_manager",
    )

    def _compute_aftersales_trip_count(self):
        counts = dict(
            self.env["aftersales.trip"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for car in self:
            car.aftersales_trip_count = counts.get(car._origin, 0)

    def action_aftersales_trips(self):
        """Open the trips with this car."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("aftersales.trip_action"),
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {},
        }
