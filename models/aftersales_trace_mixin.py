from odoo import models
from odoo.exceptions import UserError


class AftersalesTraceMixin(models.AbstractModel):
    """From any record of the chain to the whole of it (R-BEY-11)."""

    _name = "aftersales.trace.mixin"
    _description = "Link of the Trace"

    def _get_trace_tickets(self):
        """Return the tickets whose chain this record is a link of."""
        return self.ticket_id

    def action_trace(self):
        """Show the whole chain, from the symptom to the payment, on one page.

        :return: action that shows the page; it prints from there
        :raises UserError: when the record belongs to no service ticket
        """
        self.check_access("read")
        tickets = self._get_trace_tickets()
        if not tickets:
            raise UserError(
                self.env._(
                    "%(record)s belongs to no service ticket.",
                    record=", ".join(self.mapped("display_name")),
                )
            )
        tickets.check_access("read")
        report = self.env.ref("aftersales.action_report_trace_page")
        return report.report_action(tickets, config=False)
