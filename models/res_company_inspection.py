from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_self_check_required = fields.Boolean(
        string="Self-Check Required",
        default=True,
        help="Work is reported finished only after the technician's own check "
        "(R-WORK-08).",
    )
    aftersales_final_sheet_required = fields.Boolean(
        string="Inspection Sheet Required",
        default=True,
        help="Work passes only with a finished inspection sheet (R-QC-02).",
    )
    aftersales_inspector_qualified = fields.Boolean(
        string="Qualified Inspectors Only",
        default=True,
        help="Only who is named a qualified inspector, with a date that has not "
        "passed, inspects finished work (R-QC-02).",
    )
