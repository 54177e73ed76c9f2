from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_addition import OPEN_STATES
from .aftersales_ticket_billing import ADDITIONAL_STATES


class AftersalesTicket(models.Model):
    """Work found after the order was agreed, and the gate until it is answered."""

    _inherit = "aftersales.ticket"

    addition_ids = fields.One2many("aftersales.addition", "ticket_id", copy=False)
    addition_count = fields.Integer(compute="_compute_addition_count")
    addition_open_count = fields.Integer(
        compute="_compute_addition_count",
        help="Additional work that is not answered, or of which the workshop has not "
        "been told.",
    )

    def _compute_addition_count(self):
        counts = {}
        for ticket, state, count in self.env["aftersales.addition"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id", "state"], ["__count"]
        ):
            known = counts.setdefault(ticket, [0, 0])
            known[0] += count
            known[1] += count if state in (*OPEN_STATES, "answered") else 0
        for ticket in self:
            total, still_open = counts.get(ticket._origin, (0, 0))
            ticket.addition_count = total
            ticket.addition_open_count = still_open

    # -- Reporting ---------------------------------------------------------------------

    def action_report_finding(self):
        """Open the report of additional work found on this ticket (R-WORK-02).

        :raises UserError: before the order is agreed, or after the work is finished
        """
        self.ensure_one()
        self._check_role("technician", "advisor", "inspector")
        self._check_addition_possible()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report a Finding"),
            "res_model": "aftersales.addition",
            "views": [
                (self.env.ref("aftersales.addition_view_form_report").id, "form")
            ],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def _check_addition_possible(self):
        """Raise UserError where a finding belongs to the estimate, or comes too late.

        A ticket on hold takes reports: they may be the reason why it is.
        """
        for ticket in self:
            if ticket.state not in ADDITIONAL_STATES:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is %(state)s. What is found before the "
                        "order is agreed goes on the estimate; what is found after "
                        "the work is a new ticket.",
                        ticket=ticket.name,
                        state=labels[ticket.state],
                    )
                )

    def action_open_additions(self):
        """Open the additional work of this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.addition_action"
        )
        action.update(
            domain=[("ticket_id", "=", self.id)],
            context={"default_ticket_id": self.id},
        )
        if len(self.addition_ids) == 1:
            action.update(res_id=self.addition_ids.id, views=[(False, "form")])
        return action

    # -- The answer on orders of their own ---------------------------------------------

    def _answer_lines(self, agreed, refused, by, how):
        """Record the answer to just these lines; others go on waiting.

        Who is billed for what was agreed gets an additional order with that alone,
        which is confirmed; what else waited on the same quotation goes on a new one.
        A quotation of which nothing was wanted is cancelled with that answer.

        :param agreed: proposed lines of this ticket
        :param refused: lines of this ticket that were declined just now
        :param by: name of the person who answered
        :param how: in words
        :raises UserError: when a payer is missing, or the ticket is not at work
        """
        self.ensure_one()
        self._check_state(*ADDITIONAL_STATES)
        # sudo: advisors hold no sales rights; the caller has checked role and state
        ticket = self.sudo()
        asked_on = refused.sudo().asked_order_id.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        if not agreed and not asked_on:
            return
        self._billing_check_payers()
        waiting = ticket._get_waiting_orders().order_line.aftersales_line_ids
        others = waiting - agreed - refused
        alone = ticket.with_context(aftersales_only=agreed.ids)
        alone._billing_sync(create=True)
        orders = alone._get_waiting_orders().filtered(
            lambda order: (
                order in asked_on or order.order_line.aftersales_line_ids & agreed
            )
        )
        if orders:
            orders.with_context(
                aftersales_consent={"by": by, "how": how}
            ).action_confirm()
        if agreed:
            alone._billing_settle_covered(by, how)
        if others:
            ticket._billing_sync(create=True)

    def _get_covered_lines(self):
        lines = super()._get_covered_lines()
        only = self.env.context.get("aftersales_only")
        # A client may send any context, but not this one in sudo.
        if only is not None and self.env.su:
            lines = lines.filtered(
                lambda line: line.approval != "proposed" or line.id in only
            )
        return lines

    # -- Nothing leaves the workshop unanswered ----------------------------------------

    def action_pass_inspection(self):
        """Pass the finished work, once all additional work is answered.

        :raises UserError: naming what waits for the customer or the workshop
        """
        self._check_role("inspector")
        self._check_additions_closed()
        return super().action_pass_inspection()

    def _check_work_done(self):
        result = super()._check_work_done()
        # Where there is an inspection, the customer has until then to answer.
        if self._next_state() == "ready":
            self._check_additions_closed()
        return result

    def _check_additions_closed(self):
        """Raise UserError while additional work waits for an answer, or the workshop
        has not been told of it (R-ADD-02, R-ADD-03)."""
        # sudo: numbers of additional work, for who takes the step
        for addition in self.sudo().addition_ids:
            if addition.state in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: additional work %(addition)s waits for "
                        "the customer's answer. The service advisor calls him.",
                        ticket=addition.ticket_id.name,
                        addition=addition.display_name,
                    )
                )
            if addition.state == "answered":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the customer has answered about "
                        "%(addition)s; take the answer over first.",
                        ticket=addition.ticket_id.name,
                        addition=addition.display_name,
                    )
                )

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "cancelled":
            # sudo: follows from the step, which has been checked
            self.sudo().addition_ids._drop(self.env._("The ticket was cancelled."))
        return result

    def _get_refused_safety_work(self):
        """Return the safety work that the customer refused on this visit, as it is
        kept in the vehicle's file; he signs for it at the handover (R-ADD-06)."""
        self.ensure_one()
        return self.addition_ids.recommendation_ids.filtered(
            lambda kept: kept.is_safety and kept.state == "open"
        )
