from odoo import fields, models


class AftersalesOperation(models.Model):
    """Whether the customer waits for this job (R-RECV-14)."""

    _inherit = "aftersales.operation"

    waiting = fields.Selection(related="ticket_id.waiting")

    def _plan_key(self):
        return (self.waiting != "waits", *super()._plan_key())
