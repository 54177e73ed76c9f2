from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_requisition_required = fields.Boolean(
        related="company_id.aftersales_requisition_required", readonly=False
    )
