from odoo import models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """When the customer of a ticket pays: his card, else the policy (R-PAY-09)."""

    _inherit = "aftersales.ticket"

    def _get_payment_rule(self):
        """Return when the customer pays: ``prepaid``, ``handover`` or ``account``.

        What his card says; else on account where it names a settlement cycle; else
        what the ticket's policy says; else at handover.
        """
        self.ensure_one()
        # sudo: a setting of the customer, decided on for who takes the next step
        partner = self.sudo().partner_id.commercial_partner_id
        partner = partner.with_company(self.company_id)
        if partner.aftersales_payment_rule:
            return partner.aftersales_payment_rule
        if partner.aftersales_settlement_cycle in ("month", "quarter"):
            return "account"
        return self.policy_id.payment_rule or "handover"

    def _prepare_order_vals(self, payer):
        vals = super()._prepare_order_vals(payer)
        if payer == "customer":
            rule = self._get_payment_rule()
            if rule == "prepaid":
                vals.update({"require_payment": True, "prepayment_percent": 1.0})
            elif rule == "account":
                vals["require_payment"] = False
        return vals

    def action_vouch_credit(self):
        self._check_not_prepaid()
        return super().action_vouch_credit()

    def _check_not_prepaid(self):
        """Refuse credit where the terms are to pay in advance; the manager may give it.

        :raises UserError: naming the ticket
        """
        if self.env.user.has_group("aftersales.group_aftersales_manager"):
            return
        for ticket in self:
            if ticket._get_payment_rule() == "prepaid":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(customer)s pays in advance. Collect the "
                        "money, or ask the manager to vouch.",
                        ticket=ticket.name,
                        customer=ticket.partner_id.name,
                    )
                )
