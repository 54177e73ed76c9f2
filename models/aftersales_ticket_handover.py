from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """Handover to the customer, and what must be settled before."""

    _inherit = "aftersales.ticket"

    handover_ids = fields.One2many("aftersales.handover", "ticket_id")

    def action_hand_over(self):
        """Open the handover of this ticket; create it when there is none (R-SETT-12).

        :return: action that opens it
        """
        self.ensure_one()
        self._check_role("advisor")
        handover = self.handover_ids
        if not handover:
            self._check_next("delivered")
            handover = self.env["aftersales.handover"].create(
                self._prepare_handover_vals()
            )
        return handover._get_records_action()

    def _prepare_handover_vals(self):
        """Values of a new handover, with the next service by the vehicle's file."""
        self.ensure_one()
        return {
            "ticket_id": self.id,
            "received_by": (self.contact_id or self.partner_id).name,
            "next_service_date": self.vehicle_id.next_service_date,
            "next_service_odometer": self.vehicle_id.next_service_odometer,
        }

    def _needs_gate_pass(self):
        """Whether this ticket is delivered only with a gate pass, by its policy."""
        self.ensure_one()
        rule = self.policy_id.gate_pass_required or "mode"
        return rule == "always" or (
            rule == "mode" and self.service_mode in ("workshop", "factory")
        )

    def _check_before_deliver(self):
        result = super()._check_before_deliver()
        for ticket in self:
            if ticket._needs_gate_pass():
                if not ticket.gate_pass_id:
                    raise UserError(
                        self.env._(
                            "Ticket %(ticket)s: Finance has not issued a gate pass.",
                            ticket=ticket.name,
                        )
                    )
                if ticket.handover_ids.state != "done":
                    raise UserError(
                        self.env._(
                            "Ticket %(ticket)s: the customer has not signed the "
                            "handover. Use Hand over.",
                            ticket=ticket.name,
                        )
                    )
            elif ticket._get_payment_rule() != "account":
                # sudo: the money is looked at, whatever the adviser may see
                ticket.sudo()._check_money_at_handover()
        return result

    def _check_money_at_handover(self):
        """Without a gate pass: what the customer has not paid needs a guarantor.

        :raises UserError: naming the amount
        """
        self.ensure_one()
        if self.credit_guarantor_id:
            return
        for order in self.order_ids:
            if order.state != "sale" or order.aftersales_payer != "customer":
                continue
            received = order._aftersales_amount_received()
            used = order._aftersales_amount_delivered()
            if order.currency_id.compare_amounts(received, used) < 0:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(used)s was delivered on order %(order)s, "
                        "%(received)s is paid. Collect the money, or answer for it "
                        "(Vouch for credit).",
                        ticket=self.name,
                        order=order.name,
                        used=order.currency_id.format(used),
                        received=order.currency_id.format(received),
                    )
                )

    def _check_before_cancel(self):
        result = super()._check_before_cancel()
        for ticket in self.sudo():  # only the names of what is open are shown
            for order in ticket.order_ids:
                if order.state == "sale" and order.invoice_status == "to invoice":
                    raise UserError(
                        self.env._(
                            "Ticket %(ticket)s: order %(order)s must be invoiced "
                            "before the ticket is given up.",
                            ticket=ticket.name,
                            order=order.name,
                        )
                    )
            for move in ticket.invoice_ids:
                if move.state == "draft":
                    raise UserError(
                        self.env._(
                            "Ticket %(ticket)s: invoice %(invoice)s is still a draft. "
                            "Post or delete it first.",
                            ticket=ticket.name,
                            invoice=move.display_name,
                        )
                    )
        return result

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "delivered":
            # sudo: a pass is used by the handover itself, whoever takes it
            passes = self.sudo().gate_pass_ids.filtered(
                lambda gate_pass: gate_pass.state == "issued"
            )
            passes.write({"state": "used"})
        return result
