from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a protected core part never has, whoever writes it.
CORE_VALUES = {
    "sale_ok": False,
    "list_price": 0.0,
    "aftersales_public_price": False,
    "aftersales_serviceable": False,
}


class ProductTemplate(models.Model):
    """Attributes that price a part, and the core parts that have no price."""

    _inherit = "product.template"

    aftersales_serviceable = fields.Boolean(
        string="Serviceable Part",
        default=True,
        help="Offered as a service part: price runs give it a price and the price "
        "lists name it (R-PRICE-07). Never a protected core part.",
    )
    aftersales_recycle_value = fields.Float(
        string="Recycle Value",
        digits="Product Price",
        help="What the replaced part is still worth, for each piece, in the currency "
        "of the sales price. A small part that is worth something has to come back "
        "(R-WAR-03).",
    )
    aftersales_is_small = fields.Boolean(
        string="Small Part",
        compute="_compute_aftersales_is_small",
        search="_search_aftersales_is_small",
        help="Its sales price does not exceed the company's limit for small parts.",
    )

    _aftersales_core_has_no_price = models.Constraint(
        "CHECK(aftersales_part_class IS DISTINCT FROM 'core'"
        " OR (sale_ok IS NOT TRUE AND COALESCE(list_price, 0) = 0"
        " AND aftersales_public_price IS NOT TRUE"
        " AND aftersales_serviceable IS NOT TRUE))",
        "A protected core part is not sold and has no price.",
    )
    _aftersales_recycle_value_check = models.Constraint(
        "CHECK(COALESCE(aftersales_recycle_value, 0) >= 0)",
        "The recycle value of a part cannot be negative.",
    )

    @api.depends("list_price")
    @api.depends_context("company")
    def _compute_aftersales_is_small(self):
        limit = self.env.company.aftersales_small_part_price
        for template in self:
            template.aftersales_is_small = template.list_price <= limit

    def _search_aftersales_is_small(self, operator, value):
        if operator != "in":
            return NotImplemented
        limit = self.env.company.aftersales_small_part_price
        return [("list_price", "<=", limit)]

    @api.onchange("aftersales_part_class")
    def _onchange_aftersales_part_class(self):
        if self.aftersales_part_class == "core":
            self.update(CORE_VALUES)

    @api.constrains("aftersales_part_class", *CORE_VALUES)
    def _check_aftersales_core(self):
        for template in self:
            if template.aftersales_part_class == "core" and any(
                template[fname] for fname in CORE_VALUES
            ):
                raise ValidationError(
                    self.env._(
                        "%(product)s is a protected core part: it is not sold and has "
                        "no price (R-PRICE-04). Choose another class first, if it may "
                        "be sold.",
                        product=template.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {**vals, **CORE_VALUES}
                if vals.get("aftersales_part_class") == "core"
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if vals.get("aftersales_part_class") == "core":
            vals = {**vals, **CORE_VALUES}
        result = super().write(vals)
        if "aftersales_part_class" in vals:
            self._aftersales_protect_open_moves()
        return result

    def _aftersales_protect_open_moves(self):
        """Look again at what is on its way: the class of these parts has changed."""
        # sudo: a mark of the stock that follows from the product, whoever changes it
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("product_id.product_tmpl_id", "in", self.ids),
                    ("state", "not in", ("done", "cancel")),
                ]
            )
        )
        self.env.add_to_compute(lines._fields["aftersales_core_leaves"], lines)
