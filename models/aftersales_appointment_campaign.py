from odoo import fields, models


class AftersalesAppointment(models.Model):
    """Recalls are announced when an appointment is made (R-BEY-08)."""

    _inherit = "aftersales.appointment"

    open_campaign_ids = fields.Many2many(
        related="vehicle_id.open_campaign_ids", string="Open Campaigns"
    )
