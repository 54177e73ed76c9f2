from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_site_record_required = fields.Boolean(
        string="Site Repair Record Required",
        default=True,
        help="A visit on site is delivered only with the repair record that the "
        "customer has signed (R-WORK-10).",
    )
