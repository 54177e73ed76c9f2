from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_site_record_required = fields.Boolean(
        related="company_id.aftersales_site_record_required", readonly=False
    )
    aftersales_downtime_copies = fields.Integer(
        related="company_id.aftersales_downtime_copies", readonly=False
    )
