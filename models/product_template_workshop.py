from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_skill_id = fields.Many2one(
        "aftersales.skill",
        string="Skill Needed",
        index="btree_not_null",
        help="Who works on this operation should have it.",
    )
    aftersales_standard_hours = fields.Float(
        string="Standard Hours",
        help="Flat-rate time of one such operation, in hours (R-EST-09). 0: the "
        "quantity when it is sold by the hour.",
    )
    aftersales_document_url = fields.Char(
        string="Repair Instructions",
        help="Where manual, wiring diagram or video of this operation is found "
        "(R-WORK-03).",
    )
    aftersales_tools = fields.Text(
        string="Tools and Instruments",
        translate=True,
        help="Special tools, test instruments and protective gear that the operation "
        "asks for (R-WORK-03).",
    )

    _aftersales_standard_hours_positive = models.Constraint(
        "CHECK(aftersales_standard_hours >= 0)", "Hours cannot be negative."
    )
