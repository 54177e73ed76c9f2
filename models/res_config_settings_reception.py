from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_reception_required = fields.Boolean(
        related="company_id.aftersales_reception_required", readonly=False
    )
    aftersales_courtesy_checklist = fields.Boolean(
        related="company_id.aftersales_courtesy_checklist", readonly=False
    )
