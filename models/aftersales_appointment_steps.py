from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError

from .aftersales_appointment import CHECKLIST, HOLD_STATES


class AftersalesAppointment(models.Model):
    """The steps of an appointment, and who may take them (R-APPT-15)."""

    _inherit = "aftersales.appointment"

    def _check_step(self, roles, states):
        """Raise unless the user has one of ``roles`` and all are in ``states``.

        The appointments are locked: of two people at the same step one succeeds.
        """
        self.check_access("read")
        if not self.env.su and not any(
            self.env.user.has_group(f"aftersales.group_aftersales_{role}")
            for role in roles
        ):
            groups = [self.env.ref(f"aftersales.group_aftersales_{r}") for r in roles]
            raise AccessError(
                self.env._(
                    "Appointment %(appointment)s: this step belongs to %(roles)s.",
                    appointment=", ".join(self.mapped("name")),
                    # sudo: names of groups, readable to administrators only
                    roles=" / ".join(group.sudo().name for group in groups),
                )
            )
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s is being worked on by somebody else "
                    "at this moment. Look at it again before you go on.",
                    appointment=", ".join(self.mapped("name")),
                )
            ) from error
        labels = dict(self._fields["state"]._description_selection(self.env))
        for appointment in self:
            if appointment.state not in states:
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s is %(state)s; this step is taken "
                        "from %(expected)s.",
                        appointment=appointment.name,
                        state=labels[appointment.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )

    def _stamp(self, **vals):
        """Write state and stamps of a step whose role and state are checked."""
        # sudo: stamps and states are written by the steps alone
        self.sudo().write(vals)

    # -- Agreeing ----------------------------------------------------------------------

    def action_agree(self):
        """Agree the time with the customer and hold it (R-APPT-01..09).

        :raises UserError: for a time that has passed, when the request, the receiving
            adviser, the customer's name or the word on cost and time is missing, when
            a deposit is short, or when team or bay have no room
        """
        self._check_step(("advisor",), ("draft",))
        now = fields.Datetime.now()
        for appointment in self:
            appointment._check_before_agree(now)
        self._check_capacity()
        policies = self.env["aftersales.policy"]
        for appointment in self:
            policy = policies._get_document_policy(
                "appointment", appointment.company_id
            )
            appointment._stamp(state="agreed", agreed_at=now, policy_id=policy.id)
            appointment._notify_agreed()
        self._deadline_create()
        return True

    def _check_before_agree(self, now):
        """Hook: raise UserError for what stands against agreeing."""
        self.ensure_one()
        if self.planned_start <= now:
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s: that time has passed. Choose one "
                    "that lies ahead.",
                    appointment=self.name,
                )
            )
        missing = [
            self._fields[fname]._description_string(self.env)
            for fname in ("complaint", "advisor_id", "cost_told", "agreed_by")
            if not self[fname]
        ]
        if self.agreed_how == "screen" and not self.signature:
            missing.append(self._fields["signature"]._description_string(self.env))
        if missing:
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s: fill in %(fields)s before it is "
                    "agreed with the customer.",
                    appointment=self.name,
                    fields=", ".join(missing),
                )
            )

    def _notify_agreed(self):
        """Tell workshop, adviser and parts department at once (R-APPT-08, 09)."""
        self.ensure_one()
        told = {self.team_id.leader_id: self.env._("Keep a bay free")}
        if self.advisor_id != self.env.user:
            told[self.advisor_id] = self.env._("You receive this customer")
        if any(line._is_part() for line in self.line_ids):
            keeper = self._get_colleague("parts_keeper")
            told[keeper] = self.env._("Put the parts on the appointment shelf")
        day = fields.Datetime.context_timestamp(self, self.agreed_at).date()
        for user, summary in told.items():
            if user:
                self.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=day,
                    summary=summary,
                    user_id=user.id,
                )

    def _get_colleague(self, role):
        """Return who of the company with ``role`` is told, or no record."""
        group = self.env.ref(f"aftersales.group_aftersales_{role}")
        # sudo: who has a role is no secret among colleagues
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("share", "=", False),
                    ("all_group_ids", "in", group.ids),
                    ("company_ids", "in", self.company_id.ids),
                ],
                order="id desc",
                limit=1,
            )
        )

    # -- Making ready ------------------------------------------------------------------

    def action_tell_workshop(self):
        """State that the workshop keeps a bay free (R-APPT-08, C-35)."""
        self._check_step(("advisor", "dispatcher"), HOLD_STATES)
        for appointment in self.filtered(lambda a: not a.workshop_told_at):
            appointment._stamp(
                workshop_told_at=fields.Datetime.now(),
                workshop_told_by_id=self.env.uid,
            )
        self._deadline_reach("workshop_told")
        return True

    def action_prepare(self):
        """State that all is ready for the customer (R-APPT-10).

        :raises UserError: naming what of the checklist is missing, or when the
            workshop has not been told
        """
        self._check_step(("advisor",), ("agreed",))
        for appointment in self:
            missing = [
                self._fields[fname]._description_string(self.env)
                for fname in CHECKLIST
                if not appointment[fname]
            ]
            if not appointment.workshop_told_at:
                missing.insert(0, self.env._("Workshop told"))
            if missing:
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s is not ready yet: %(missing)s.",
                        appointment=appointment.name,
                        missing=", ".join(missing),
                    )
                )
            appointment._check_before_prepare()
        self._stamp(state="prepared")
        return True

    def _check_before_prepare(self):
        """Hook: raise UserError for what is not ready."""

    def action_confirm_day(self):
        """The customer keeps it, asked half a day or a day before (R-APPT-11, 12)."""
        self._check_step(("advisor",), ("prepared",))
        self._stamp(state="reminded", day_confirmed_at=fields.Datetime.now())
        self._deadline_reach("day_confirmed")
        return True

    def action_confirm_hour(self):
        """The customer is on his way, asked an hour before (R-APPT-12)."""
        self._check_step(("advisor",), ("prepared", "reminded"))
        self._stamp(state="reminded", hour_confirmed_at=fields.Datetime.now())
        self._deadline_reach("hour_confirmed")
        return True

    # -- What becomes of it ------------------------------------------------------------

    def action_arrive(self):
        """The customer is here: make the ticket, with all that is known (R-APPT-17).

        :return: action that opens the ticket
        """
        self.ensure_one()
        self._check_step(("advisor",), HOLD_STATES)
        now = fields.Datetime.now()
        ticket = self.env["aftersales.ticket"].create(self._prepare_ticket_vals(now))
        self._stamp(
            state="arrived",
            ticket_id=ticket.id,
            arrived_at=now,
            received_by_id=self.env.uid,
        )
        self._deadline_reach("received", now)
        self.activity_unlink(["mail.mail_activity_data_todo"])
        ticket.message_post(body=self._get_arrival_note())
        self._after_arrive(ticket)
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.ticket",
            "res_id": ticket.id,
            "view_mode": "form",
        }

    def _prepare_ticket_vals(self, now):
        """Return the values of the ticket this appointment becomes."""
        self.ensure_one()
        vals = {
            "company_id": self.company_id.id,
            "channel": self.channel,
            "ticket_type": self.ticket_type,
            "service_mode": self.service_mode,
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "vehicle_id": self.vehicle_id.id,
            "odometer": self.odometer,
            "complaint": self.complaint,
            "team_id": self.team_id.id,
            "advisor_id": self.advisor_id.id,
            "technician_id": self.technician_id.id,
            "planned_hours": self.planned_hours,
            "reported_at": now,
            "line_ids": [
                fields.Command.create(line._prepare_ticket_line_vals())
                for line in self.line_ids
            ],
        }
        if self.service_mode == "onsite":
            vals["planned_at"] = self.planned_start
        else:
            vals["promised_at"] = self.promised_at
        return vals

    def _get_arrival_note(self):
        """Return what the ticket's log says about the appointment."""
        self.ensure_one()
        note = [self.env._("From appointment %(name)s.", name=self.name)]
        if self.diagnosis:
            note.append(self.env._("By phone: %(text)s", text=self.diagnosis))
        if self.solution:
            note.append(self.env._("Proposed: %(text)s", text=self.solution))
        return " ".join(note)

    def _after_arrive(self, ticket):
        """Hook: the customer has arrived and has a ticket."""

    def action_no_show(self):
        """The customer has not come; what was held for him is free (R-APPT-15).

        :raises UserError: before the agreed time
        """
        self._check_step(("advisor",), HOLD_STATES)
        now = fields.Datetime.now()
        for appointment in self:
            if appointment.planned_start > now:
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s: the agreed time has not come "
                        "yet. Cancel it if the customer has called off.",
                        appointment=appointment.name,
                    )
                )
        self._stamp(state="no_show", no_show_at=now)
        self._release()
        return True

    def action_cancel(self):
        """Call the appointment off; the reason must be written.

        :raises UserError: without a reason
        """
        self._check_step(("advisor",), ("draft", *HOLD_STATES))
        for appointment in self:
            if not appointment.end_reason:
                raise UserError(
                    self.env._(
                        "Write the reason on appointment %(appointment)s before you "
                        "cancel it.",
                        appointment=appointment.name,
                    )
                )
        self._stamp(state="cancelled")
        self._release()
        return True

    def _release(self):
        """Free what was held: time, activities, deadlines."""
        self._deadline_cancel()
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _reschedule(self, start, moved_by, reason, told_to):
        """Agree another time for this appointment (R-APPT-13).

        The register keeps the old one as rescheduled. When it is us who cannot keep
        it, the customer must hear before he sets out.

        :param start: the new time, naive UTC
        :param moved_by: ``customer`` or ``company``
        :param told_to: name of who was told
        :return: the new appointment, agreed
        :raises UserError: when we move a time that has come, or the new one cannot
            be kept
        """
        self.ensure_one()
        self._check_step(("advisor",), HOLD_STATES)
        now = fields.Datetime.now()
        if moved_by == "company" and self.planned_start <= now:
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s: its time has come. A customer is "
                    "told before he sets out, never on arrival.",
                    appointment=self.name,
                )
            )
        following = self.copy(
            {
                "planned_start": start,
                "agreed_by": told_to,
                "agreed_how": "phone",
                "cost_told": self.cost_told,
                "odometer": self.odometer,
                "line_ids": [
                    fields.Command.create(line.copy_data()[0]) for line in self.line_ids
                ],
            }
        )
        self._stamp(
            state="rescheduled",
            moved_by=moved_by,
            end_reason=reason,
            customer_told_at=now,
            customer_told_to=told_to,
            next_id=following.id,
        )
        self._hand_over(following)
        following.action_agree()
        self._release()
        return following

    def _hand_over(self, following):
        """Hook: give what was held to the appointment that takes the place."""

    def action_open_reschedule(self):
        """Open the form that asks for the new time."""
        self.ensure_one()
        self._check_step(("advisor",), HOLD_STATES)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move Appointment"),
            "res_model": "aftersales.appointment.move",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_appointment_id": self.id,
                "default_told_to": self.agreed_by,
            },
        }

    def action_open_ticket(self):
        """Open the ticket the appointment has become."""
        self.ensure_one()
        return self.ticket_id._get_records_action()

    def action_print(self):
        """Print the appointment slip (form F15)."""
        return self.env.ref("aftersales.action_report_appointment").report_action(self)
