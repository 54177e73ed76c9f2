from odoo import fields, models


class AftersalesTicketLine(models.Model):
    """What a maker did not pay, put to the customer: its price is what is left."""

    _inherit = "aftersales.ticket.line"

    claim_difference_ids = fields.One2many(
        "aftersales.warranty.claim.line", "customer_line_id"
    )

    def _is_price_promised(self):
        # sudo: who prices a ticket need not see claims
        return bool(self.sudo().claim_difference_ids) or super()._is_price_promised()
