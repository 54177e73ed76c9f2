from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from .aftersales_ticket_billing import ADDITIONAL_STATES


class AftersalesTicket(models.Model):
    """What payers answer: signature, office, refusal; and how the ticket follows."""

    _inherit = "aftersales.ticket"

    def _billing_orders_confirmed(self, orders):
        """Take over what confirmed orders mean: their lines are agreed.

        Called in sudo, from a signature on the portal, a paid deposit or the office.

        :param orders: the orders just confirmed, all of these tickets
        """
        for order in orders:
            by, how = order._aftersales_answer()
            lines = order.order_line.aftersales_line_ids
            lines.filtered(lambda line: line.approval != "approved")._approve(by, how)
            lines._sync_delivered()
        self._billing_advance(orders)
        for ticket in self:
            if ticket.state in ADDITIONAL_STATES and not ticket._get_waiting_orders():
                by, how = (orders & ticket.order_ids)[:1]._aftersales_answer()
                ticket._billing_settle_covered(by, how)

    def _billing_orders_cancelled(self, orders, declined):
        """Take over what cancelled orders mean for their lines.

        :param orders: the orders just cancelled, all of these tickets
        :param declined: those the payer refused; the others were withdrawn and their
            lines can be quoted again
        """
        lines = (orders - declined).order_line.aftersales_line_ids
        lines.filtered(lambda line: line.approval == "approved").write(
            {
                "approval": "proposed",
                "approved_by": False,
                "approved_how": False,
                "approved_at": False,
            }
        )
        declined.order_line.aftersales_line_ids._decline()
        for order in declined:
            order.aftersales_ticket_id._message_log(
                body=self.env._(
                    "%(partner)s declined order %(order)s.",
                    partner=order.partner_id.display_name,
                    order=order.name,
                )
            )
        self._billing_advance(orders)

    def _billing_advance(self, orders):
        """Move quoted tickets on once every order that needs an answer has one.

        :param orders: the orders whose answers came in just now
        """
        for ticket in self:
            if ticket.state != "quoted" or ticket._get_waiting_orders():
                continue
            answered = ticket._get_consent_order(orders)
            if not answered or self.env.context.get("aftersales_consent"):
                continue
            if ticket.on_hold_reason in ("customer", "approval"):
                ticket.action_resume()
            if ticket.on_hold_reason or ticket.state != "quoted":
                # Resuming takes the ticket on; the answer is kept on the order.
                continue
            by, __ = answered._aftersales_answer()
            way = answered._aftersales_answer_way()
            if way == "portal":
                author = answered.partner_id.id
                ticket = ticket.with_context(aftersales_author=author)
            ticket._approve(by, way)

    def _get_log_author(self):
        # The page works as the superuser for the customer. Nobody logs in as that one,
        # so that no client can put a name of his choice here.
        author = self.env.context.get("aftersales_author")
        if author and self.env.uid == SUPERUSER_ID:
            return author
        return super()._get_log_author()

    def _get_consent_order(self, orders):
        """Return the confirmed order whose answer is the consent to the ticket.

        The customer's own before the insurer's, the latest answer before others.

        :param orders: the orders whose answers came in just now
        """
        self.ensure_one()
        confirmed = self.order_ids.filtered(lambda order: order.state == "sale")
        return confirmed.sorted(
            lambda order: (order.aftersales_payer != "customer", order not in orders)
        )[:1]

    def action_resume(self):
        """Take the ticket up again; answers that came meanwhile count."""
        result = super().action_resume()
        # sudo: orders are read whatever the rights of who resumes; no state but
        # the one the payers' answers lead to is set
        waiting = self.sudo().filtered(lambda ticket: ticket.state == "quoted")
        waiting._billing_advance(waiting.order_ids)
        return result

    def _approve(self, by, how, at=None):
        """Record consent; in the office it answers the open orders as well.

        :raises UserError: when a payer is missing
        """
        for ticket in self:
            ticket._check_next("approved")
        self._billing_check_payers()
        if how != "portal":
            self._billing_sync(create=True)
            # sudo: the advisor records the payer's answer; the wizard checked his role
            orders = self.sudo()._get_waiting_orders()
            labels = dict(self._fields["consent_how"]._description_selection(self.env))
            consent = {"by": by, "how": labels[how]}
            orders.with_context(aftersales_consent=consent).action_confirm()
        return super()._approve(by, how, at)

    def _get_consent_lines(self):
        # What somebody is billed for is agreed by his order, not by the way.
        return super()._get_consent_lines().filtered(lambda line: not line._is_billed())

    def _check_before_approve(self):
        result = super()._check_before_approve()
        # sudo: the question only; who records consent need not see orders
        for order in self.sudo()._get_waiting_orders():
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: order %(order)s still waits for the answer of "
                    "%(partner)s.",
                    ticket=order.aftersales_ticket_id.name,
                    order=order.name,
                    partner=order.partner_id.display_name,
                )
            )
        return result

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "approved":
            labels = dict(self._fields["consent_how"]._description_selection(self.env))
            for ticket in self:
                ticket._billing_settle_covered(
                    ticket.consent_by, labels.get(ticket.consent_how)
                )
        elif new == "cancelled":
            # sudo: giving a ticket up withdraws its orders; the step is checked
            orders = self.sudo().order_ids.filtered(
                lambda order: (
                    order.state in ("draft", "sent")
                    or (order.state == "sale" and order._aftersales_is_untouched())
                )
            )
            if orders:
                orders.with_context(aftersales_sync=True)._action_cancel()
        return result

    def _billing_settle_covered(self, by, how):
        """A consent covers what nobody is asked to pay as well: lines at our own cost
        are agreed, and orders of the warranty provider stand.

        :param by: who agreed
        :param how: in words
        """
        # sudo: follows from the consent, whoever gave it
        tickets = self.sudo().with_context(aftersales_sync=True)
        tickets._billing_sync(create=True, payers=("warranty",))
        for ticket in tickets:
            covered = ticket._get_covered_lines().filtered(
                lambda line: line.approval == "proposed"
            )
            if covered:
                covered._approve(by, how)
        orders = tickets.order_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        orders -= orders._aftersales_needs_answer()
        if orders:
            orders.with_context(
                aftersales_consent={"by": by, "how": how}
            ).action_confirm()

    # -- Additional items, and answers given to the office ----------------------------

    def action_approve_additional(self):
        """Open the record of consent to additional items (R-ADD-03, R-SIGN-02)."""
        self.ensure_one()
        self._check_role("advisor")
        self._check_state(*ADDITIONAL_STATES)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Consent to Additional Items"),
            "res_model": "aftersales.ticket.consent",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id, "default_kind": "additional"},
        }

    def _approve_additional(self, by, how):
        """Record consent to everything proposed since the ticket was approved.

        :param by: name of the person who agreed
        :param how: ``signature``, ``phone`` or ``in_person``
        :raises UserError: when nothing is proposed, or a payer is missing
        """
        self.ensure_one()
        self._check_state(*ADDITIONAL_STATES)
        if not self.line_ids.filtered(lambda line: line.approval == "proposed"):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: nothing waits for consent.", ticket=self.name
                )
            )
        self._billing_check_payers()
        self._billing_sync(create=True)
        # sudo: the advisor records the payer's answer; the caller checked his role
        orders = self.sudo()._get_waiting_orders()
        if orders:
            consent = {"by": by, "how": how}
            orders.with_context(aftersales_consent=consent).action_confirm()
        self._billing_settle_covered(by, how)

    def action_decline_orders(self):
        """Record that the payer declines what he was asked (R-SIGN-04, R-ADD-06).

        The open quotations are cancelled and their lines declined.

        :raises UserError: when no quotation waits for an answer
        """
        self._check_role("advisor")
        self._lock_step()
        # sudo: advisors hold no sales rights; role and records are checked above
        orders = self.sudo()._get_waiting_orders()
        if not orders:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: no quotation waits for an answer.",
                    ticket=", ".join(self.mapped("name")),
                )
            )
        orders.filtered(lambda order: order.state == "draft").action_quotation_sent()
        orders._action_cancel()
        return True
