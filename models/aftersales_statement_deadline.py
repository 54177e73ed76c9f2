from odoo import fields, models


class AftersalesDeadline(models.Model):
    """A statement is a document with deadlines (R-PAY-03)."""

    _inherit = "aftersales.deadline"

    statement_id = fields.Many2one(
        "aftersales.statement", readonly=True, index=True, ondelete="cascade"
    )

    _statement_milestone_uniq = models.UniqueIndex(
        "(statement_id, milestone) WHERE statement_id IS NOT NULL",
        "A statement has each deadline once.",
    )


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    document = fields.Selection(
        selection_add=[("statement", "Reconciliation statements")],
        ondelete={"statement": "cascade"},
    )
