from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_guarantee_class = fields.Selection(
        [
            ("overhaul", "Overhaul or assembly"),
            ("secondary", "Second-level maintenance"),
            ("other", "Other work"),
        ],
        string="Guarantee Class",
        required=True,
        default="other",
        help="How long the station answers for this work or part (R-QC-06).",
    )
