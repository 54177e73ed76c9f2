from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_appointment_count = fields.Integer(
        "Appointments",
        compute="_compute_aftersales_appointment_count",
        groups="aftersales.group_aftersales_user",
    )

    def _compute_aftersales_appointment_count(self):
        # A company counts what its people agree, as it does their tickets.
        families = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        counts = self.env["aftersales.appointment"]._read_group(
            [("partner_id", "in", families.ids)], ["partner_id"], ["__count"]
        )
        self.aftersales_appointment_count = 0
        own_ids = set(self.ids)
        for customer, count in counts:
            partner = customer
            while partner:
                if partner.id in own_ids:
                    partner.aftersales_appointment_count += count
                partner = partner.parent_id

    def action_aftersales_appointments(self):
        """Open the appointments of this customer and of his people."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.appointment_action"
        )
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id}
        action["views"] = [(False, "list"), (False, "form")]
        return action
