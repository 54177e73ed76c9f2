from odoo import fields, models


class AftersalesPartReturn(models.Model):
    """Who has lost or damaged an old part may be assessed for it (R-QUAL-05)."""

    _name = "aftersales.part.return"
    _inherit = ["aftersales.part.return", "aftersales.assessed.mixin"]
    _assessed_by = "part_return_id"

    assessment_ids = fields.One2many(
        "aftersales.assessment", inverse_name="part_return_id", string="Assessments"
    )

    def action_assess(self):
        """Open a new assessment of who should have brought this old part in."""
        self.ensure_one()
        self.check_access("read")
        return self._open_new_assessment(
            self.user_id,
            "assessment_standard_old_part",
            self.env._(
                "%(part)s of %(ticket)s: the old part was due on %(date)s.",
                part=self.product_id.display_name,
                ticket=self.ticket_id.name,
                date=self.due_date,
            ),
        )
