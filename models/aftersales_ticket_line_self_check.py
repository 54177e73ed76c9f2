from odoo import models


class AftersalesTicketLine(models.Model):
    """Work finished after the self-check asks for another one (R-WORK-08)."""

    _inherit = "aftersales.ticket.line"

    def action_done(self):
        result = super().action_done()
        self.ticket_id._reset_self_check()
        return result
