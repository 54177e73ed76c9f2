from odoo import fields, models


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    appointment_ids = fields.One2many("aftersales.appointment", "vehicle_id")
    appointment_count = fields.Integer(
        "Appointments", compute="_compute_appointment_count"
    )

    def _compute_appointment_count(self):
        counts = dict(
            self.env["aftersales.appointment"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.appointment_count = counts.get(vehicle._origin, 0)

    def action_open_appointments(self):
        """Open the appointments of this vehicle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.appointment_action"
        )
        action["domain"] = [("vehicle_id", "=", self.id)]
        action["context"] = {
            "default_vehicle_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_contact_id": self.driver_id.id,
        }
        action["views"] = [(False, "list"), (False, "form")]
        return action
