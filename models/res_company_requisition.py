from odoo import fields, models


class ResCompany(models.Model):
    """How the workshop asks for parts."""

    _inherit = "res.company"

    aftersales_requisition_required = fields.Boolean(
        string="Parts by requisition only",
        help="Who asks for parts fills in a requisition, and the superior approves it "
        "before the slips are made (R-PART-14).",
    )
