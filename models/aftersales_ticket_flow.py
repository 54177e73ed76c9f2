from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_ticket import FLOW

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
    """The way of a ticket: the engine of its states, and the steps up to consent.

    Each step has its role and its guards. The steps at work are in
    ``aftersales_ticket_work.py``, those that end a ticket in
    ``aftersales_ticket_close.py``.
    """

    _inherit = "aftersales.ticket"

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
                ),
                author_id=self._get_log_author(),
            )
            if state in STATE_MILESTONE:
                tickets._deadline_reach(STATE_MILESTONE[state], now)
            tickets._after_state(old, state)

    def _get_log_author(self):
        """Hook: the id of the partner who took the step; None is who is logged in."""
        return None

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
        # sudo: what roles a colleague has is not his colleagues' to read
        if not self.technician_id.sudo().has_group(
            "aftersales.group_aftersales_technician"
        ):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: %(user)s is no technician and could not go on "
                    "with it. Choose somebody who has that role.",
                    ticket=self.name,
                    user=self.technician_id.name,
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

        :raises UserError: when there is nothing on the estimate, or no part where
            parts are to be sent (R-DIAG-02).
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
            if ticket.service_mode == "parts" and not any(
                line.line_type == "part" and line.approval != "declined"
                for line in ticket.line_ids
            ):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the customer replaces parts himself. Enter "
                        "the parts that are to be sent.",
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
