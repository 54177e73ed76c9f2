from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.business_time import Clocks
from .aftersales_addition import OPEN_STATES
from .aftersales_ticket_billing import ADDITIONAL_STATES

ACTIVITY_REPORTED = "aftersales.activity_addition_reported"
ACTIVITY_ANSWERED = "aftersales.activity_addition_answered"


class AftersalesAddition(models.Model):
    """The steps of additional work: adviser, customer, workshop (R-ADD-01..06)."""

    _inherit = "aftersales.addition"

    # -- The adviser hears of it at once (R-WORK-02, R-DISP-09, R-ADD-05) --------------

    def _tell_advisor(self):
        """Call the adviser of each addition, unless he entered it himself."""
        default = {}
        for addition in self:
            user = addition.advisor_id
            if not user:
                company = addition.company_id
                if company not in default:
                    default[company] = self.env["aftersales.deadline"]._default_user(
                        "advisor", company
                    )
                user = default[company]
            if user and user != self.env.user:
                # sudo: whoever reports may not plan activities for others' documents
                addition.sudo().activity_schedule(
                    ACTIVITY_REPORTED,
                    user_id=user.id,
                    summary=self.env._("Call the customer: %s", addition.finding),
                    note=addition.reason,
                )
            # sudo: the ticket's log, for who reports and may only read the ticket
            addition.ticket_id.sudo()._message_log(
                body=self.env._(
                    "Additional work found by %(user)s: %(finding)s (%(number)s)",
                    user=addition.reported_by_id.name,
                    finding=addition.finding,
                    number=addition.name,
                ),
                author_id=self.env.user.partner_id.id,
            )

    # -- The customer is asked ---------------------------------------------------------

    def action_call(self):
        """Open the record of the call in which the customer is asked (R-ADD-01).

        :raises UserError: while price, delay or explanation are missing
        """
        self.ensure_one()
        self._check_askable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call the Customer"),
            "res_model": "aftersales.addition.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_addition_id": self.id},
        }

    def action_send(self):
        """Lay the additional work before the customer in his portal (R-SIGN-05).

        His signature there, or his refusal, is the answer.

        :raises UserError: while something is missing, or no payer can be written to
        """
        for addition in self:
            addition._check_askable()
            ticket = addition.ticket_id
            ticket._check_state(*ADDITIONAL_STATES)
            ticket._billing_check_payers()
            ticket._billing_sync(create=True)
            ticket.action_send_quotations()
            addition._mark_asked(
                "portal", (ticket.contact_id or ticket.partner_id).name
            )

    def _check_open(self):
        """Raise UserError where the customer has answered, or it was dropped."""
        for addition in self:
            if addition.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s is answered or dropped "
                        "already.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )

    def _check_askable(self):
        """Raise UserError until everything the customer must hear is known."""
        for addition in self:
            addition.ticket_id._check_role("advisor")
            addition._check_open()
            missing = []
            if not addition.explanation:
                missing.append(self.env._("the technical explanation"))
            if not addition.line_ids.filtered(lambda line: line.approval == "proposed"):
                missing.append(self.env._("parts or operations with their price"))
            if addition.ticket_id.promised_at and not addition.promised_after:
                missing.append(self.env._("the new promised time"))
            if missing:
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s: before the customer is "
                        "asked, enter %(missing)s.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                        missing=", ".join(missing),
                    )
                )

    def _mark_asked(self, how, person, at=None):
        """Stamp that the customer has heard of the work, its price and the delay.

        :param how: a key of ``asked_how``
        :param person: name of who was spoken to
        """
        for addition in self:
            # sudo: stamps are not editable; role and state were checked by the step
            addition.sudo().write(
                {
                    "state": "asked",
                    "asked_at": at or fields.Datetime.now(),
                    "asked_by_id": self.env.uid,
                    "asked_how": how,
                    "asked_person": person,
                    "promised_before": addition.ticket_id.promised_at,
                }
            )
        # sudo: the call was made, whoever had been asked to make it
        self.sudo().activity_feedback([ACTIVITY_REPORTED])

    # -- He answers --------------------------------------------------------------------

    def _answer(self, agreed, by, how, reason=None):
        """Take over what the customer said on the phone or in person.

        :param agreed: the lines he agreed to; he refused the others
        :param by: his name
        :param how: in words, as on the lines
        :param reason: aftersales.decline.reason of what he refused
        :raises UserError: when the ticket is on hold for another reason, or no longer
            at work
        """
        self.ensure_one()
        self._check_open()
        ticket = self.ticket_id
        ticket._lock_step()
        if ticket.on_hold_reason in ("customer", "approval"):
            ticket.action_resume()
        ticket._check_state(*ADDITIONAL_STATES)
        # sudo: the answer's stamps; the lines' own answer completes them
        self.sudo().write({"answered_by": by, "answered_how": how})
        proposed = self.line_ids.filtered(lambda line: line.approval == "proposed")
        agreed &= proposed
        refused = proposed - agreed
        refused._decline(reason=reason, by=by, how=how)
        ticket._answer_lines(agreed, refused, by, how)

    def _follow_lines(self):
        """Let the answer follow from that of the lines, however it was given."""
        for addition in self:
            lines = addition.line_ids
            open_lines = lines.filtered(lambda line: line._waits_for_answer())
            if addition.state in OPEN_STATES and lines and not open_lines:
                addition._settle()
            elif addition.state in ("answered", "done") and open_lines:
                addition._reopen()

    def _settle(self):
        """Record the answer, promise the new time, and call the workshop (R-DISP-09).

        Called in sudo, from the customer's own signature in the portal, too.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        lines = self.line_ids
        agreed = lines.filtered(lambda line: line.approval == "approved")
        answer = "agreed" if agreed == lines else "partly" if agreed else "refused"
        self.write(
            {
                "state": "answered",
                "answer": answer,
                "answered_at": now,
                "answered_by": self.answered_by
                or agreed[:1].approved_by
                or self.partner_id.name,
                "answered_how": self.answered_how
                or agreed[:1].approved_how
                or self.env._("Declined the quotation"),
                "issued_at": now if agreed else False,
                "promised_before": self.promised_before or self.ticket_id.promised_at,
            }
        )
        if agreed:
            self._promise(agreed)
        if lines - agreed:
            self._keep_for_later(lines - agreed)
        self.activity_feedback([ACTIVITY_REPORTED])
        self._call_workshop()

    def _promise(self, agreed):
        """Promise the time that the customer was told with his consent (R-ADD-04)."""
        ticket = self.ticket_id
        if not self.promised_after or not ticket.promised_at:
            return
        after = self.promised_after
        if agreed != self.line_ids:
            hours = min(self._get_delay_hours(agreed), self.delay_hours)
            after = min(after, self._get_promised_after(hours, Clocks()))
        if after > ticket.promised_at:
            self._move_promise(after)

    def _move_promise(self, after):
        """Promise the ticket for ``after``: the customer has agreed to it."""
        self.ticket_id.with_context(aftersales_delay_told=True).promised_at = after

    def _keep_for_later(self, refused):
        """Keep refused work in the vehicle's file, once (R-ADD-06, R-VEH-09)."""
        vehicle = self.vehicle_id
        if not vehicle or self.recommendation_ids:
            return
        self.env["aftersales.vehicle.recommendation"].create(
            [
                {
                    "name": line.name,
                    "vehicle_id": vehicle.id,
                    "product_id": line.product_id.id,
                    "ticket_id": self.ticket_id.id,
                    "addition_id": self.id,
                    "is_safety": self.is_safety,
                    "note": self.finding,
                }
                for line in refused
                if line.approval == "declined"
            ]
        )

    def _call_workshop(self):
        """Call the dispatcher and who found it: the answer is there."""
        labels = dict(self._fields["answer"]._description_selection(self.env))
        ticket = self.ticket_id
        people = ticket._deadline_user("dispatcher") | ticket.technician_id
        if self.source != "customer":
            people |= self.reported_by_id
        for user in people.filtered("active"):
            self.activity_schedule(
                ACTIVITY_ANSWERED,
                user_id=user.id,
                summary=self.env._(
                    "%(answer)s: %(finding)s",
                    answer=labels[self.answer],
                    finding=self.finding,
                ),
            )

    def _reopen(self):
        """Ask again: the order was withdrawn, its lines wait for a new answer."""
        self.ensure_one()
        self.write(
            {
                "state": "asked" if self.asked_at else "reported",
                "answer": False,
                "answered_at": False,
                "answered_by": False,
                "answered_how": False,
                "issued_at": False,
                "workshop_told_at": False,
                "workshop_told_to_id": False,
                "workshop_told_by_id": False,
            }
        )
        self.activity_unlink([ACTIVITY_ANSWERED])
        self.recommendation_ids.filtered(lambda kept: kept.state == "open").unlink()
