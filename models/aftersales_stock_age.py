from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesStockAge(models.Model):
    """How old the parts on the shelves are (R-STK-02).

    What lies in the warehouses is what came in last: each row is what is left of one
    receipt. Odoo's own date of a shelf keeps the oldest receipt as long as the shelf
    is never empty, and would call everything old. Parts on loan, old parts and what
    belongs to others do not count.
    """

    _name = "aftersales.stock.age"
    _description = "Age of Parts in Stock"
    _auto = False
    _order = "date, id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", "Part", readonly=True)
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        readonly=True,
    )
    categ_id = fields.Many2one("product.category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date("Received", readonly=True)
    age = fields.Integer("Age, Days", readonly=True, aggregator="avg")
    bucket = fields.Selection(
        [
            ("1", "Up to 1 month"),
            ("3", "Up to 3 months"),
            ("6", "Up to 6 months"),
            ("12", "Up to 12 months"),
            ("99", "Older"),
        ],
        "Age",
        readonly=True,
    )
    is_young = fields.Boolean(
        "Within the Target Age",
        readonly=True,
        help="Not older than the company's target for the age of stock.",
    )
    quantity = fields.Float("In Stock", digits="Product Unit", readonly=True)
    value = fields.Monetary(readonly=True, help="At the part's present cost.")
    young_value = fields.Monetary("Value within the Target Age", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH part AS (
                SELECT product.id, product.standard_price,
                       template.aftersales_part_class AS part_class, template.categ_id
                  FROM product_product product
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE template.aftersales_is_part
            ), shelf AS (
                SELECT quant.company_id, quant.product_id,
                       sum(quant.quantity) AS quantity,
                       min(quant.in_date)::date AS oldest
                  FROM stock_quant quant
                  JOIN part ON part.id = quant.product_id
                  JOIN stock_location place ON place.id = quant.location_id
                 WHERE place.usage = 'internal' AND place.warehouse_id IS NOT NULL
                   AND quant.owner_id IS NULL
                 GROUP BY quant.company_id, quant.product_id
                HAVING sum(quant.quantity) > 0
            ), receipt AS (
                SELECT line.company_id, line.product_id, line.date::date AS date,
                       line.quantity_product_uom AS quantity,
                       sum(line.quantity_product_uom) OVER (
                           PARTITION BY line.company_id, line.product_id
                           ORDER BY line.date DESC, line.id DESC
                       ) AS upto
                  FROM stock_move_line line
                  JOIN shelf ON shelf.company_id = line.company_id
                   AND shelf.product_id = line.product_id
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location place ON place.id = line.location_dest_id
                  LEFT JOIN stock_picking slip ON slip.id = move.picking_id
                 WHERE line.state = 'done' AND place.usage = 'internal'
                   AND place.warehouse_id IS NOT NULL AND line.owner_id IS NULL
                   AND source.usage IN ('supplier', 'production', 'inventory')
                   AND slip.aftersales_kind IS NULL
                   AND move.origin_returned_move_id IS NULL
            ), layer AS (
                SELECT shelf.company_id, shelf.product_id, receipt.date,
                       LEAST(receipt.quantity,
                             shelf.quantity - receipt.upto + receipt.quantity)
                           AS quantity
                  FROM receipt
                  JOIN shelf ON shelf.company_id = receipt.company_id
                   AND shelf.product_id = receipt.product_id
                 WHERE shelf.quantity > receipt.upto - receipt.quantity
                 UNION ALL
                SELECT shelf.company_id, shelf.product_id,
                       LEAST(shelf.oldest, min(receipt.date)),
                       shelf.quantity - COALESCE(max(receipt.upto), 0)
                  FROM shelf
                  LEFT JOIN receipt ON receipt.company_id = shelf.company_id
                   AND receipt.product_id = shelf.product_id
                 GROUP BY shelf.company_id, shelf.product_id, shelf.oldest,
                          shelf.quantity
                HAVING shelf.quantity > COALESCE(max(receipt.upto), 0)
            ), aged AS (
                SELECT layer.*, part.part_class, part.categ_id, company.currency_id,
                       %(today)s - layer.date AS age,
                       layer.quantity * COALESCE(
                           (part.standard_price
                               ->> layer.company_id::text)::numeric, 0
                       ) AS value,
                       layer.date >= %(today)s - make_interval(
                           months => COALESCE(company.aftersales_stock_age_months, 3)
                       ) AS is_young,
                       CASE WHEN layer.date >= %(today)s - interval '1 month' THEN '1'
                            WHEN layer.date >= %(today)s - interval '3 months' THEN '3'
                            WHEN layer.date >= %(today)s - interval '6 months' THEN '6'
                            WHEN layer.date >= %(today)s - interval '1 year' THEN '12'
                            ELSE '99' END AS bucket
                  FROM layer
                  JOIN part ON part.id = layer.product_id
                  JOIN res_company company ON company.id = layer.company_id
            )
            SELECT row_number() OVER (
                       ORDER BY company_id, product_id, date, quantity
                   ) AS id, aged.*,
                   CASE WHEN is_young THEN value ELSE 0 END AS young_value
              FROM aged
            """,
            today=fields.Date.context_today(self),
        )
