from odoo import api, fields, models


class ProductTemplate(models.Model):
    """The price list of common parts, shown to everybody (R-SETT-18)."""

    _inherit = "product.template"

    aftersales_public_price = fields.Boolean(
        "On the Public Price List",
        help="A common part or operation whose price hangs on the wall and stands on "
        "the public page (R-SETT-18).",
    )

    @api.model
    def _get_aftersales_public_prices(self, company):
        """Return the public price list of ``company``, by category and name.

        :return: list of tuples (name of the category, list of dicts ``name``,
            ``code``, ``unit``, ``price`` (tax included, in the company's currency))
        """
        # sudo: the list is made for everybody; nothing but what is printed leaves
        templates = (
            self.sudo()
            .with_company(company)
            .search(
                [
                    ("aftersales_public_price", "=", True),
                    ("sale_ok", "=", True),
                    ("company_id", "in", (False, company.id)),
                ],
                order="categ_id, name, id",
            )
        )
        groups = {}
        for template in templates:
            groups.setdefault(template.categ_id.name or "", []).append(
                {
                    "name": template.name,
                    "code": template.default_code,
                    "unit": template.uom_id.name,
                    "price": template._get_aftersales_public_price(company),
                }
            )
        return sorted(groups.items())

    def _get_aftersales_public_price(self, company):
        """Return the list price with tax, in the currency of ``company``."""
        self.ensure_one()
        currency = company.currency_id
        price = self.currency_id._convert(
            self.list_price, currency, company, fields.Date.context_today(self)
        )
        taxes = self.taxes_id._filter_taxes_by_company(company)
        return taxes.compute_all(
            price, currency=currency, product=self.product_variant_id
        )["total_included"]
