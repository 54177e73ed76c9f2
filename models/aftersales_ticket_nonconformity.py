from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """Work sent back by the inspector, until it passes (R-QC-04)."""

    _inherit = "aftersales.ticket"

    nonconformity_ids = fields.One2many("aftersales.nonconformity", "ticket_id")
    nonconformity_count = fields.Integer(compute="_compute_nonconformity_count")
    open_nonconformity_ids = fields.Many2many(
        "aftersales.nonconformity",
        compute="_compute_open_nonconformity_ids",
        string="Not Passed",
        help="What the inspector sent back and nobody has reworked yet.",
    )

    @api.depends("nonconformity_ids.state")
    def _compute_open_nonconformity_ids(self):
        for ticket in self:
            ticket.open_nonconformity_ids = ticket.nonconformity_ids.filtered(
                lambda item: item.state == "open"
            )

    def _compute_nonconformity_count(self):
        counts = dict(
            self.env["aftersales.nonconformity"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.nonconformity_count = counts.get(ticket._origin, 0)

    def action_open_nonconformities(self):
        """Open what did not pass on this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.nonconformity_action"
        )
        action.update(domain=[("ticket_id", "=", self.id)], context={})
        return action

    # -- Not passed --------------------------------------------------------------------

    def action_fail_inspection(self, reason=None):
        """Send the work back: each failed item is a nonconformity (R-QC-04).

        Items that were reworked and are in order on the new sheet are accepted; the
        others go back once more.

        :param reason: what failed, in words, when no defect of the sheet says it
        :raises UserError: when neither the sheet nor ``reason`` says what failed
        """
        self._check_role("inspector")
        self._check_state("inspection")
        self._check_inspector()
        for ticket in self:
            ticket._record_nonconformities(reason)
        return super().action_fail_inspection(reason)

    def _record_nonconformities(self, reason):
        """Make or reopen the items that failed, and tell the adviser at once."""
        self.ensure_one()
        sheet = self.inspection_ids.filtered(
            lambda sheet: (
                sheet.kind == "final" and sheet.rework_round == self.rework_count
            )
        )[:1]
        failed = sheet.line_ids.filtered(
            lambda line: line.result == "defect" and not line.is_proposed
        )
        if not failed and sheet.road_test_result == "fault":
            reason = reason or sheet.road_test_note
        if not failed and not reason:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: say what failed: mark the defect on the "
                    "inspection sheet, or write the reason.",
                    ticket=self.name,
                )
            )
        sheet._close_unfinished()
        known = self.nonconformity_ids.filtered(lambda item: item.state == "reworked")
        new, back = [], known.browse()
        for line in failed:
            item = known.filtered(lambda item, line=line: item._is_same_point(line))[:1]
            if item:
                item._reopen(line)
                back |= item
            else:
                new.append(self._prepare_nonconformity_vals(line.name, line=line))
        if not failed:
            # Said in words only: nobody knows which of them are in order now.
            for item in known:
                item._reopen(self.env["aftersales.inspection.line"])
            back = known
            new.append(self._prepare_nonconformity_vals(reason))
        (known - back)._accept()
        # sudo: inspectors make no items but by this step, whose role is checked
        items = self.env["aftersales.nonconformity"].sudo().create(new)
        self._tell_advisor(items | back)

    def _prepare_nonconformity_vals(self, name, line=None):
        """Return the values of an item that failed, found now by the user."""
        vals = {
            "ticket_id": self.id,
            "name": name,
            "found_by_id": self.env.uid,
            "found_at": fields.Datetime.now(),
        }
        if line:
            vals.update(
                inspection_line_id=line.id,
                description=line.note,
                is_safety=line.is_safety,
                photo=line.photo,
            )
        return vals

    def _tell_advisor(self, items):
        """Tell the adviser at once what failed: the promised time may move."""
        advisor = self.advisor_id or self.team_id.leader_id
        if not advisor:
            return
        # sudo: inspectors plan no activities of others; the step is checked
        self.sudo().activity_schedule(
            "aftersales.activity_nonconformity",
            summary=self.env._(
                "Inspection not passed: %(items)s",
                items=", ".join(items.mapped("name")),
            ),
            user_id=advisor.id,
        )
        # sudo: stamps are not editable
        items.sudo().write(
            {"advisor_id": advisor.id, "advisor_told_at": fields.Datetime.now()}
        )

    def _check_final_sheet(self):
        result = super()._check_final_sheet()
        if self._get_final_sheet().road_test_result == "fault":
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the road test found a fault. Send it back "
                    "with Rework.",
                    ticket=self.name,
                )
            )
        return result

    # -- Reworked, and passed ----------------------------------------------------------

    def _check_work_done(self):
        result = super()._check_work_done()
        items = self.nonconformity_ids.filtered(lambda item: item.state == "open")
        if items:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: not reworked yet: %(items)s. Write the "
                    "measure there and press Reworked.",
                    ticket=self.name,
                    items=", ".join(items.mapped("name")),
                )
            )
        return result

    def action_pass_inspection(self):
        """Pass the work; what was reworked is accepted with it (R-QC-04)."""
        result = super().action_pass_inspection()
        self.nonconformity_ids.filtered(lambda item: item.state == "reworked")._accept()
        # sudo: calls of others, of what has passed now
        self.sudo().activity_unlink(["aftersales.activity_nonconformity"])
        return result
