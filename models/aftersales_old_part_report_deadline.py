from odoo import fields, models


class AftersalesDeadline(models.Model):
    """The report of missing old parts is a document with deadlines (R-OLD-02)."""

    _inherit = "aftersales.deadline"

    old_part_report_id = fields.Many2one(
        "aftersales.old.part.report", readonly=True, index=True, ondelete="cascade"
    )

    _old_part_report_milestone_uniq = models.UniqueIndex(
        "(old_part_report_id, milestone) WHERE old_part_report_id IS NOT NULL",
        "A report has each deadline once.",
    )


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    document = fields.Selection(
        selection_add=[("old_part_report", "Reports of missing old parts")],
        ondelete={"old_part_report": "cascade"},
    )
