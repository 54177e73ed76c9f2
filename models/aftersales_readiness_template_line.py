from odoo import fields, models

from ..tools.choices import choices_of


class AftersalesReadinessTemplateLine(models.Model):
    _name = "aftersales.readiness.template.line"
    _description = "Point of a Daily Check"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "aftersales.readiness.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    area = fields.Selection(
        selection=choices_of("aftersales.finding", "area"),
        required=True,
        default="order",
    )
    name = fields.Char("Point", required=True, translate=True)
