from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """The work on a ticket: arrival, start, report of the work, inspection."""

    _inherit = "aftersales.ticket"

    rework_count = fields.Integer("Reworks", readonly=True, copy=False)
    inspected_by_id = fields.Many2one(
        "res.users", string="Inspected by", readonly=True, copy=False
    )
    inspected_at = fields.Datetime("Inspected at", readonly=True, copy=False)

    def action_arrive(self):
        """Stamp the arrival at the customer's site (R-SLA-03, R-DIAG-06).

        :raises UserError: when the ticket is no visit, or nobody has set out for it
        """
        self._check_role("technician")
        self._check_state("assigned", "diagnosed", "quoted", "approved")
        for ticket in self:
            if ticket.service_mode != "onsite":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is not a visit on site.", ticket=ticket.name
                    )
                )
            if not ticket.departed_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: confirm the time with the customer, take "
                        "tools and parts, and set out first.",
                        ticket=ticket.name,
                    )
                )
        now = fields.Datetime.now()
        # sudo: stamps are not editable, the technician's access is checked above
        self.sudo().write({"arrived_at": now})
        self._deadline_reach("arrived", now)

    def action_start(self):
        """Begin the work (R-WORK-01).

        :raises UserError: on site, before the technician has arrived (R-DIAG-06); in
            the workshop, before the vehicle was received (R-RECV-03)
        """
        self._check_role("technician")
        self._check_next("in_progress")
        for ticket in self:
            ticket._check_before_start()
        self._set_state("in_progress")

    def _check_before_start(self):
        """Hook: raise UserError while the work must not begin."""
        self.ensure_one()
        if self.service_mode == "onsite" and not self.arrived_at:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: nobody has arrived at the customer's yet. "
                    "Press Set out, then Arrived, before the work begins.",
                    ticket=self.name,
                )
            )

    def action_finish(self):
        """Report the work done; inspection is next where there is one (R-WORK-09).

        :raises UserError: without a correction written, or with approved operations
            that are not ticked off.
        """
        self._check_role("technician")
        self._check_state("in_progress")
        for ticket in self:
            ticket._check_work_done()
        now = fields.Datetime.now()
        # sudo: stamps are not editable, the technician's access is checked above
        self.sudo().write({"finished_at": now})
        self._deadline_reach("fixed", now)
        for target, tickets in self.grouped(lambda t: t._next_state()).items():
            tickets._set_state(target)

    def _check_work_done(self):
        """Raise UserError unless the report is written and the work ticked off."""
        self.ensure_one()
        if not self.correction:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: write the correction first: what was done, "
                    "and how it was verified.",
                    ticket=self.name,
                )
            )
        open_lines = self.line_ids.filtered(
            lambda line: (
                line.line_type == "operation"
                and line.approval == "approved"
                and not line.is_done
            )
        )
        if open_lines:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: these operations are not finished: %(lines)s.",
                    ticket=self.name,
                    lines=", ".join(open_lines.mapped("name")),
                )
            )

    def action_pass_inspection(self):
        """Pass the finished work (R-QC-01, R-QC-02).

        :raises UserError: when the inspector repaired it himself.
        """
        self._check_role("inspector")
        self._check_state("inspection")
        self._check_other_than_repairer()
        # sudo: inspectors read tickets only; role and state are checked above
        self.sudo().write(
            {"inspected_by_id": self.env.uid, "inspected_at": fields.Datetime.now()}
        )
        self._set_state("ready")

    def action_fail_inspection(self, reason=None):
        """Send the work back for rework and count it (R-QC-04).

        :param reason: what failed, in words
        """
        self._check_role("inspector")
        self._check_state("inspection")
        self._check_other_than_repairer()
        for ticket in self:
            # sudo: inspectors read tickets only; role and state are checked above
            ticket.sudo().rework_count += 1
        self._set_state("in_progress")
        # sudo: whoever may take the step may not edit tickets
        for ticket in self.sudo().filtered("technician_id"):
            ticket.activity_schedule(
                "aftersales.activity_nonconformity",
                summary=self.env._("Rework after inspection"),
                user_id=ticket.technician_id.id,
            )

    def _check_other_than_repairer(self):
        for ticket in self:
            if ticket._is_worked_by(self.env.user):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: whoever repaired cannot inspect. "
                        "Ask another inspector.",
                        ticket=ticket.name,
                    )
                )

    def action_send_parts(self):
        """State that the parts of a parts-only ticket have left (R-DIAG-03 a).

        :raises UserError: while an approved part has not been issued.
        """
        self._check_role("advisor", "parts_keeper")
        self._check_state("approved")
        for ticket in self:
            if ticket.service_mode != "parts":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is not a sending of parts.",
                        ticket=ticket.name,
                    )
                )
            missing = ticket.line_ids.filtered(
                lambda line: (
                    line._is_own_part()
                    and line.approval == "approved"
                    and not line.qty_issued
                )
            )
            if missing:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: not issued yet: %(lines)s.",
                        ticket=ticket.name,
                        lines=", ".join(missing.mapped("name")),
                    )
                )
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write({"finished_at": fields.Datetime.now()})
        self._deadline_reach("fixed")
        self._set_state("ready")
