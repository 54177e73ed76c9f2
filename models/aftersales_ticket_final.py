from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """The final inspection of the finished work (R-QC-01, R-QC-02, R-DISP-07)."""

    _inherit = "aftersales.ticket"

    final_inspection_ids = fields.One2many(
        "aftersales.inspection",
        "ticket_id",
        string="Final Inspections",
        domain=[("kind", "=", "final")],
    )
    final_sheet_done = fields.Boolean(
        compute="_compute_final_sheet_done",
        help="The sheet of the final inspection is finished, or none is required.",
    )
    work_added = fields.Boolean(
        compute="_compute_work_added",
        help="Agreed operations are open that the inspection waits for.",
    )

    @api.depends(
        "state",
        "rework_count",
        "finished_at",
        "inspection_ids.state",
        "company_id.aftersales_final_sheet_required",
    )
    def _compute_final_sheet_done(self):
        for ticket in self:
            ticket.final_sheet_done = ticket.state == "inspection" and (
                not ticket.company_id.aftersales_final_sheet_required
                or bool(ticket._get_final_sheet())
            )

    @api.depends("state", "line_ids.is_done", "line_ids.approval")
    def _compute_work_added(self):
        for ticket in self:
            ticket.work_added = ticket.state == "inspection" and bool(
                ticket._get_open_operations()
            )

    # -- Called to the bay -------------------------------------------------------------

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if old == "inspection":
            # sudo: the calls of colleagues end, too
            self.sudo()._end_inspection_call()
        if new == "inspection":
            # sudo: the technician who finished plans the inspectors' activity
            self.sudo()._call_inspectors()
        return result

    def _call_inspectors(self):
        """Call those who may inspect to the bay, at once (R-DISP-07)."""
        for ticket in self:
            bays = ticket.operation_ids.bay_id.mapped("name")
            summary = (
                self.env._("Inspect in bay %(bays)s", bays=", ".join(bays))
                if bays
                else self.env._("Inspect the finished work")
            )
            for user in ticket._get_inspectors():
                ticket.activity_schedule(
                    "aftersales.activity_inspect",
                    summary=summary,
                    note=ticket.correction,
                    user_id=user.id,
                )

    def _end_inspection_call(self):
        """End the calls: the work has been inspected."""
        self.activity_unlink(["aftersales.activity_inspect"])

    def _get_inspectors(self):
        """Return who may inspect this ticket: the qualified, without who repaired it.

        Where nobody is named as qualified: all inspectors of the company.
        """
        self.ensure_one()
        users = self.env["aftersales.inspector"]._get_qualified(self.company_id)
        if not users:
            # Not the managers: they inspect by their role, but are not called.
            group = self.env.ref("aftersales.group_aftersales_inspector")
            users = group.user_ids.filtered(
                lambda user: self.company_id in user.company_ids and not user.share
            )
        return users - self.technician_id - self.technician_ids

    # -- The sheet ---------------------------------------------------------------------

    def action_final_inspection(self):
        """Open the sheet of the final inspection; begin it when there is none (F23).

        :raises UserError: by somebody who is not qualified, or before the work is
            reported finished
        :return: the action that shows the sheet
        """
        self.ensure_one()
        self._check_role("inspector")
        self._check_state("inspection")
        self._check_inspector()
        sheet = self._get_final_sheet() or self._create_check_sheet("final")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.inspection_action"
        )
        action.update(res_id=sheet.id, views=[(False, "form")])
        return action

    def _get_final_sheet(self):
        """Return the finished sheet of this round of the final inspection, or none."""
        self.ensure_one()
        return self.inspection_ids.filtered(
            lambda sheet: (
                sheet.kind == "final"
                and sheet.state == "done"
                and sheet.rework_round == self.rework_count
                and (not self.finished_at or sheet.done_at >= self.finished_at)
            )
        )[:1]

    # -- The answer --------------------------------------------------------------------

    def action_pass_inspection(self):
        """Pass the finished work (R-QC-01, R-QC-02).

        :raises UserError: by an inspector who is not qualified or repaired it himself,
            while work is open or not answered, without the sheet of this inspection,
            or with a defect on it that nobody takes care of
        """
        self._check_role("inspector")
        self._check_state("inspection")
        self._check_inspector()
        for ticket in self:
            ticket._check_all_work_done()
            ticket._check_final_sheet()
        return super().action_pass_inspection()

    def action_reopen_work(self):
        """Send the ticket back to the workshop for work that was agreed meanwhile.

        Not a rework: nothing was done badly.

        :raises UserError: when no agreed operation is open
        """
        self._check_role("inspector", "dispatcher")
        self._check_state("inspection")
        for ticket in self:
            if not ticket._get_open_operations():
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: all agreed work is done; nothing was "
                        "added. What was done badly goes back by Rework.",
                        ticket=ticket.name,
                    )
                )
        self._set_state("in_progress")

    def _check_inspector(self):
        """Raise UserError unless the user may inspect these tickets (R-QC-02)."""
        if self.env.su:
            return
        self._check_other_than_repairer()
        for company, tickets in self.grouped("company_id").items():
            if not company.aftersales_inspector_qualified:
                continue
            qualified = self.env["aftersales.inspector"]._get_qualified(company)
            if self.env.user not in qualified:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(user)s is no qualified inspector of "
                        "%(company)s today. Ask %(others)s, or a manager to enter the "
                        "qualification under Configuration / Qualified Inspectors.",
                        ticket=", ".join(tickets.mapped("name")),
                        user=self.env.user.name,
                        company=company.name,
                        others=", ".join(qualified.mapped("name")) or "-",
                    )
                )

    def _get_open_operations(self):
        """Return the agreed operations that are not ticked off."""
        return self.line_ids.filtered(
            lambda line: (
                line.line_type == "operation"
                and line.approval == "approved"
                and not line.is_done
            )
        )

    def _check_all_work_done(self):
        """Raise UserError unless each line is done or refused (R-QC-01)."""
        self.ensure_one()
        open_lines = self._get_open_operations()
        if open_lines:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: these operations are not finished: %(lines)s. "
                    "Send it back to the workshop with Work added.",
                    ticket=self.name,
                    lines=", ".join(open_lines.mapped("name")),
                )
            )
        unanswered = self.line_ids.filtered(lambda line: line.approval == "proposed")
        if unanswered:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s waits for the customer's answer on %(lines)s. "
                    "The advisor asks and records it first.",
                    ticket=self.name,
                    lines=", ".join(unanswered.mapped("name")),
                )
            )

    def _check_final_sheet(self):
        """Raise UserError unless the sheet is done and its defects are looked after."""
        self.ensure_one()
        sheet = self._get_final_sheet()
        if not sheet:
            if self.company_id.aftersales_final_sheet_required:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: fill in the sheet of the final inspection "
                        "and press Done on it. Use Final inspection.",
                        ticket=self.name,
                    )
                )
            return
        loose = sheet._get_open_defects()
        if loose:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: defects are open on the sheet: %(points)s. "
                    "Send it back with Rework, or press Propose on what is not part of "
                    "this work.",
                    ticket=self.name,
                    points=", ".join(loose.mapped("name")),
                )
            )
