from odoo import fields, models


class AccountMove(models.Model):
    """The bonus to which this invoice counted (R-PAY-10)."""

    _inherit = "account.move"

    aftersales_bonus_id = fields.Many2one(
        "aftersales.bonus",
        "Counted to Bonus",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
