from odoo import api, fields, models

from .aftersales_campaign_vehicle import OPEN_STATES


class AftersalesVehicle(models.Model):
    """Recalls and campaigns that a vehicle is called in for (R-BEY-08)."""

    _inherit = "aftersales.vehicle"

    campaign_vehicle_ids = fields.One2many(
        "aftersales.campaign.vehicle", "vehicle_id", string="Campaigns"
    )
    open_campaign_ids = fields.Many2many(
        "aftersales.campaign.vehicle",
        string="Open Campaigns",
        compute="_compute_open_campaign_ids",
        help="What the vehicle is called in for and is not done yet.",
    )
    open_campaign_count = fields.Integer(compute="_compute_open_campaign_ids")

    @api.depends("campaign_vehicle_ids.state", "campaign_vehicle_ids.campaign_state")
    def _compute_open_campaign_ids(self):
        rows = self.env["aftersales.campaign.vehicle"].search(
            [
                ("vehicle_id", "in", self.ids),
                ("state", "in", OPEN_STATES),
                ("campaign_state", "=", "running"),
            ]
        )
        due = rows.filtered(lambda row: row._is_due()).grouped("vehicle_id")
        for vehicle in self:
            own = due.get(vehicle._origin, rows.browse())
            vehicle.open_campaign_ids = own
            vehicle.open_campaign_count = len(own)

    @api.model_create_multi
    def create(self, vals_list):
        vehicles = super().create(vals_list)
        # sudo: a new file joins the campaigns by rule, whoever makes it
        running = self.env["aftersales.campaign"].sudo()
        running.search(
            [
                ("state", "=", "running"),
                ("company_id", "in", vehicles.company_id.ids),
            ]
        )._add_vehicles(vehicles)
        return vehicles

    def action_open_campaigns(self):
        """Open the campaigns of this vehicle (smart button)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.campaign_vehicle_action"
        )
        action["domain"] = [("vehicle_id", "=", self.id)]
        action["context"] = {}
        return action
