from odoo import models


class AftersalesOperation(models.Model):
    """What a technician finds at a job he reports from there (R-WORK-02)."""

    _inherit = "aftersales.operation"

    def action_report_finding(self):
        """Open the report of additional work found at this job.

        :raises UserError: when the ticket is not at work
        """
        self.ensure_one()
        action = self.ticket_id.action_report_finding()
        action["context"]["default_operation_id"] = self.id
        return action
