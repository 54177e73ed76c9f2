from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_site_record_required = fields.Boolean(
        string="Site Repair Record Required",
        default=True,
        help="A visit on site is delivered only with the repair record that the "
        "customer has signed (R-WORK-10).",
    )
    aftersales_downtime_copies = fields.Integer(
        string="Empty Copies in the Downtime Kit",
        default=1,
        help="How many empty copies of each form are proposed (R-BEY-18).",
    )

    _aftersales_kit_check = models.Constraint(
        "CHECK(COALESCE(aftersales_downtime_copies, 0) >= 0)",
        "A form is printed so many times, or not at all.",
    )
