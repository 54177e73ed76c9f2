from odoo import api, fields, models


class AftersalesWarrantyPolicyLine(models.Model):
    """One term of a warranty policy: what, how long, from when, by whom (R-BEY-03)."""

    _name = "aftersales.warranty.policy.line"
    _description = "Warranty Term"
    _inherit = ["aftersales.warranty.scope.mixin"]
    _order = "policy_id, sequence, id"
    _check_company_auto = True

    policy_id = fields.Many2one(
        "aftersales.warranty.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(check_company=True)
    starts_at = fields.Selection(
        [
            ("delivery", "Delivery of the vehicle"),
            ("sale", "Sale of the vehicle"),
            ("installation", "Installation of the part"),
        ],
        string="Counts from",
        required=True,
        default="delivery",
    )
    from_model = fields.Boolean(
        string="Figures of the Model",
        help="Months and distance are those of the vehicle's model, else of the "
        "company's settings.",
    )
    months = fields.Integer(help="0: without limit of time.")
    distance = fields.Float(
        string="Distance (km)", digits=(16, 0), help="0: without limit of distance."
    )
    hours = fields.Float(digits=(16, 0), help="0: without limit of hours.")
    from_reading = fields.Boolean(
        string="From the Meters",
        help="Distance and hours count from the meters at the start, as for a used "
        "vehicle. Else from 0. Of an installed part they always count from its "
        "installation.",
    )
    rest_only = fields.Boolean(
        help="A part replaced under warranty gets what was left of the coverage it "
        "was replaced under, and no new term.",
    )
    provider_id = fields.Many2one(
        "res.partner",
        string="Borne by",
        ondelete="restrict",
        check_company=True,
        help="Who bears what this term covers. Empty: as set for the company.",
    )

    _scope_target = models.Constraint(
        "CHECK(scope = 'vehicle'"
        " OR (scope = 'class' AND part_class IS NOT NULL)"
        " OR (scope = 'category' AND categ_id IS NOT NULL)"
        " OR (scope = 'product' AND product_id IS NOT NULL))",
        "Say which class, category or product the warranty is about.",
    )
    _figures = models.Constraint(
        "CHECK(months >= 0 AND distance >= 0 AND hours >= 0)",
        "Months, distance and hours of a warranty are 0 (without limit) or more.",
    )
    _limited = models.Constraint(
        "CHECK(is_exclusion IS TRUE OR from_model IS TRUE OR rest_only IS TRUE"
        " OR (GREATEST(months, distance, hours) > 0) IS TRUE)",
        "A warranty ends some day: enter months, distance or hours, or take the "
        "figures of the model.",
    )

    @api.depends("scope", "part_class", "categ_id", "product_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._get_scope_label()

    def _get_figures(self, vehicle):
        """Return how long this term holds for ``vehicle``.

        :return: tuple of months, distance (in the vehicle's unit) and hours; 0 is
            without limit
        """
        self.ensure_one()
        months, distance = self.months, self.distance
        if self.from_model:
            months, distance = vehicle._get_model_warranty()
        return months, vehicle._from_km(distance), self.hours
