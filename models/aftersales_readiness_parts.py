from odoo import models


class AftersalesReadiness(models.Model):
    """The parts that the team waits for this morning."""

    _inherit = "aftersales.readiness"

    def _compute_shortage_count(self):
        """Count the parts that the teams' open tickets wait for."""
        lines = self.env["aftersales.ticket.line"].search(
            [
                ("is_short", "=", True),
                ("ticket_id.team_id", "in", self.team_id.ids),
            ]
        )
        by_team = lines.grouped("ticket_team_id")
        for sheet in self:
            sheet.shortage_count = len(by_team.get(sheet.team_id, ()))

    def action_open_shortages(self):
        """Open the parts that this team's open tickets wait for (R-DISP-08)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.shortage_action"
        )
        action["context"] = {"search_default_team_id": self.team_id.id}
        return action
