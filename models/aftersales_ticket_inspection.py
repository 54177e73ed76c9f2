from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_inspection import WRITERS
from .aftersales_ticket import OPEN_STATES


class AftersalesTicket(models.Model):
    """The check sheets of a ticket."""

    _inherit = "aftersales.ticket"

    inspection_ids = fields.One2many("aftersales.inspection", "ticket_id")
    inspection_count = fields.Integer(compute="_compute_inspection_count")

    def _compute_inspection_count(self):
        counts = dict(
            self.env["aftersales.inspection"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.inspection_count = counts.get(ticket._origin, 0)

    def action_check_sheet(self):
        """Open the check sheets, or begin the one for the diagnosis (R-DIAG-11).

        :raises UserError: when there is nothing to look at, or no template
        :return: the action that shows the sheet, or the list of several
        """
        self.ensure_one()
        sheets = self.inspection_ids
        if not sheets:
            sheets = self._create_check_sheet("diagnosis")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.inspection_action"
        )
        action.update(domain=[("ticket_id", "=", self.id)], context={})
        if len(sheets) == 1:
            action.update(res_id=sheets.id, views=[(False, "form")])
        return action

    def action_new_check_sheet(self):
        """Begin a further check sheet for the diagnosis and open it."""
        self.ensure_one()
        sheet = self._create_check_sheet("diagnosis")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.inspection_action"
        )
        action.update(res_id=sheet.id, views=[(False, "form")])
        return action

    def _create_check_sheet(self, kind):
        """Return a new sheet of ``kind``, or the open one of that template."""
        self.ensure_one()
        self._check_role(*WRITERS)
        self._check_state(*OPEN_STATES)
        template = self.env["aftersales.inspection.template"]._get_template(
            kind, self.company_id, self.vehicle_id.model_id
        )
        if not template:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: there is no check sheet template for this "
                    "vehicle. Ask a manager to make one under Configuration.",
                    ticket=self.name,
                )
            )
        return self.inspection_ids.filtered(
            lambda sheet: sheet.template_id == template and sheet.state == "draft"
        ) or self.env["aftersales.inspection"].create(
            {"ticket_id": self.id, "template_id": template.id}
        )

    def _get_report_findings(self):
        """Return the points found wanting on the finished check sheets."""
        self.ensure_one()
        return self.inspection_ids.filtered(
            lambda sheet: sheet.state == "done"
        ).line_ids.filtered(lambda line: line.result in ("attention", "defect"))

    def _get_report_remaining_life(self):
        """Return the points of the last finished sheet that tell how worn a part is."""
        self.ensure_one()
        return (
            self.inspection_ids.filtered(lambda sheet: sheet.state == "done")
            .sorted("done_at", reverse=True)[:1]
            .line_ids.filtered(lambda line: line._shows_remaining_life())
        )
