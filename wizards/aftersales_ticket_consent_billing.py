from odoo import fields, models


class AftersalesTicketConsent(models.TransientModel):
    _inherit = "aftersales.ticket.consent"

    kind = fields.Selection(
        selection_add=[("additional", "Additional items")],
        ondelete={"additional": "cascade"},
    )

    def action_confirm(self):
        """Record the consent; to additional items, on their own orders (R-ADD-03)."""
        self.ensure_one()
        if self.kind != "additional":
            return super().action_confirm()
        self.ticket_id._check_role("advisor")
        labels = dict(self._fields["how"]._description_selection(self.env))
        self.ticket_id._approve_additional(self.name, labels[self.how])
        return {"type": "ir.actions.act_window_close"}
