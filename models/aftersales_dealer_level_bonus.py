from odoo import fields, models


class AftersalesDealerLevel(models.Model):
    """The bonus of a level's dealers (R-PAY-10)."""

    _inherit = "aftersales.dealer.level"

    bonus_percent = fields.Float(
        "Bonus %",
        digits="Discount",
        help="Of what a dealer has paid in a cycle, without tax: credited to him, to "
        "be used for parts. 0: none.",
    )

    _bonus_range = models.Constraint(
        "CHECK(COALESCE(bonus_percent, 0) BETWEEN 0 AND 100)",
        "A bonus is a percentage between 0 and 100.",
    )
