from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_reception_required = fields.Boolean(
        string="Received before Work",
        default=True,
        help="Work on a vehicle in the workshop begins only after its reception is "
        "closed and signed (R-RECV-03).",
    )
    aftersales_courtesy_checklist = fields.Boolean(
        string="Courtesies at Reception",
        help="The list of courtesies is ticked off at each reception (R-RECV-16).",
    )
