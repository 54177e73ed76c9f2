from odoo import fields, models

from ..tools.choices import choices_of

# How narrow a scope is: of several that fit, the narrowest decides.
CLASS_RANK, CATEGORY_RANK, PRODUCT_RANK = 2, 3, 1000


class AftersalesWarrantyScopeMixin(models.AbstractModel):
    """What a term of a policy, or a coverage made from it, is about.

    Odoo takes no constraint over from a mixin: each model has ``_scope_target`` itself.
    """

    _name = "aftersales.warranty.scope.mixin"
    _description = "Scope of a Warranty"

    scope = fields.Selection(
        [
            ("vehicle", "Whole vehicle, any part"),
            ("class", "Class of part"),
            ("category", "Product category"),
            ("product", "Product"),
        ],
        required=True,
        default="vehicle",
        help="The narrowest scope decides: a product before its category, that before "
        "its class, that before the whole vehicle.",
    )
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        string="Class of Part",
    )
    categ_id = fields.Many2one(
        "product.category", string="Category", ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", ondelete="restrict"
    )
    is_exclusion = fields.Boolean(
        string="Excluded", help="What this is about is not covered."
    )

    def _get_scope_label(self):
        """Return in words what is covered or excluded."""
        self.ensure_one()
        fields_get = self._fields
        label = {
            "class": dict(
                fields_get["part_class"]._description_selection(self.env)
            ).get(self.part_class),
            "category": self.categ_id.display_name,
            "product": self.product_id.display_name,
        }.get(self.scope) or dict(fields_get["scope"]._description_selection(self.env))[
            self.scope or "vehicle"
        ]
        if self.is_exclusion:
            return self.env._("Excluded: %(scope)s", scope=label)
        return label

    def _get_match(self, product):
        """Return how narrowly this fits ``product``; 0: not at all."""
        self.ensure_one()
        if self.scope == "vehicle":
            return 1
        if self.scope == "class":
            return CLASS_RANK if product.aftersales_part_class == self.part_class else 0
        if self.scope == "category":
            path, wanted = product.categ_id.parent_path or "", self.categ_id.parent_path
            # Of two categories, one within the other, the inner one is narrower.
            return CATEGORY_RANK + wanted.count("/") if path.startswith(wanted) else 0
        return PRODUCT_RANK if product == self.product_id else 0
