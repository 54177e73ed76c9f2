from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_is_part = fields.Boolean(
        string="Service Part", help="Fitted to vehicles or sold by the parts counter."
    )
    aftersales_valuable = fields.Boolean(
        string="Valuable Part",
        help="Its identification number is recorded on every slip (R-PART-07); it is "
        "tracked by lot or serial number.",
    )
    aftersales_part_class = fields.Selection(
        [
            ("assembly", "Assembly"),
            ("standard", "Standard part"),
            ("wear", "Wearing part"),
            ("core", "Core part (protected)"),
            ("other", "Other"),
        ],
        string="Class of Part",
    )
    aftersales_part_origin = fields.Selection(
        [("original", "Original"), ("aftermarket", "Aftermarket")],
        string="Origin of Part",
    )
    aftersales_recover_old_part = fields.Selection(
        [
            ("auto", "By price"),
            ("yes", "Always"),
            ("no", "Never (no value)"),
        ],
        string="Recover Old Part",
        required=True,
        default="auto",
        help="Whether the replaced part has to come back when the new one is issued "
        "under warranty. By price: above the limit for small parts (R-WAR-03).",
    )
    aftersales_old_part_days = fields.Integer(
        string="Old Part Due after",
        help="Days; 0: as set for the company.",
    )

    _aftersales_old_part_days_check = models.Constraint(
        "CHECK(aftersales_old_part_days IS NULL OR aftersales_old_part_days >= 0)",
        "Days within which an old part comes back cannot be negative.",
    )

    @api.constrains("aftersales_valuable", "tracking", "is_storable")
    def _check_aftersales_valuable(self):
        for template in self:
            if template.aftersales_valuable and template.tracking == "none":
                raise ValidationError(
                    self.env._(
                        "%(product)s is a valuable part: track it by lot or serial "
                        "number, so that its number is on every slip.",
                        product=template.display_name,
                    )
                )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _aftersales_old_part_rule(self, price, currency, company):
        """Return what becomes of the old part of a new one at ``price`` (R-WAR-03).

        :param price: unit price in ``currency``
        :return: ``recover``, ``small`` (not worth it) or ``no_value``
        """
        self.ensure_one()
        policy = self.aftersales_recover_old_part
        if policy != "auto":
            return "recover" if policy == "yes" else "no_value"
        if company.aftersales_small_part_signature or self.aftersales_recycle_value:
            return "recover"
        price = currency._convert(price, company.currency_id, company, round=False)
        large = company.currency_id.compare_amounts(
            price, company.aftersales_small_part_price
        )
        return "recover" if large > 0 else "small"
