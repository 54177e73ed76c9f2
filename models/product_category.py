from odoo import fields, models


class ProductCategory(models.Model):
    """How much a defect of a class of parts weighs (R-COST-03)."""

    _inherit = "product.category"

    aftersales_cost_factor = fields.Float(
        "Amplification Factor",
        default=1.0,
        help="By how much the cost of service for a defect of such a part counts more "
        "than its price: by the importance of its function, how often it is used, its "
        "size and weight.",
    )

    _aftersales_cost_factor_check = models.Constraint(
        "CHECK(aftersales_cost_factor > 0)",
        "The amplification factor of a class of parts is above zero.",
    )
