from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_appointment_count = fields.Integer(
        "Appointments",
        compute="_compute_aftersales_appointment_count",
        groups="aftersales.group_aftersales_user",
    )

    def _compute_aftersales_appointment_count(self):
        self.aftersales_appointment_count = 0
        groups = self.env["aftersales.appointment"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
        )
        for partner, count in groups:
            partner.aftersales_appointment_count = count

    def action_aftersales_appointments(self):
        """Open the appointments of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.appointment_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        action["views"] = [(False, "list"), (False, "form")]
        return action
