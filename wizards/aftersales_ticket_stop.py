from odoo import fields, models


class AftersalesTicketStop(models.TransientModel):
    """Ask why a ticket is put on hold, cancelled or sent back for rework."""

    _name = "aftersales.ticket.stop"
    _description = "Hold, Cancel or Rework a Ticket"

    ticket_id = fields.Many2one("aftersales.ticket", required=True, readonly=True)
    kind = fields.Selection(
        [("hold", "Hold"), ("cancel", "Cancel"), ("rework", "Rework")], required=True
    )
    on_hold_reason = fields.Selection(
        lambda self: (
            self.env["aftersales.ticket"]
            ._fields["on_hold_reason"]
            ._description_selection(self.env)
        ),
        default="parts",
    )
    reason = fields.Char()

    def action_confirm(self):
        """Hold, cancel or send back with the reason given."""
        self.ensure_one()
        ticket = self.ticket_id
        if self.kind == "hold":
            ticket.action_hold(self.on_hold_reason)
        elif self.kind == "cancel":
            ticket.action_cancel(self.reason)
        else:
            ticket.action_fail_inspection(self.reason)
        if self.reason:
            ticket.message_post(body=self.reason)
        return {"type": "ir.actions.act_window_close"}
