from odoo import fields, models


class AftersalesReception(models.Model):
    """Recalls are announced at check-in (R-BEY-08)."""

    _inherit = "aftersales.reception"

    open_campaign_ids = fields.Many2many(related="ticket_id.open_campaign_ids")

    def action_add_campaigns(self):
        """Put the remedies of all open campaigns on the ticket (R-BEY-08)."""
        return self.ticket_id.action_add_campaigns()
