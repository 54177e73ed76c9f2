from odoo import api, models


class AftersalesInspectionLine(models.Model):
    """The points of a final inspection are the inspector's (R-QC-02)."""

    _inherit = "aftersales.inspection.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.inspection_id._check_final_writer()
        return lines

    def write(self, vals):
        self.inspection_id._check_final_writer()
        return super().write(vals)
