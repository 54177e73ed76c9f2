from odoo import api, fields, models

KINDS = [
    ("check_in", "Check-in"),
    ("diagnosis", "Diagnosis"),
    ("final", "Final inspection"),
    ("road_test", "Road test"),
    ("protection", "Protection of the vehicle"),
]


class AftersalesInspectionTemplate(models.Model):
    """What a check sheet asks: one template per kind of sheet and of vehicle."""

    _name = "aftersales.inspection.template"
    _description = "Check Sheet Template"
    _inherit = ["aftersales.copy.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    kind = fields.Selection(KINDS, required=True, default="diagnosis")
    model_ids = fields.Many2many(
        "fleet.vehicle.model",
        string="Vehicle models",
        help="Empty: for vehicles of any model.",
    )
    asks_road_test = fields.Boolean(
        "Road test", help="Sheets of this template ask for a road test (R-QC-03)."
    )
    line_ids = fields.One2many(
        "aftersales.inspection.template.line", "template_id", copy=True
    )
    point_count = fields.Integer(compute="_compute_point_count")

    def _compute_point_count(self):
        counts = dict(
            self.env["aftersales.inspection.template.line"]._read_group(
                [("template_id", "in", self.ids)], ["template_id"], ["__count"]
            )
        )
        for template in self:
            template.point_count = counts.get(template._origin, 0)

    @api.model
    def _get_template(self, kind, company, model):
        """Return the template that fits best, empty when there is none.

        One made for the vehicle's model wins over one for any, one of the company over
        a shared one; then the order of the list decides.

        :param model: ``fleet.vehicle.model``, may be empty
        """
        templates = self.search(
            [
                ("kind", "=", kind),
                ("company_id", "in", (company.id, False)),
                "|",
                ("model_ids", "=", False),
                ("model_ids", "in", model.ids),
            ]
        )
        return templates.sorted(lambda t: (not t.model_ids, not t.company_id))[:1]
