from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    aftersales_ticket_count = fields.Integer(
        "Service tickets",
        compute="_compute_aftersales_ticket_count",
        compute_sudo=True,
    )

    @api.depends("order_line.aftersales_for_line_id")
    def _compute_aftersales_ticket_count(self):
        for order in self:
            order.aftersales_ticket_count = len(order.order_line.aftersales_ticket_id)

    def action_aftersales_tickets(self):
        """Open the tickets that this order buys parts for."""
        self.ensure_one()
        # sudo: which tickets only; the list shows those the user may read
        tickets = self.sudo().order_line.aftersales_ticket_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service tickets"),
            "res_model": "aftersales.ticket",
            "view_mode": "list,form",
            "domain": [("id", "in", tickets.ids)],
            "context": {"create": False},
        }
