from odoo import api, fields, models


class AftersalesDealerLevel(models.Model):
    """What dealers of one level pay for parts (R-PRICE-06).

    Either the settlement list, or the guide list less so many per cent.
    """

    _name = "aftersales.dealer.level"
    _description = "Dealer Level"
    _inherit = ["aftersales.copy.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    basis = fields.Selection(
        [
            ("settlement", "Settlement list"),
            ("guide", "Guide list less a discount"),
        ],
        required=True,
        default="settlement",
    )
    discount = fields.Float(
        "Discount %", digits="Discount", help="On the market guide list."
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        readonly=True,
        copy=False,
        check_company=True,
        help="The list that Odoo prices the level's dealers by.",
    )
    show_guide = fields.Boolean(
        "Sees the Guide List",
        default=True,
        help="Dealers of this level read the guide list on their page (R-EST-12).",
    )
    show_settlement = fields.Boolean(
        "Sees His Own Prices",
        default=True,
        help="Dealers of this level read what they pay themselves on their page.",
    )
    partner_count = fields.Integer("Dealers", compute="_compute_partner_count")

    _discount_range = models.Constraint(
        "CHECK(discount >= 0 AND discount < 100)",
        "A dealer's discount lies between 0 and 100 %.",
    )
    _discount_of_guide = models.Constraint(
        "CHECK(basis = 'guide' OR COALESCE(discount, 0) = 0)",
        "A discount is given on the guide list; the settlement list has none.",
    )
    _name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "The company has a dealer level of this name."
    )

    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("aftersales_dealer_level_id", "in", self.ids)],
                ["aftersales_dealer_level_id"],
                ["__count"],
            )
        )
        for level in self:
            level.partner_count = counts.get(level, 0)

    @api.onchange("basis")
    def _onchange_basis(self):
        if self.basis == "settlement":
            self.discount = 0.0

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels._sync_pricelist()
        return levels

    def write(self, vals):
        result = super().write(vals)
        if {"basis", "discount", "name"} & vals.keys():
            self._sync_pricelist()
        return result

    def _sync_pricelist(self):
        """Keep the list of each level in step with its discount."""
        # sudo: price lists belong to sales; who may edit levels is checked by then
        for level in self.sudo():
            if level.basis != "guide":
                continue
            guide = level.company_id._get_aftersales_pricelist("guide")
            if not level.pricelist_id:
                level.pricelist_id = (
                    self.env["product.pricelist"]
                    .sudo()
                    .create(
                        {
                            "name": level.name,
                            "company_id": level.company_id.id,
                            "currency_id": guide.currency_id.id,
                            "aftersales_kind": "level",
                            "sequence": 100,
                        }
                    )
                )
            level.pricelist_id.name = level.name
            rule = {
                "applied_on": "3_global",
                "compute_price": "percentage",
                "base": "pricelist",
                "base_pricelist_id": guide.id,
                "percent_price": level.discount,
            }
            if level.pricelist_id.item_ids:
                level.pricelist_id.item_ids.write(rule)
            else:
                level.pricelist_id.item_ids.create(
                    {**rule, "pricelist_id": level.pricelist_id.id}
                )

    def _get_pricelist(self):
        """Return the list that prices dealers of this level; empty: none yet."""
        self.ensure_one()
        if self.basis == "guide":
            return self.pricelist_id
        return self.company_id.aftersales_settlement_pricelist_id

    def action_partners(self):
        """Open the dealers of this level."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dealers: %(level)s", level=self.name),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [("aftersales_dealer_level_id", "=", self.id)],
        }
