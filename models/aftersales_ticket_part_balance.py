from odoo import models


class AftersalesTicket(models.Model):
    """The account of a ticket's parts, to look at and to print (R-PART-16)."""

    _inherit = "aftersales.ticket"

    def action_view_part_balance(self):
        """Open the account of the ticket's parts (R-PART-16)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.part_balance_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {}
        return action

    def _get_report_part_balance(self):
        """Return the rows of the ticket's account of parts, for its print."""
        self.ensure_one()
        self.env.flush_all()
        return self.env["aftersales.part.balance"].search(
            [("ticket_id", "=", self.id)], order="id"
        )
