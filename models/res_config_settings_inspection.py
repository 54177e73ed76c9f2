from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_self_check_required = fields.Boolean(
        related="company_id.aftersales_self_check_required", readonly=False
    )
    aftersales_final_sheet_required = fields.Boolean(
        related="company_id.aftersales_final_sheet_required", readonly=False
    )
    aftersales_inspector_qualified = fields.Boolean(
        related="company_id.aftersales_inspector_qualified", readonly=False
    )
    aftersales_inspection_hours = fields.Float(
        related="company_id.aftersales_inspection_hours", readonly=False
    )
    aftersales_internal_handover_required = fields.Boolean(
        related="company_id.aftersales_internal_handover_required", readonly=False
    )
