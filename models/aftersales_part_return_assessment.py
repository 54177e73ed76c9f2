from odoo import fields, models


class AftersalesPartReturn(models.Model):
    """Who has lost or damaged an old part may be assessed for it (R-QUAL-05)."""

    _inherit = "aftersales.part.return"

    assessment_ids = fields.One2many(
        "aftersales.assessment", inverse_name="part_return_id", string="Assessments"
    )
    assessment_count = fields.Integer(
        "Number of assessments", compute="_compute_assessment_count"
    )

    def _compute_assessment_count(self):
        counts = dict(
            self.env["aftersales.assessment"]._read_group(
                [("part_return_id", "in", self.ids)], ["part_return_id"], ["__count"]
            )
        )
        for item in self:
            item.assessment_count = counts.get(item._origin, 0)

    def action_assess(self):
        """Open a new assessment of who should have brought this old part in."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the employee of who received the new part; his record is private
        worker = self.sudo().user_id.with_company(self.company_id)
        standard = self.env.ref(
            "aftersales.assessment_standard_old_part", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessment"),
            "res_model": "aftersales.assessment",
            "view_mode": "form",
            "context": {
                "default_company_id": self.company_id.id,
                "default_part_return_id": self.id,
                "default_employee_id": worker.employee_id.id,
                "default_standard_id": standard and standard.id,
                "default_reason": self.env._(
                    "%(part)s of %(ticket)s: the old part was due on %(date)s.",
                    part=self.product_id.display_name,
                    ticket=self.ticket_id.name,
                    date=self.due_date,
                ),
            },
        }

    def action_view_assessments(self):
        """Open the assessments for this old part that the user may read."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessments"),
            "res_model": "aftersales.assessment",
            "view_mode": "list,form",
            "domain": [("part_return_id", "=", self.id)],
        }
