from odoo import fields, models


class AftersalesTicket(models.Model):
    """From the ticket to what it was assessed for (R-QUAL-05)."""

    _name = "aftersales.ticket"
    _inherit = ["aftersales.ticket", "aftersales.assessed.mixin"]
    _assessed_by = "ticket_id"

    assessment_ids = fields.One2many("aftersales.assessment", "ticket_id")


class AftersalesNonconformity(models.Model):
    """From the nonconformity to who is responsible for it (R-QUAL-05)."""

    _name = "aftersales.nonconformity"
    _inherit = ["aftersales.nonconformity", "aftersales.assessed.mixin"]
    _assessed_by = "nonconformity_id"

    assessment_ids = fields.One2many("aftersales.assessment", "nonconformity_id")

    def action_assess(self):
        """Open a new assessment of who is responsible for this nonconformity."""
        self.ensure_one()
        self.check_access("read")
        # sudo: who did the work on a ticket the inspector may not read
        worker = self.sudo().ticket_id.technician_id
        return self._open_new_assessment(
            worker, "assessment_standard_rework", self.display_name
        )
