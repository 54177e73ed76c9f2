from odoo import api, fields, models


class AftersalesWarrantyPolicy(models.Model):
    """What is warranted on which vehicles, how long, and by whom (R-WAR-01).

    A policy without a company holds for every company; a company's own comes before
    it. Coverages are made from its rows and keep a copy of the terms: a change of the
    policy touches new ones only.
    """

    _name = "aftersales.warranty.policy"
    _description = "Warranty Policy"
    _inherit = ["aftersales.copy.mixin", "mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Among policies that fit equally well, the lowest is taken."
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Empty: for every company. A company's own policy is preferred.",
    )
    model_ids = fields.Many2many(
        "fleet.vehicle.model",
        string="Vehicle Models",
        help="Empty, as well as the products: for every vehicle.",
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        string="Vehicle Products",
        domain="[('aftersales_is_vehicle', '=', True)]",
        check_company=True,
        help="A policy for the product comes before one for the model.",
    )
    sold_from = fields.Date(help="For vehicles sold on this day or later.")
    sold_until = fields.Date(help="For vehicles sold on this day or earlier.")
    line_ids = fields.One2many(
        "aftersales.warranty.policy.line", "policy_id", string="Terms", copy=True
    )
    note = fields.Html(translate=True)
    coverage_count = fields.Integer(compute="_compute_coverage_count")

    _sold_order = models.Constraint(
        "CHECK(sold_from IS NULL OR sold_until IS NULL OR sold_from <= sold_until)",
        "A policy cannot end before it starts. Correct one of the two dates of sale.",
    )

    def _compute_coverage_count(self):
        counts = dict(
            self.env["aftersales.warranty.coverage"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.coverage_count = counts.get(policy, 0)

    def action_open_coverages(self):
        """Open what has been promised by this policy."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Coverages"),
            "res_model": "aftersales.warranty.coverage",
            "view_mode": "list,form",
            "domain": [("policy_id", "=", self.id)],
        }

    # -- Choice ------------------------------------------------------------------------

    @api.model
    def _get_policies(self, vehicles):
        """Return the policy of each vehicle, in one query.

        The company's own comes before one of all companies; of either one for the
        vehicle's product, then one for its model, then one for all; among equals the
        lowest sequence.

        :return: dict of vehicle -> policy; no record where none fits
        """
        # sudo: which terms hold follows from the vehicle, whoever keeps its file
        policies = self.sudo().search(
            [("company_id", "in", [*vehicles.company_id.ids, False])]
        )
        return {vehicle: policies._choose(vehicle) for vehicle in vehicles}

    def _choose(self, vehicle):
        """Return the one of these policies that fits ``vehicle`` best, or none."""
        ranked = [(policy._get_rank(vehicle), policy) for policy in self]
        fitting = [pair for pair in ranked if pair[0]]
        # The first of the best: the order of the records is that of their sequence.
        best = max(fitting, key=lambda pair: pair[0], default=(0, self.browse()))
        return best[1]

    def _get_rank(self, vehicle):
        """Return how well this policy fits ``vehicle``; 0: not at all."""
        self.ensure_one()
        if self.company_id and self.company_id != vehicle.company_id:
            return 0
        sold = (
            vehicle.sale_date
            or vehicle.delivery_date
            or vehicle.warranty_start_date
            or fields.Date.context_today(self)
        )
        if (self.sold_from and sold < self.sold_from) or (
            self.sold_until and sold > self.sold_until
        ):
            return 0
        if vehicle.product_id.product_tmpl_id in self.product_tmpl_ids:
            rank = 3
        elif vehicle.model_id in self.model_ids:
            rank = 2
        elif self.product_tmpl_ids or self.model_ids:
            return 0
        else:
            rank = 1
        return rank + (3 if self.company_id else 0)

    def _get_part_term(self, product):
        """Return the term under which ``product`` is covered once it is installed.

        The narrowest scope decides; none when that one excludes it.
        """
        best, found = 0, self.env["aftersales.warranty.policy.line"]
        for line in self.line_ids:
            match = line._get_match(product) if line.starts_at == "installation" else 0
            if match > best:
                best, found = match, line
        return found.filtered(lambda line: not line.is_exclusion)
