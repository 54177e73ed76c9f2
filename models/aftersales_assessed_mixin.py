from odoo import fields, models


class AftersalesAssessedMixin(models.AbstractModel):
    """A document somebody may be assessed for: how often, which, and a new one
    (R-QUAL-05).

    Whoever uses it names in ``_assessed_by`` the field of the assessment that leads
    back to it.
    """

    _name = "aftersales.assessed.mixin"
    _description = "Document People are Assessed for"

    _assessed_by = None

    assessment_count = fields.Integer(
        "Number of assessments", compute="_compute_assessment_count"
    )

    def _compute_assessment_count(self):
        counts = dict(
            self.env["aftersales.assessment"]._read_group(
                [(self._assessed_by, "in", self.ids)], [self._assessed_by], ["__count"]
            )
        )
        for document in self:
            document.assessment_count = counts.get(document._origin, 0)

    def action_view_assessments(self):
        """Open the assessments for this document that the user may read."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessments"),
            "res_model": "aftersales.assessment",
            "view_mode": "list,form",
            "domain": [(self._assessed_by, "=", self.id)],
        }

    def _open_new_assessment(self, user, standard, reason):
        """Return the action that opens a new assessment for this document.

        :param user: whose employee is proposed
        :param standard: external id, in this addon, of the standard that is proposed
        :param reason: text
        """
        self.ensure_one()
        standard = self.env.ref(f"aftersales.{standard}", raise_if_not_found=False)
        # sudo: the employee of the user; his record is private
        employee = user.sudo().with_company(self.company_id).employee_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assessment"),
            "res_model": "aftersales.assessment",
            "view_mode": "form",
            "context": {
                "default_company_id": self.company_id.id,
                f"default_{self._assessed_by}": self.id,
                "default_employee_id": employee.id,
                "default_standard_id": standard and standard.id,
                "default_reason": reason,
            },
        }
