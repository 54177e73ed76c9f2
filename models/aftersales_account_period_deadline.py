from odoo import fields, models


class AftersalesDeadline(models.Model):
    """The accounts of a month are a document with deadlines (R-PAY-06)."""

    _inherit = "aftersales.deadline"

    account_period_id = fields.Many2one(
        "aftersales.account.period", readonly=True, index=True, ondelete="cascade"
    )

    _account_period_milestone_uniq = models.UniqueIndex(
        "(account_period_id, milestone) WHERE account_period_id IS NOT NULL",
        "A period has each deadline once.",
    )


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    document = fields.Selection(
        selection_add=[("account_period", "After-sales accounts")],
        ondelete={"account_period": "cascade"},
    )
