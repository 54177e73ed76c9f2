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
    aftersales_inspection_hours = fields.Float(
        string="Time for the Inspection Sheet",
        default=2.0,
        help="Hours after the work was reported finished within which the sheet of the "
        "final inspection is to be done (R-QC-10).",
    )
    aftersales_internal_handover_required = fields.Boolean(
        string="Internal Handover Required",
        default=True,
        help="The vehicle goes to the customer only after the adviser has taken it "
        "over from the inspector (R-QC-08).",
    )

    _aftersales_inspection_hours_check = models.Constraint(
        "CHECK(COALESCE(aftersales_inspection_hours, 1) > 0)",
        "An inspection sheet takes more than no time.",
    )
