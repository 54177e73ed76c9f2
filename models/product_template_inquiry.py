from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_bought_alone = fields.Selection(
        [
            ("alone", "Can be bought by itself"),
            ("assembly", "Only with its assembly"),
            ("none", "Cannot be bought"),
        ],
        string="Bought Alone",
        help="What Purchasing said when the store asked (R-PART-08).",
    )
