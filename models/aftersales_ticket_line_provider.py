from odoo import models


class AftersalesTicketLine(models.Model):
    """Who bears a line under warranty follows from the term it falls under."""

    _inherit = "aftersales.ticket.line"

    def _get_named_provider(self):
        """Return whom campaign or term of this line name; empty: as the company set."""
        self.ensure_one()
        if self.campaign_vehicle_id:
            return self.campaign_vehicle_id.campaign_id.provider_id
        return self.warranty_decision_id.coverage_id.provider_id

    def _is_provider_bound(self):
        """Return whether campaign or decision say who bears this line."""
        self.ensure_one()
        return (
            self.payer == "warranty"
            and self.approval != "declined"
            and bool(
                self.campaign_vehicle_id
                or self.warranty_decision_id.result == "covered"
            )
        )

    def _follow_term_provider(self):
        """Let whoever the term of this covered line names bear the ticket's warranty.

        A term that names nobody leaves whom the ticket has, unless another term put
        him there.

        :raises UserError: when other lines of the ticket are borne by another
        """
        self.ensure_one()
        ticket = self.ticket_id
        bound = (ticket.line_ids - self).filtered(
            lambda line: line._is_provider_bound()
        )
        provider = self._get_named_provider()
        if not provider:
            bound = bound.filtered(lambda line: line._get_named_provider())
            # sudo: a setting of the company, whatever the reader's rights
            provider = ticket.company_id.sudo().aftersales_warranty_provider_id
            if not bound:
                return
        ticket._bind_warranty_provider(
            provider,
            self.env._(
                "%(line)s, covered by %(coverage)s,",
                line=self.name,
                coverage=self.warranty_decision_id.coverage_id.display_name,
            ),
            bound,
        )
