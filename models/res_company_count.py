from odoo import fields, models


class ResCompany(models.Model):
    """How many parts are counted at a time."""

    _inherit = "res.company"

    aftersales_count_size = fields.Integer(
        string="Parts counted at a time",
        default=0,
        help="So many parts that are due to be counted go onto a sheet each day; 0: "
        "sheets are made by hand (R-PART-15).",
    )

    _aftersales_count_size_check = models.Constraint(
        "CHECK(aftersales_count_size IS NULL OR aftersales_count_size >= 0)",
        "The number of parts counted at a time cannot be negative.",
    )
