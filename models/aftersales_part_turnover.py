from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesPartTurnover(models.Model):
    """How often stock turns over, and what lies there for nothing (R-STK-03)."""

    _name = "aftersales.part.turnover"
    _description = "Turnover of Parts"
    _auto = False
    _order = "value desc, id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", "Part", readonly=True)
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    quantity = fields.Float("In Stock", digits="Product Unit", readonly=True)
    value = fields.Monetary("Stock Value", readonly=True)
    old_value = fields.Monetary("Value beyond the Target Age", readonly=True)
    used = fields.Float("Used in a Year", digits="Product Unit", readonly=True)
    used_cost = fields.Monetary("Cost of What Was Used", readonly=True)
    turnover = fields.Float(
        "Times a Year",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Cost of what was used in a year, by the value in stock.",
    )
    cover_days = fields.Integer(
        "Lasts, Days",
        readonly=True,
        aggregator="avg",
        help="How long the stock lasts at the use of the last year; empty: nothing "
        "was used.",
    )
    last_used = fields.Date(readonly=True)
    is_idle = fields.Boolean(
        "Not Used in a Year", readonly=True, help="In stock, and not asked for."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY company_id, product_id) AS id, turned.*,
                   used_cost / NULLIF(value, 0) AS turnover,
                   (quantity / NULLIF(GREATEST(used, 0), 0) * 365)::int AS cover_days,
                   quantity > 0 AND COALESCE(used, 0) <= 0 AS is_idle
              FROM (
                    SELECT COALESCE(age.company_id, demand.company_id) AS company_id,
                           COALESCE(age.currency_id, demand.currency_id)
                               AS currency_id,
                           COALESCE(age.product_id, demand.product_id) AS product_id,
                           COALESCE(age.part_class, demand.part_class) AS part_class,
                           COALESCE(age.quantity, 0) AS quantity,
                           COALESCE(age.value, 0) AS value,
                           COALESCE(age.old_value, 0) AS old_value,
                           COALESCE(demand.used, 0) AS used,
                           COALESCE(demand.used_cost, 0) AS used_cost,
                           demand.last_used
                      FROM (SELECT company_id, currency_id, product_id, part_class,
                                   sum(quantity) AS quantity, sum(value) AS value,
                                   sum(value - young_value) AS old_value
                              FROM (%(age)s) layer
                             GROUP BY company_id, currency_id, product_id, part_class
                           ) age
                      FULL JOIN (
                            SELECT company_id, currency_id, product_id, part_class,
                                   sum(quantity) AS used, sum(cost) AS used_cost,
                                   max(date)::date AS last_used
                              FROM (%(demand)s) use
                             WHERE date >= %(today)s - interval '1 year'
                             GROUP BY company_id, currency_id, product_id, part_class
                           ) demand
                        ON demand.company_id = age.company_id
                       AND demand.product_id = age.product_id
                   ) turned
            """,
            age=self.env["aftersales.stock.age"]._table_query,
            demand=self.env["aftersales.part.demand"]._table_query,
            today=fields.Date.context_today(self),
        )
