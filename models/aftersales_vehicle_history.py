from odoo import api, fields, models


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    recommendation_ids = fields.One2many(
        "aftersales.vehicle.recommendation", "vehicle_id", string="Recommended Work"
    )
    open_recommendation_count = fields.Integer(
        compute="_compute_open_recommendation_count"
    )
    file_missing = fields.Char(
        string="Missing in the File",
        compute="_compute_file_missing",
        help="What the customer file still lacks (R-CUST-03).",
    )

    @api.depends("recommendation_ids.state")
    def _compute_open_recommendation_count(self):
        counts = dict(
            self.env["aftersales.vehicle.recommendation"]._read_group(
                [("vehicle_id", "in", self.ids), ("state", "=", "open")],
                ["vehicle_id"],
                ["__count"],
            )
        )
        for vehicle in self:
            vehicle.open_recommendation_count = counts.get(vehicle._origin, 0)

    @api.depends(
        "partner_id.name",
        "partner_id.phone",
        "partner_id.street",
        "partner_id.city",
        "model_id",
        "license_plate",
        "serial_number",
        "vehicle_kind",
        "service_interval_months",
        "service_interval_distance",
    )
    def _compute_file_missing(self):
        for vehicle in self:
            vehicle.file_missing = ", ".join(vehicle._get_file_missing())

    def _get_file_missing(self):
        """Return the labels of what the file must hold and does not (R-CUST-03)."""
        self.ensure_one()
        owner = self.partner_id
        wanted = [
            (owner.phone, self.env._("phone of the owner")),
            (owner.street or owner.city, self.env._("address of the owner")),
            (self.model_id, self.env._("vehicle model")),
            (self.license_plate or self.serial_number, self.env._("license plate")),
            (self.vehicle_kind, self.env._("vehicle kind")),
            (
                self.service_interval_months or self.service_interval_distance,
                self.env._("maintenance cycle"),
            ),
        ]
        return [label for value, label in wanted if not value]

    def action_open_recommendations(self):
        """Open the work recommended for the vehicle, what is open first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recommended Work"),
            "res_model": "aftersales.vehicle.recommendation",
            "view_mode": "list,form",
            "domain": [("vehicle_id", "=", self.id)],
            "context": {
                "default_vehicle_id": self.id,
                "search_default_filter_open": True,
            },
        }
