from odoo import fields, models


class AftersalesInspectionTemplateLine(models.Model):
    _name = "aftersales.inspection.template.line"
    _description = "Point to Check"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "aftersales.inspection.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    section = fields.Char(translate=True, help="Part of the vehicle, as a heading.")
    name = fields.Char("Point", required=True, translate=True)
    is_safety = fields.Boolean(
        "Safety", help="Concerns brakes, steering, tyres, lights and the like."
    )
    asks_remaining_life = fields.Boolean(
        "Remaining life",
        help="The part wears: how much of its life is left is noted, in %.",
    )
