from odoo import fields, models


class AftersalesDeadline(models.Model):
    """The refund of a deduction is a document with a deadline (R-PAY-05)."""

    _inherit = "aftersales.deadline"

    deduction_refund_id = fields.Many2one(
        "aftersales.deduction.refund", readonly=True, index=True, ondelete="cascade"
    )

    _deduction_refund_milestone_uniq = models.UniqueIndex(
        "(deduction_refund_id, milestone) WHERE deduction_refund_id IS NOT NULL",
        "A refund has each deadline once.",
    )


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    document = fields.Selection(
        selection_add=[("deduction_refund", "Refunds of deductions")],
        ondelete={"deduction_refund": "cascade"},
    )
