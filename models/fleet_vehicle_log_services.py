from odoo import fields, models


class FleetVehicleLogServices(models.Model):
    """Refuelling for a trip (R-TRIP-02)."""

    _inherit = "fleet.vehicle.log.services"

    aftersales_trip_id = fields.Many2one(
        "aftersales.trip", string="Trip", index="btree_not_null", copy=False
    )
