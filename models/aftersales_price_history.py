from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesPriceHistory(models.Model):
    """Published prices over time and across families (R-PRICE-05).

    Along a part: what its price was before. Across: how its price stands to its cost,
    beside other parts of its class in the same vehicle model and in all models.
    """

    _name = "aftersales.price.history"
    _description = "Price History"
    _auto = False
    _order = "date_effective desc, id desc"
    _rec_name = "product_id"

    run_id = fields.Many2one("aftersales.price.run", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    product_id = fields.Many2one("product.product", "Part or Work", readonly=True)
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        readonly=True,
    )
    model_id = fields.Many2one("fleet.vehicle.model", string="Family", readonly=True)
    date_effective = fields.Date("In Force from", readonly=True)
    is_current = fields.Boolean("In Force", readonly=True)
    published_by_id = fields.Many2one("res.users", readonly=True)
    cost = fields.Monetary(readonly=True, aggregator="avg")
    price = fields.Monetary("Settlement Price", readonly=True, aggregator="avg")
    guide_price = fields.Monetary(readonly=True, aggregator="avg")
    price_before = fields.Monetary("Before", readonly=True, aggregator="avg")
    change = fields.Float("Change, %", readonly=True, aggregator="avg", digits=(16, 1))
    ratio = fields.Float(
        "Price to Cost", readonly=True, aggregator="avg", digits=(16, 2)
    )
    family_ratio = fields.Float(
        "Its Class in the Family", readonly=True, aggregator="avg", digits=(16, 2)
    )
    class_ratio = fields.Float(
        "Its Class in All Families", readonly=True, aggregator="avg", digits=(16, 2)
    )
    deviation = fields.Float(
        "From Its Class, %", readonly=True, aggregator="avg", digits=(16, 1)
    )
    is_deviating = fields.Boolean(
        "Deviating",
        readonly=True,
        help="The change, or the distance from the class in all families, is larger "
        "than the company tolerates.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH price AS (
                SELECT line.id, line.run_id, line.company_id, company.currency_id,
                       line.product_id, line.part_class, bom.model_id,
                       run.date_effective, run.published_by_id, line.cost,
                       line.price, line.guide_price,
                       company.aftersales_price_tolerance AS tolerance,
                       lag(COALESCE(NULLIF(line.price, 0), line.guide_price))
                           OVER product AS price_before,
                       COALESCE(NULLIF(line.price, 0), line.guide_price)
                           / NULLIF(line.cost, 0) AS ratio,
                       run.date_effective <= %(today)s AND COALESCE(
                           lead(run.date_effective) OVER product > %(today)s, TRUE
                       ) AS is_current
                  FROM aftersales_price_run_line line
                  JOIN aftersales_price_run run ON run.id = line.run_id
                  JOIN res_company company ON company.id = line.company_id
                  LEFT JOIN aftersales_service_bom bom ON bom.id = run.bom_id
                 WHERE run.state = 'published' AND line.basis != 'core'
                WINDOW product AS (
                    PARTITION BY line.company_id, line.product_id
                    ORDER BY run.date_effective, line.id
                )
            ), compared AS (
                SELECT price.*,
                       avg(ratio) FILTER (WHERE is_current) OVER (
                           PARTITION BY company_id, part_class, model_id
                       ) AS family_ratio,
                       avg(ratio) FILTER (WHERE is_current) OVER (
                           PARTITION BY company_id, part_class
                       ) AS class_ratio
                  FROM price
            ), shown AS (
                SELECT compared.*,
                       (COALESCE(NULLIF(price, 0), guide_price) - price_before)
                           / NULLIF(price_before, 0) * 100 AS change,
                       (ratio - class_ratio) / NULLIF(class_ratio, 0) * 100
                           AS deviation
                  FROM compared
            )
            SELECT shown.*,
                   COALESCE(abs(change) > tolerance, FALSE)
                   OR COALESCE(is_current AND abs(deviation) > tolerance, FALSE)
                       AS is_deviating
              FROM shown
            """,
            today=fields.Date.context_today(self),
        )
