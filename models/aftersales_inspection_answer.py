from odoo import fields, models


class AftersalesInspection(models.Model):
    """The inspector's answer, given on the sheet in his hands."""

    _inherit = "aftersales.inspection"

    ticket_state = fields.Selection(related="ticket_id.state", string="Ticket state")

    def action_pass(self):
        """Pass the work and open the internal handover (R-QC-02, R-QC-08).

        :return: the action that opens it
        """
        self.ensure_one()
        self.ticket_id.action_pass_inspection()
        return self.ticket_id.action_internal_handover()

    def action_fail(self):
        """Ask what failed, and send the work back (R-QC-04).

        :return: the action that asks
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.ticket_rework_action"
        )
        action["context"] = {
            "default_kind": "rework",
            "default_ticket_id": self.ticket_id.id,
        }
        return action
