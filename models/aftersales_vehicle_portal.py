from odoo import models

# All that a customer may read of a vehicle, on whatever way he asks.
PORTAL_FIELDS = frozenset(
    (
        "id",
        "display_name",
        "active",
        "company_id",
        "state",
        "vin",
        "serial_number",
        "license_plate",
        "engine_number",
        "vehicle_kind",
        "model_id",
        "partner_id",
        "driver_id",
        "sale_date",
        "delivery_date",
        "warranty_start_date",
        "warranty_end_date",
        "warranty_end_odometer",
        "odometer",
        "odometer_unit",
        "engine_hours",
        "last_service_date",
        "last_service_odometer",
        "next_service_date",
        "next_service_odometer",
        "annual_inspection_date",
        "secondary_maintenance_date",
        "service_card_number",
        "create_date",
        "write_date",
    )
)


class AftersalesVehicle(models.Model):
    """The vehicle as its owner sees it."""

    _inherit = "aftersales.vehicle"

    def _has_field_access(self, field, operation):
        # Asked for every field of every record read: what costs nothing comes first.
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or (operation == "read" and field.name in PORTAL_FIELDS):
            return True
        return not self.env.user.share
