from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_reception_required = fields.Boolean(
        string="Received before Work",
        default=True,
        help="Work on a vehicle in the workshop begins only after its reception is "
        "closed and signed (R-RECV-03).",
    )
