from odoo import api, fields, models


class ResPartner(models.Model):
    """What the customer said, in the customer's file (R-CUST-13, R-CUST-14)."""

    _inherit = "res.partner"

    aftersales_followup_ids = fields.One2many("aftersales.followup", "partner_id")
    aftersales_call_ids = fields.One2many("aftersales.call", "partner_id")
    aftersales_followup_count = fields.Integer(
        compute="_compute_aftersales_contact_counts"
    )
    aftersales_call_count = fields.Integer(compute="_compute_aftersales_contact_counts")

    @api.depends_context("uid")
    def _compute_aftersales_contact_counts(self):
        """Count the contacts with each customer and the people under it."""
        for model, fname in (
            ("aftersales.followup", "aftersales_followup_count"),
            ("aftersales.call", "aftersales_call_count"),
        ):
            totals = dict.fromkeys(self.ids, 0)
            if self.env[model].has_access("read"):
                groups = self.env[model]._read_group(
                    [("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"]
                )
                for partner, count in groups:
                    # sudo: only to climb to the company above a contact
                    above = partner.sudo()
                    while above:
                        if above.id in totals:
                            totals[above.id] += count
                        above = above.parent_id
            for partner in self:
                partner[fname] = totals.get(partner._origin.id, 0)

    def _aftersales_get_designated_user(self):
        """Return who is designated to call this customer regularly (R-CUST-12)."""
        return (
            self.aftersales_designated_user_id
            or self.commercial_partner_id.aftersales_designated_user_id
        )

    def action_aftersales_view_followups(self):
        """Show the follow-ups of this customer and the people under it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.followup_action"
        )
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"create": False}
        return action

    def action_aftersales_view_calls(self):
        """Show the calls with this customer and the people under it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales.call_action")
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
