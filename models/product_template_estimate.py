from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_is_safety = fields.Boolean(
        string="Concerns Safety",
        help="Work or part on brakes, steering, tyres and the like: a customer who "
        "refuses it is warned, and signs for it (R-SIGN-04).",
    )
