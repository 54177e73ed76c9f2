from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_settlement_required = fields.Boolean(
        string="Settlement before the Gate Pass",
        default=True,
        help="A vehicle leaves the workshop only once its ticket is settled: papers "
        "complete, billed as approved (R-SETT-02, R-SETT-06).",
    )
