from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ResCompany(models.Model):
    """The published prices, ready to be read: prints F37 to F40, dealers' page."""

    _inherit = "res.company"

    aftersales_freight_product_id = fields.Many2one(
        "product.product",
        string="Freight",
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        help="Charged for sending parts (R-EST-11). Made when it is first used.",
    )
    aftersales_parts_to_dealers_only = fields.Boolean(
        string="Parts to Dealers Only",
        help="Parts that are not fitted in a repair of our own are quoted to dealers "
        "only; dealers quote users by the guide list (R-EST-12).",
    )

    def _get_aftersales_freight_product(self):
        """Return the company's freight, made when it is missing."""
        self.ensure_one()
        if not self.aftersales_freight_product_id:
            self.aftersales_freight_product_id = self.env["product.product"].create(
                {
                    "name": self.env._("Freight"),
                    "type": "service",
                    "list_price": 0.0,
                    "invoice_policy": "order",
                    "purchase_ok": False,
                    "company_id": self.id,
                }
            )
        return self.aftersales_freight_product_id

    def _check_aftersales_price_access(self, kind):
        """Raise AccessError unless the user may read the list of ``kind``."""
        if (
            kind == "settlement"
            and not self.env.su
            and not self.env.user.aftersales_reads_settlement_prices()
        ):
            raise AccessError(
                self.env._(
                    "What dealers pay is read by permission: ask the parts keeper or "
                    "Finance."
                )
            )

    def _get_aftersales_price_sections(self, kind, date):
        """Return the published prices in force on ``date``, for a print.

        :param kind: parts (F37: parts and labour), settlement (F38), guide (F39),
            services (F40)
        :return: list of tuples (``parts`` or ``work``, list of rows)
        :raises AccessError: for the settlement list, without permission
        """
        self.ensure_one()
        self._check_aftersales_price_access(kind)
        # sudo: what is published, to who may read this list; checked above
        company = self.sudo()
        pricelist = (
            company.aftersales_settlement_pricelist_id
            if kind == "settlement"
            else company.aftersales_guide_pricelist_id
        )
        rows = company._get_aftersales_price_rows(pricelist, date)
        parts = [row for row in rows if row["product"].type != "service"]
        work = [row for row in rows if row["product"].type == "service"]
        shown = {
            "parts": [("parts", parts), ("work", work)],
            "settlement": [("parts", parts)],
            "guide": [("parts", parts)],
            "services": [("work", work)],
        }[kind]
        return [(name, rows) for name, rows in shown if rows]

    def _get_aftersales_price_rows(self, pricelist, date=None, search="", of=None):
        """Return what Finance published on a list, by name, in force on ``date``.

        :param pricelist: the list whose price is shown
        :param search: a part of name or number
        :param of: the list that says what is published; default: ``pricelist``
        :return: list of dicts ``product``, ``price``, ``since``, ``run``
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        zone = ZoneInfo(self.resource_calendar_id.tz or "UTC")
        # The last moment of the day: what begins on it is in force.
        moment = (
            datetime.combine(date, time.max.replace(microsecond=0), tzinfo=zone)
            .astimezone(UTC)
            .replace(tzinfo=None)
        )
        if not pricelist:
            return []
        domain = Domain(
            [
                ("pricelist_id", "=", (of or pricelist).id),
                ("aftersales_run_line_id", "!=", False),
                ("product_id.active", "=", True),
                ("date_start", "<=", moment),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", moment),
            ]
        )
        if search:
            domain &= Domain("product_id", "ilike", search)
        items = self.env["product.pricelist.item"].search(domain)
        products = items.product_id.with_company(self)
        prices = pricelist.with_company(self)._get_products_price(
            products, 1.0, date=moment
        )
        rows = [
            {
                "product": item.product_id,
                "price": prices[item.product_id.id],
                "since": item.aftersales_run_line_id.run_id.date_effective,
                "run": item.aftersales_run_line_id.run_id,
            }
            for item in items
            if item.product_id.aftersales_part_class != "core"
        ]
        return sorted(
            rows,
            key=lambda row: (row["product"].default_code or "", row["product"].name),
        )
