from odoo import fields, models


class ProductTemplate(models.Model):
    """Which parts the law counts when they are replaced (R-BEY-04)."""

    _inherit = "product.template"

    aftersales_main_assembly = fields.Selection(
        [
            ("engine", "Engine"),
            ("gearbox", "Gearbox"),
            ("battery", "Traction battery"),
            ("motor", "Drive motor"),
        ],
        string="Main Assembly",
        help="Its replacements under warranty are counted for household vehicles.",
    )
    aftersales_main_part = fields.Boolean(
        "Main Part",
        help="Replacements of this same part under warranty are counted for household "
        "vehicles.",
    )
