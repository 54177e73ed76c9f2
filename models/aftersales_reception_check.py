from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesReception(models.Model):
    """What is looked at with the customer: the check-in sheet (R-RECV-06, F22).

    Exterior, interior, instruments, seats and equipment are points of a check sheet
    like any other, each with its remarks, photo and remaining life. A reception takes
    the template that fits its vehicle; without one there is nothing to answer.
    """

    _inherit = "aftersales.reception"

    check_sheet_id = fields.Many2one(
        "aftersales.inspection",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    check_line_ids = fields.One2many(
        related="check_sheet_id.line_ids", readonly=False, string="Points checked"
    )
    check_open_count = fields.Integer(related="check_sheet_id.open_count")

    @api.model_create_multi
    def create(self, vals_list):
        receptions = super().create(vals_list)
        receptions._begin_check_sheets()
        return receptions

    def _begin_check_sheets(self):
        """Begin the check-in sheets of these receptions, where a template fits."""
        Template = self.env["aftersales.inspection.template"]
        values = {}
        for reception in self.filtered(lambda reception: not reception.check_sheet_id):
            ticket = reception.ticket_id
            template = Template._get_template(
                "check_in", ticket.company_id, ticket.vehicle_id.model_id
            )
            if template and reception.state == "draft":
                values[reception] = {
                    "ticket_id": ticket.id,
                    "template_id": template.id,
                }
        sheets = self.env["aftersales.inspection"].create(list(values.values()))
        for reception, sheet in zip(values, sheets, strict=True):
            # sudo: the link is not editable; who creates a reception begins its sheet
            reception.sudo().check_sheet_id = sheet

    def action_check_sheet(self):
        """Open the check-in sheet of this vehicle; begin it if there is none (F22).

        :raises UserError: when no template is of the kind Check-in
        """
        self.ensure_one()
        if not self.check_sheet_id:
            self.ticket_id._check_role("advisor")
            self._check_open()
            self._begin_check_sheets()
        if not self.check_sheet_id:
            raise UserError(
                self.env._(
                    "Reception of %(ticket)s: no check sheet template of the kind "
                    "Check-in fits this vehicle. Ask a manager to make one under "
                    "Configuration.",
                    ticket=self.ticket_id.name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.inspection_action"
        )
        action.update(
            res_id=self.check_sheet_id.id, views=[(False, "form")], context={}
        )
        return action

    def action_check_rest_ok(self):
        """State that every point not answered yet was looked at and is in order."""
        self.ticket_id._check_role("advisor")
        self._check_open()
        self.check_sheet_id.action_rest_ok()

    def _get_problems(self):
        problems = super()._get_problems()
        sheet = self.check_sheet_id
        if sheet.state == "draft":
            try:
                sheet._check_complete()
            except UserError as incomplete:
                problems.append(str(incomplete))
        return problems

    def action_done(self):
        result = super().action_done()
        self.check_sheet_id.filtered(lambda sheet: sheet.state == "draft").action_done()
        return result

    def action_reopen(self):
        result = super().action_reopen()
        # sudo: a finished sheet is closed to writing; role and state are checked above
        self.check_sheet_id.sudo().write(
            {"state": "draft", "done_by_id": False, "done_at": False}
        )
        return result

    def _get_report_condition(self):
        """Return what was found at check-in, a line for each section of the sheet.

        :return: list of (section, text); the four classic ones, empty, without a sheet
        """
        results = dict(
            self.env["aftersales.inspection.line"]
            ._fields["result"]
            ._description_selection(self.env)
        )
        found = {}
        for line in self.check_line_ids:
            texts = line._get_report_texts()
            found.setdefault(texts["section"] or "", []).append((line, texts["name"]))
        if not found:
            titles = (
                self.env._("Exterior"),
                self.env._("Interior"),
                self.env._("Instruments"),
                self.env._("Seats"),
            )
            return [(title, "") for title in titles]
        return [
            (
                section,
                "; ".join(
                    f"{name}: {line.note or results[line.result]}"
                    for line, name in points
                    if line.result in ("attention", "defect", "not_checked")
                )
                or (
                    all(line.result for line, name in points)
                    and self.env._("In order")
                    or ""
                ),
            )
            for section, points in found.items()
        ]
