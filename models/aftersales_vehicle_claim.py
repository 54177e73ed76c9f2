from odoo import fields, models


class AftersalesVehicle(models.Model):
    """What was claimed for a vehicle."""

    _inherit = "aftersales.vehicle"

    claim_count = fields.Integer(compute="_compute_claim_count")

    def _compute_claim_count(self):
        counts = dict(
            self.env["aftersales.warranty.claim"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.claim_count = counts.get(vehicle._origin, 0)

    def action_view_claims(self):
        """Open the claims for this vehicle (smart button)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.warranty_claim_action"
        )
        action.update(domain=[("vehicle_id", "=", self.id)], context={})
        return action
