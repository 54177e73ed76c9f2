from odoo import fields, models


class AftersalesAssessmentStandard(models.Model):
    """What a fault costs its responsible person, or a merit earns him (R-QUAL-06)."""

    _name = "aftersales.assessment.standard"
    _description = "Standard of Assessments"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Fault or merit", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: of all companies."
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", compute_sudo=True
    )
    department_id = fields.Many2one(
        "hr.department",
        "Responsible department",
        index="btree_not_null",
        check_company=True,
    )
    amount = fields.Monetary(
        help="− is held back from the responsible person, + is an award; in company "
        "currency. It is proposed and may be changed."
    )
    note = fields.Text("How it is judged", translate=True)

    def _compute_currency_id(self):
        for standard in self:
            company = standard.company_id or self.env.company
            standard.currency_id = company.currency_id
