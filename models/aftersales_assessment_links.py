from odoo import fields, models


class AftersalesTicket(models.Model):
    """From the ticket to what it was assessed for (R-QUAL-05)."""

    _inherit = "aftersales.ticket"

    assessment_ids = fields.One2many("aftersales.assessment", "ticket_id")
    assessment_count = fields.Integer(
        "Number of assessments", compute="_compute_assessment_count"
    )

    def _compute_assessment_count(self):
        counts = dict(
            self.env["aftersales.assessment"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.assessment_count = counts.get(ticket._origin, 0)

    def action_view_assessments(self):
        """Open the assessments of this ticket that the user may read."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessments"),
            "res_model": "aftersales.assessment",
            "view_mode": "list,form",
            "domain": [("ticket_id", "=", self.id)],
        }


class AftersalesNonconformity(models.Model):
    _inherit = "aftersales.nonconformity"

    assessment_ids = fields.One2many("aftersales.assessment", "nonconformity_id")

    def action_assess(self):
        """Open a new assessment of who is responsible for this nonconformity."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the employee of who did the work; his record is private
        worker = self.sudo().ticket_id.technician_id.with_company(self.company_id)
        rework = self.env.ref(
            "aftersales.assessment_standard_rework", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessment"),
            "res_model": "aftersales.assessment",
            "view_mode": "form",
            "context": {
                "default_nonconformity_id": self.id,
                "default_employee_id": worker.employee_id.id,
                "default_standard_id": rework and rework.id,
                "default_reason": self.display_name,
            },
        }
