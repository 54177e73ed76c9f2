from odoo import fields, models


class AccountMove(models.Model):
    """The settlement sheet that names this invoice (R-PAY-09)."""

    _inherit = "account.move"

    aftersales_batch_id = fields.Many2one(
        "aftersales.settlement.batch",
        "Settlement Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
