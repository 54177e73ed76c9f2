from odoo import api, fields, models

from .aftersales_call import count_contacts


class AftersalesVehicle(models.Model):
    """Contacts with the customer about this vehicle (R-CUST-13, R-INT-08)."""

    _inherit = "aftersales.vehicle"

    followup_ids = fields.One2many("aftersales.followup", "vehicle_id")
    call_ids = fields.One2many("aftersales.call", "vehicle_id")
    followup_count = fields.Integer(compute="_compute_contact_counts")
    call_count = fields.Integer(compute="_compute_contact_counts")

    @api.depends_context("uid")
    def _compute_contact_counts(self):
        followups = count_contacts(self, "aftersales.followup", "vehicle_id")
        calls = count_contacts(self, "aftersales.call", "vehicle_id")
        for vehicle in self:
            vehicle.followup_count = followups.get(vehicle._origin, 0)
            vehicle.call_count = calls.get(vehicle._origin, 0)

    def action_view_followups(self):
        """Show the follow-ups about this vehicle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.followup_action"
        )
        action["domain"] = [("vehicle_id", "=", self.id)]
        action["context"] = {"create": False}
        return action

    def action_view_calls(self):
        """Show the calls about this vehicle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales.call_action")
        action["domain"] = [("vehicle_id", "=", self.id)]
        action["context"] = {
            "default_vehicle_id": self.id,
            "default_partner_id": (self.driver_id or self.partner_id).id,
        }
        return action
