from odoo import api, fields, models


class AftersalesInspection(models.Model):
    """The inspector's answer, given on the sheet in his hands."""

    _inherit = "aftersales.inspection"

    ticket_state = fields.Selection(related="ticket_id.state", string="Ticket state")
    has_open_defect = fields.Boolean(
        "Open Defect",
        compute="_compute_has_open_defect",
        help="A defect stands on the sheet that nobody takes care of: the work cannot "
        "be passed with it.",
    )

    @api.depends("line_ids.result", "line_ids.is_proposed")
    def _compute_has_open_defect(self):
        for sheet in self:
            sheet.has_open_defect = bool(sheet._get_open_defects())

    def _get_open_defects(self):
        """Return the points with a defect that is on no estimate."""
        return self.line_ids.filtered(
            lambda line: line.result == "defect" and not line.is_proposed
        )

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
