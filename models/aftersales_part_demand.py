from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesPartDemand(models.Model):
    """What service used of each part, and when: the history that plans stand on.

    Issued on tickets less what came back unused, and parts delivered without a ticket
    less what customers returned (R-STK-01).
    """

    _name = "aftersales.part.demand"
    _description = "Part Demand"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", "Part", readonly=True)
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    date = fields.Datetime(readonly=True)
    quantity = fields.Float("Used", digits="Product Unit", readonly=True)
    cost = fields.Monetary(readonly=True, help="At the part's present cost.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT used.*, used.quantity * COALESCE(
                       (product.standard_price ->> used.company_id::text)::numeric, 0
                   ) AS cost,
                   template.aftersales_part_class AS part_class,
                   company.currency_id
              FROM (
                    SELECT line.id, line.product_id, line.company_id, line.date,
                           kind.warehouse_id,
                           slip.aftersales_ticket_id AS ticket_id,
                           line.quantity_product_uom * CASE
                               WHEN COALESCE(slip.aftersales_kind = 'return',
                                             source.usage = 'customer')
                               THEN -1 ELSE 1 END AS quantity
                      FROM stock_move_line line
                      JOIN stock_location source ON source.id = line.location_id
                      JOIN stock_location place ON place.id = line.location_dest_id
                      JOIN stock_move move ON move.id = line.move_id
                      JOIN stock_picking slip ON slip.id = move.picking_id
                      JOIN stock_picking_type kind ON kind.id = slip.picking_type_id
                     WHERE line.state = 'done'
                       AND (slip.aftersales_kind IN ('issue', 'return')
                            OR slip.aftersales_kind IS NULL AND (
                                source.usage = 'internal'
                                AND place.usage = 'customer'
                                OR source.usage = 'customer'
                                AND place.usage = 'internal'))
                   ) used
              JOIN product_product product ON product.id = used.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN res_company company ON company.id = used.company_id
             WHERE template.aftersales_is_part
            """
        )
