from odoo import api, fields, models


class AftersalesTicket(models.Model):
    _inherit = "aftersales.ticket"

    purchase_count = fields.Integer(
        "Number of purchases", compute="_compute_purchase_count", compute_sudo=True
    )

    @api.depends("line_ids.purchase_line_ids.order_id")
    def _compute_purchase_count(self):
        for ticket in self:
            ticket.purchase_count = len(ticket.line_ids.purchase_line_ids.order_id)

    def action_view_purchases(self):
        """Open the purchases for this ticket (Odoo's own rights hold for them)."""
        self.ensure_one()
        self.env["purchase.order"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchases"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": [
                ("order_line.aftersales_for_line_id.ticket_id", "=", self.id),
            ],
            "context": {"create": False},
        }
