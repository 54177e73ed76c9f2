from odoo import fields, models


class MailActivity(models.Model):
    """An activity that a deadline called for."""

    _inherit = "mail.activity"

    aftersales_deadline_id = fields.Many2one(
        "aftersales.deadline",
        string="Deadline",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    aftersales_alert = fields.Selection(
        [("warning", "Warning"), ("escalation", "Escalation")], readonly=True
    )

    # However often the scheduled action runs, and however it dies (R-SLA-06).
    _aftersales_alert_uniq = models.UniqueIndex(
        "(aftersales_deadline_id, aftersales_alert)"
        " WHERE active AND aftersales_deadline_id IS NOT NULL",
        "This deadline has called that person already.",
    )
