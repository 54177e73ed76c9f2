from odoo import api, fields, models

from .aftersales_call import count_contacts


class AftersalesTicket(models.Model):
    """Contacts with the customer: calls in the register and follow-ups."""

    _inherit = "aftersales.ticket"

    followup_ids = fields.One2many("aftersales.followup", "ticket_id", copy=False)
    call_ids = fields.One2many("aftersales.call", "ticket_id", copy=False)
    followup_count = fields.Integer(compute="_compute_contact_counts")
    call_count = fields.Integer(compute="_compute_contact_counts")

    @api.depends_context("uid")
    def _compute_contact_counts(self):
        followups = count_contacts(self, "aftersales.followup", "ticket_id")
        calls = count_contacts(self, "aftersales.call", "ticket_id")
        for ticket in self:
            ticket.followup_count = followups.get(ticket._origin, 0)
            ticket.call_count = calls.get(ticket._origin, 0)

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        rules = self.env["aftersales.followup.rule"]
        if new == "ready":
            rules._plan("finished", self)
        elif new == "delivered":
            # A ticket solved by phone is a consultation: it has rules of its own.
            remote = self.filtered(lambda ticket: ticket.service_mode == "remote")
            rules._plan("consulted", remote)
            rules._plan("delivered", self - remote)
        elif new == "cancelled":
            # sudo: who may cancel a ticket need not be allowed to plan contacts
            unfinished = self.sudo().followup_ids.filtered(
                lambda followup: followup.state in ("planned", "open")
            )
            if unfinished:
                unfinished._skip(self.env._("The ticket was cancelled."))
        return result

    def _deadline_user(self, role):
        if role == "followup":
            followup = self.followup_ids.filtered(
                lambda followup: followup.state in ("planned", "open")
            )[:1]
            company_clerk = self.company_id.aftersales_followup_user_id
            return followup.user_id or company_clerk
        return super()._deadline_user(role)

    def action_view_followups(self):
        """Show this ticket's follow-ups."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.followup_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {"default_ticket_id": self.id}
        return action

    def action_view_calls(self):
        """Show the calls about this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales.call_action")
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {
            "default_ticket_id": self.id,
            "default_vehicle_id": self.vehicle_id.id,
            "default_partner_id": (self.contact_id or self.partner_id).id,
        }
        return action
