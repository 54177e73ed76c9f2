from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_hotline = fields.Char(
        string="Service Hotline",
        help="The one number customers call, day and night (R-INT-01). "
        "Printed on the service card and on every service document.",
    )
