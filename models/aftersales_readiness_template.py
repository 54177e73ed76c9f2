from odoo import api, fields, models

KINDS = [("readiness", "Before the day's start"), ("site", "Site check")]


class AftersalesReadinessTemplate(models.Model):
    """What is asked every day before work begins, or on the site (R-DISP-03, 12)."""

    _name = "aftersales.readiness.template"
    _description = "Template of a Daily Check"
    _inherit = ["aftersales.copy.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    kind = fields.Selection(KINDS, required=True, default="readiness")
    line_ids = fields.One2many(
        "aftersales.readiness.template.line", "template_id", copy=True
    )

    @api.model
    def _get_template(self, kind, company):
        """Return the template of ``kind``: the company's own before a shared one."""
        return self.search(
            [("kind", "=", kind), ("company_id", "in", (company.id, False))],
            order="company_id, sequence, id",
            limit=1,
        )
