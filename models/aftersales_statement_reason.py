from odoo import fields, models


class AftersalesStatementReason(models.Model):
    """Why the two sides of a statement differ (R-PAY-03)."""

    _name = "aftersales.statement.reason"
    _description = "Reason of a Difference"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: shared by all companies."
    )
