from odoo import fields, models
from odoo.tools import SQL


class AftersalesServiceCostReport(models.Model):
    """The cost of satisfied customers: what service costs, and why (R-COST-01 to 05).

    A row is something that was spent for a ticket: a part that left (at cost, less what
    came back), hours of work (at the rate of the settings), a trip or parcel, a bill,
    what a maker did not pay. By kind:

    * *Conforming*: service that keeps a sound product sound: maintenance, inspection,
      advice, and what customers tell.
    * *Regular*: other work that somebody orders.
    * *Nonconforming*: the product or our own work was at fault: warranty, goodwill,
      recalls, complaints, exchange, comebacks. Its cost counts times the amplification
      factor of the class of part; hours and trips take the greatest of the ticket.

    The cost of satisfaction is the sum of all, each times its factor; that of service
    is regular and nonconforming together. Amounts are in company currency.
    """

    _name = "aftersales.service.cost.report"
    _description = "Cost of Service"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", "Service ticket", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    model_id = fields.Many2one(
        "fleet.vehicle.model", string="Vehicle Model", readonly=True
    )
    technician_id = fields.Many2one("res.users", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Class of part", readonly=True
    )
    source = fields.Selection(
        [
            ("part", "Parts"),
            ("labour", "Labour"),
            ("trip", "Trips and freight"),
            ("claim", "Warranty claims"),
            ("other", "Other"),
        ],
        "What for",
        readonly=True,
    )
    kind = fields.Selection(
        [
            ("conforming", "Conforming product"),
            ("regular", "Regular service"),
            ("nonconforming", "Nonconforming product"),
        ],
        readonly=True,
    )
    hours = fields.Float(readonly=True)
    amount = fields.Monetary("Cost", readonly=True)
    factor = fields.Float("Amplification factor", readonly=True, aggregator="avg")
    amount_weighted = fields.Monetary(
        "Cost of satisfaction", readonly=True, help="Cost times factor."
    )

    @property
    def _table_query(self):
        items = self.env["aftersales.account.item"]
        return SQL(
            """
            WITH result AS (%(accounts)s),
            blame AS (
                SELECT line.ticket_id,
                       max(COALESCE(categ.aftersales_cost_factor, 1)) AS factor
                  FROM aftersales_ticket_line line
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  LEFT JOIN product_category categ ON categ.id = template.categ_id
                 WHERE line.approval = 'approved'
                   AND line.payer IN ('warranty', 'goodwill')
                 GROUP BY line.ticket_id
            ), spent AS (
                SELECT stock.id::bigint * 4 AS id,
                       (stock.date AT TIME ZONE 'UTC' AT TIME ZONE
                            COALESCE(calendar.tz, 'UTC'))::date AS date,
                       line.ticket_id, stock.product_id, 'part' AS source,
                       line.payer, 0.0 AS hours,
                       CASE WHEN dest.usage IN ('customer', 'inventory')
                            THEN abs(stock.value) ELSE -abs(stock.value) END AS amount
                  FROM stock_move stock
                  JOIN aftersales_ticket_line line ON line.id = stock.aftersales_line_id
                  JOIN stock_location place ON place.id = stock.location_id
                  JOIN stock_location dest ON dest.id = stock.location_dest_id
                  JOIN res_company company ON company.id = stock.company_id
                  LEFT JOIN resource_calendar calendar
                    ON calendar.id = company.resource_calendar_id
                 WHERE stock.state = 'done' AND stock.value <> 0
                   AND (dest.usage IN ('customer', 'inventory')
                        OR place.usage IN ('customer', 'inventory'))
                UNION ALL
                SELECT log.id::bigint * 4 + 1,
                       (log.date_start AT TIME ZONE 'UTC' AT TIME ZONE
                            COALESCE(calendar.tz, 'UTC'))::date,
                       log.ticket_id, NULL, 'labour', NULL, log.duration,
                       log.duration * company.aftersales_hour_cost
                  FROM aftersales_timelog log
                  JOIN res_company company ON company.id = log.company_id
                  LEFT JOIN resource_calendar calendar
                    ON calendar.id = company.resource_calendar_id
                 WHERE log.ticket_id IS NOT NULL AND log.date_stop IS NOT NULL
                UNION ALL
                SELECT part.id::bigint * 4 + 2, part.date, part.aftersales_ticket_id,
                       NULL, 'trip', NULL, 0.0, -part.amount
                  FROM account_analytic_line part
                 WHERE part.aftersales_ticket_id IS NOT NULL
                UNION ALL
                SELECT line.id::bigint * 4 + 3, line.date, item.ticket_id,
                       line.product_id,
                       CASE item.category WHEN 'warranty' THEN 'claim'
                            ELSE 'other' END, NULL, 0.0, line.balance
                  FROM (%(items)s) item
                  JOIN account_move_line line ON line.id = item.id
                 WHERE item.category IN ('warranty', 'ticket_cost')
                   AND item.ticket_id IS NOT NULL
            ), judged AS (
                SELECT spent.*, ticket.company_id, ticket.vehicle_id, vehicle.model_id,
                       ticket.technician_id, template.categ_id,
                       CASE WHEN ticket.comeback_of_id IS NOT NULL
                                 OR ticket.ticket_type IN (
                                    'recall', 'complaint', 'exchange', 'compensation')
                                 OR spent.source = 'claim'
                                 OR spent.payer IN ('warranty', 'goodwill')
                                 OR spent.payer IS NULL AND blame.ticket_id IS NOT NULL
                            THEN 'nonconforming'
                            WHEN ticket.ticket_type IN (
                                 'maintenance', 'inspection', 'consultation',
                                 'feedback')
                            THEN 'conforming' ELSE 'regular' END AS kind,
                       COALESCE(CASE WHEN spent.source IN ('part', 'claim')
                                     THEN categ.aftersales_cost_factor END,
                                blame.factor, 1) AS class_factor
                  FROM spent
                  JOIN aftersales_ticket ticket ON ticket.id = spent.ticket_id
                  LEFT JOIN aftersales_vehicle vehicle
                    ON vehicle.id = ticket.vehicle_id
                  LEFT JOIN product_product product ON product.id = spent.product_id
                  LEFT JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  LEFT JOIN product_category categ ON categ.id = template.categ_id
                  LEFT JOIN blame ON blame.ticket_id = spent.ticket_id
            )
            SELECT judged.id, judged.date, judged.company_id, company.currency_id,
                   judged.ticket_id, judged.vehicle_id, judged.model_id,
                   judged.technician_id, judged.product_id, judged.categ_id,
                   judged.source, judged.kind, judged.hours, judged.amount,
                   CASE judged.kind WHEN 'nonconforming' THEN judged.class_factor
                        ELSE 1 END AS factor,
                   judged.amount * CASE judged.kind WHEN 'nonconforming'
                        THEN judged.class_factor ELSE 1 END AS amount_weighted
              FROM judged
              JOIN res_company company ON company.id = judged.company_id
            """,
            accounts=items._get_result_accounts(),
            items=items._get_ticket_source(),
        )
