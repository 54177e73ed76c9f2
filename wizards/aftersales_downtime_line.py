from odoo import api, fields, models


class AftersalesDowntimeLine(models.TransientModel):
    """One form of the downtime kit: how often, and for the tickets, too."""

    _name = "aftersales.downtime.line"
    _description = "Form of the Downtime Kit"
    _order = "id"

    downtime_id = fields.Many2one(
        "aftersales.downtime", required=True, index=True, ondelete="cascade"
    )
    form = fields.Char("Report", required=True, readonly=True)
    code = fields.Char("No.", compute="_compute_form")
    name = fields.Char("Form", compute="_compute_form")
    has_filled = fields.Boolean(compute="_compute_form")
    copies = fields.Integer("Empty copies", default=1)
    is_filled = fields.Boolean("For the tickets")

    _copies_count = models.Constraint(
        "CHECK(copies >= 0)", "A form is printed so many times, or not at all."
    )

    @api.depends("form")
    def _compute_form(self):
        forms = {
            form["blank"]: form
            for form in self.env["aftersales.downtime.form"]._get_sorted_forms()
        }
        for line in self:
            form = forms.get(line.form, {})
            line.code = form.get("code")
            line.name = form.get("name")
            line.has_filled = bool(form.get("filled"))
