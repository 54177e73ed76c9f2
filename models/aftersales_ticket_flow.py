from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_ticket import FLOW, OPEN_STATES

# What a state reached means to the deadlines.
STATE_MILESTONE = {
    "assigned": "assigned",
    "diagnosed": "solution",
    "in_progress": "started",
    "ready": "ready",
    "delivered": "delivered",
    "closed": "cs_closed",
}
STATE_STAMP = {
    "in_progress": "started_at",
    "ready": "ready_at",
    "delivered": "delivered_at",
    "closed": "closed_at",
}


class AftersalesTicket(models.Model):
    """The way of a ticket: its steps, each with its role and its guards."""

    _inherit = "aftersales.ticket"

    rework_count = fields.Integer("Reworks", readonly=True, copy=False)
    inspected_by_id = fields.Many2one(
        "res.users", string="Inspected by", readonly=True, copy=False
    )
    inspected_at = fields.Datetime("Inspected at", readonly=True, copy=False)
    technician_closed_by_id = fields.Many2one(
        "res.users", string="Reported back by", readonly=True, copy=False
    )
    technician_closed_at = fields.Datetime(
        "Reported back",
        readonly=True,
        copy=False,
        help="The technician has closed the record with customer service.",
    )
    cs_closed_by_id = fields.Many2one(
        "res.users", string="Closed by", readonly=True, copy=False
    )
    consent_by = fields.Char(
        "Consent given by", readonly=True, copy=False, help="The customer's side."
    )
    consent_how = fields.Selection(
        [
            ("signature", "Signature"),
            ("portal", "Customer portal"),
            ("phone", "Phone"),
            ("in_person", "In person"),
        ],
        "Consent by way of",
        readonly=True,
        copy=False,
    )
    consent_at = fields.Datetime("Consent given at", readonly=True, copy=False)

    # -- The engine -----------------------------------------------------------------

    def _next_state(self):
        """Return the state after the present one on the way of this ticket's mode."""
        self.ensure_one()
        flow = FLOW[self.service_mode]
        return flow[flow.index(self.state) + 1]

    def _check_next(self, state):
        """Raise UserError unless ``state`` comes next on the way of each ticket."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for ticket in self:
            flow = FLOW[ticket.service_mode]
            if state not in flow:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s does not pass through %(state)s.",
                        ticket=ticket.name,
                        state=labels[state],
                    )
                )
            ticket._check_state(flow[flow.index(state) - 1])

    def _set_state(self, state):
        """Write ``state`` with its stamp, reach its deadline, log it; check nothing."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        now = fields.Datetime.now()
        for old, tickets in self.grouped("state").items():
            vals = {"state": state}
            if state in STATE_STAMP:
                vals[STATE_STAMP[state]] = now
            # sudo: the one place that writes a state; the step that calls has
            # checked role, state and record access
            tickets = tickets.sudo()
            tickets.write(vals)
            tickets._message_log_batch(
                bodies=dict.fromkeys(
                    tickets.ids,
                    self.env._("%(old)s → %(new)s", old=labels[old], new=labels[state]),
                )
            )
            if state in STATE_MILESTONE:
                tickets._deadline_reach(STATE_MILESTONE[state], now)
            tickets._after_state(old, state)

    def _after_state(self, old, new):
        """Hook: what follows from tickets having gone from ``old`` to ``new``."""
        if new == "cancelled":
            self._deadline_cancel()

    # -- Steps ------------------------------------------------------------------------

    def action_assign(self):
        """Hand the report to its technician (R-INT-02, R-INT-12, R-DISP-15).

        :raises UserError: when customer, vehicle, complaint or technician is missing,
            so that the one who takes over knows what is needed, or the technician is
            not of the ticket's company.
        """
        self._check_role("advisor", "dispatcher")
        self._check_next("assigned")
        for ticket in self:
            ticket._check_complete_for_assignment()
        self._set_state("assigned")
        for ticket in self:
            ticket.activity_schedule(
                "aftersales.activity_call_back",
                user_id=ticket.technician_id.id,
                note=ticket.complaint,
            )

    def _check_complete_for_assignment(self):
        """Raise UserError naming what is missing before the ticket changes hands."""
        self.ensure_one()
        missing = [
            self._fields[fname]._description_string(self.env)
            for fname in ("partner_id", "complaint", "technician_id")
            if not self[fname]
        ]
        if not self.vehicle_id and self.ticket_type not in (
            "consultation",
            "parts",
            "feedback",
            "other",
        ):
            missing.append(self._fields["vehicle_id"]._description_string(self.env))
        if missing:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s cannot be handed over: fill in %(fields)s.",
                    ticket=self.name,
                    fields=", ".join(missing),
                )
            )
        if self.company_id not in self.technician_id.company_ids:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: %(user)s does not work for %(company)s.",
                    ticket=self.name,
                    user=self.technician_id.name,
                    company=self.company_id.name,
                )
            )

    def action_quote(self):
        """Lay the estimate before those who pay (R-EST-04, R-EST-05).

        :raises UserError: when there is nothing on the estimate.
        """
        self._check_role("advisor")
        self._check_next("quoted")
        for ticket in self:
            if not ticket.line_ids:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: enter the parts and operations first; "
                        "there is nothing to quote.",
                        ticket=ticket.name,
                    )
                )
        self._set_state("quoted")

    def action_approve(self):
        """Open the record of the customer's consent (R-DIAG-14, R-SIGN-02)."""
        self.ensure_one()
        self._check_role("advisor")
        self._check_next("approved")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer's Consent"),
            "res_model": "aftersales.ticket.consent",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def _approve(self, by, how, at=None):
        """Record the consent of the customer's side and go on to Approved.

        Lines that no order asks about are agreed to with it.

        :param by: name of the person who agreed
        :param how: ``signature``, ``portal``, ``phone`` or ``in_person``
        """
        self._check_next("approved")
        self._check_before_approve()
        labels = dict(self._fields["consent_how"]._description_selection(self.env))
        self._get_consent_lines()._approve(by, labels[how], at)
        # sudo: called by the customer's own signature in the portal, too
        self.sudo().write(
            {
                "consent_by": by,
                "consent_how": how,
                "consent_at": at or fields.Datetime.now(),
            }
        )
        self._set_state("approved")

    def _get_consent_lines(self):
        """Hook: the proposed lines that the consent to the ticket covers."""
        return self.line_ids.filtered(lambda line: line.approval == "proposed")

    def _check_before_approve(self):
        """Hook: raise UserError while an order still waits for an answer."""

    def action_arrive(self):
        """Stamp the arrival at the customer's site (R-SLA-03)."""
        self._check_role("technician")
        self._check_state("assigned", "diagnosed", "quoted", "approved")
        for ticket in self:
            if ticket.service_mode != "onsite":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is not a visit on site.", ticket=ticket.name
                    )
                )
        now = fields.Datetime.now()
        # sudo: stamps are not editable, the technician's access is checked above
        self.sudo().write({"arrived_at": now})
        self._deadline_reach("arrived", now)

    def action_start(self):
        """Begin the work (R-WORK-01)."""
        self._check_role("technician")
        self._check_next("in_progress")
        self._set_state("in_progress")

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

    def action_fail_inspection(self):
        """Send the work back for rework and count it (R-QC-04)."""
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
                "mail.mail_activity_data_todo",
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

    def action_deliver(self):
        """Hand vehicle or parts over to the customer (R-SETT-11..13).

        :raises UserError: while money, gate pass or parts stand in the way.
        """
        self._check_role("advisor")
        self._check_next("delivered")
        self._check_before_deliver()
        self._set_state("delivered")

    def _check_before_deliver(self):
        """Hook: raise UserError while something keeps the vehicle in."""

    def action_report_back(self):
        """Close the record with customer service, the technician's half (R-INT-18)."""
        self._check_role("technician")
        self._check_state("delivered")
        for ticket in self:
            if not ticket._is_worked_by(self.env.user) and not self.env.su:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: only who worked on it reports it back.",
                        ticket=ticket.name,
                    )
                )
        # sudo: stamps are not editable, role and person are checked above
        self.sudo().write(
            {
                "technician_closed_by_id": self.env.uid,
                "technician_closed_at": fields.Datetime.now(),
            }
        )

    def action_close(self):
        """Close the record, customer service's half (R-INT-18).

        :raises UserError: before the technician has reported back, by the technician
            himself, or with parts not accounted for.
        """
        self._check_role("advisor")
        self._check_next("closed")
        for ticket in self:
            if not ticket.technician_closed_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(technician)s has not reported back yet.",
                        ticket=ticket.name,
                        technician=ticket.technician_id.name,
                    )
                )
            if ticket.technician_closed_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: a record is closed by two. You have "
                        "reported back, customer service closes.",
                        ticket=ticket.name,
                    )
                )
        self._check_before_close()
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write({"cs_closed_by_id": self.env.uid})
        self._set_state("closed")

    def _check_before_close(self):
        """Hook: raise UserError while something of the ticket is not settled."""

    # -- Off the way ---------------------------------------------------------------

    def action_hold(self, reason):
        """Put the ticket on hold; its deadlines stand still (R-SLA-01).

        :param reason: a key of ``on_hold_reason``
        """
        self._check_role("advisor", "dispatcher", "technician")
        self._check_state(*OPEN_STATES)
        # sudo: the reason is not editable, role and state are checked above
        self.sudo().write({"on_hold_reason": reason})
        self._deadline_pause()

    def action_resume(self):
        """Take the ticket up again; its deadlines run on."""
        self._check_role("advisor", "dispatcher", "technician")
        held = self.filtered("on_hold_reason")
        # sudo: the reason is not editable, the role is checked above
        held.sudo().write({"on_hold_reason": False})
        held._deadline_resume()

    def action_cancel(self, reason):
        """Give the ticket up.

        :param reason: why, in words
        :raises UserError: when parts are out, or something is invoiced.
        """
        self._check_role("advisor")
        self._check_state(*[s for s in OPEN_STATES if s != "delivered"])
        if not reason:
            raise UserError(self.env._("Say why the ticket is cancelled."))
        self._check_before_cancel()
        # sudo: the reason is not editable, role and state are checked above
        self.sudo().write({"cancel_reason": reason})
        self._set_state("cancelled")

    def _check_before_cancel(self):
        """Hook: raise UserError while parts are out or money is due."""

    # -- What the deadline engine asks ---------------------------------------------

    def _deadline_start(self):
        return self.reported_at

    def _deadline_user(self, role):
        self.ensure_one()
        if role == "advisor":
            return self.advisor_id
        if role == "technician":
            return self.technician_id or self.team_id.leader_id
        if role in ("dispatcher", "manager"):
            return self.team_id.leader_id
        return self.env["res.users"]

    def _deadline_event(self, event):
        return {"promised": self.promised_at, "planned": self.planned_at}.get(event)
