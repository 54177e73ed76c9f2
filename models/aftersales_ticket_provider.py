from odoo import models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """One bears the warranty lines of a ticket: whom its terms name (R-BEY-03, 20)."""

    _inherit = "aftersales.ticket"

    def _bind_warranty_provider(self, provider, source, others):
        """Let ``provider`` bear the warranty lines of this ticket.

        :param provider: res.partner; empty: the company itself
        :param source: in words, what names him
        :param others: lines of the ticket that do not follow him
        :raises UserError: when another bears ``others``, or has agreed to an order
        """
        self.ensure_one()
        if self.warranty_provider_id == provider:
            return
        if others:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: %(what)s is borne by %(provider)s, the "
                    "warranty lines of the ticket by %(other)s: %(lines)s. Open a "
                    "ticket of its own for it.",
                    ticket=self.name,
                    what=source,
                    provider=(provider or self.company_id).display_name,
                    other=(self.warranty_provider_id or self.company_id).display_name,
                    lines=", ".join(others.mapped("name")),
                )
            )
        # sudo: who judges a cause need not edit tickets; the callers have checked him
        ticket = self.sudo()
        ticket.warranty_provider_id = provider
        if ticket.state == "quoted":
            ticket._billing_sync(create=True, payers=("warranty",))
