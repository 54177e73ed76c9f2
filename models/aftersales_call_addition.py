from odoo import fields, models


class AftersalesCall(models.Model):
    """The call in which a customer was asked about additional work."""

    _inherit = "aftersales.call"

    addition_id = fields.Many2one(
        "aftersales.addition",
        string="Additional Work",
        index="btree_not_null",
        check_company=True,
        readonly=True,
        copy=False,
        ondelete="set null",
    )
