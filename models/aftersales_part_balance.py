from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesPartBalance(models.Model):
    """The account of each part of each ticket, told from the stock moves (R-PART-16).

    What left the shelf = what is used + what is back + what is on loan; what is used =
    what was delivered on the order of its payer, or taken by the place of its cost.
    All in the part's own unit. Nothing is entered here.
    """

    _name = "aftersales.part.balance"
    _description = "Parts Reconciliation"
    _auto = False
    _order = "ticket_id desc, id"
    _rec_name = "product_id"
    _depends = {
        "stock.move": ["state", "aftersales_line_id", "picking_id", "location_id"],
        "stock.move.line": ["quantity_product_uom"],
        "stock.picking": ["aftersales_kind"],
        "aftersales.ticket.line": ["ticket_id", "payer", "product_id", "sale_line_id"],
        "aftersales.ticket": ["company_id", "state"],
        "sale.order.line": ["qty_delivered", "qty_invoiced", "product_uom_id"],
    }

    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line", string="Line", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    payer = fields.Selection(
        selection=choices_of("aftersales.ticket.line", "payer"),
        readonly=True,
    )
    qty_agreed = fields.Float("Agreed", digits="Product Unit", readonly=True)
    qty_out = fields.Float(
        "Left the shelf",
        digits="Product Unit",
        readonly=True,
        help="Issued from stock, or lent.",
    )
    qty_back = fields.Float(
        "Back on the shelf",
        digits="Product Unit",
        readonly=True,
        help="Returned unused, or back from a loan.",
    )
    qty_on_loan = fields.Float("On loan", digits="Product Unit", readonly=True)
    qty_used = fields.Float(
        "Used",
        digits="Product Unit",
        readonly=True,
        help="Issued for good less returned.",
    )
    qty_booked = fields.Float(
        "Delivered or expensed",
        digits="Product Unit",
        readonly=True,
        help="Delivered on the payer's order, or taken by the place of its cost.",
    )
    qty_invoiced = fields.Float("Invoiced", digits="Product Unit", readonly=True)
    qty_open = fields.Float(
        "On open slips", digits="Product Unit", readonly=True, help="Asked for."
    )
    difference = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What the account cannot explain; must be nothing.",
    )
    is_balanced = fields.Boolean(
        "Balanced",
        readonly=True,
        help="Nothing on loan, no slip open, no more used than agreed, no difference.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, line.id AS ticket_line_id, line.ticket_id,
                   ticket.company_id, line.product_id, line.payer,
                   template.uom_id AS product_uom_id,
                   line.agreed AS qty_agreed,
                   moved.qty_out, moved.qty_back, moved.qty_on_loan, moved.qty_used,
                   moved.qty_open,
                   CASE WHEN line.sale_line_id IS NULL THEN moved.qty_expensed
                        ELSE line.delivered END AS qty_booked,
                   line.invoiced AS qty_invoiced,
                   abs(moved.qty_out - moved.qty_back - moved.qty_on_loan
                       - moved.qty_used)
                   + abs(moved.qty_used
                         - CASE WHEN line.sale_line_id IS NULL
                                THEN moved.qty_expensed ELSE line.delivered END)
                   AS difference,
                   abs(moved.qty_on_loan) < 0.00001 AND moved.qty_open < 0.00001
                       AND moved.qty_used < line.agreed + 0.00001
                       AND abs(moved.qty_out - moved.qty_back - moved.qty_on_loan
                               - moved.qty_used)
                           + abs(moved.qty_used
                                 - CASE WHEN line.sale_line_id IS NULL
                                        THEN moved.qty_expensed
                                        ELSE line.delivered END) < 0.00001
                   AS is_balanced
              FROM (
                    SELECT part.id, part.ticket_id, part.product_id, part.payer,
                           part.sale_line_id,
                           CASE WHEN part.approval = 'approved'
                                THEN part.quantity * unit.factor / own.factor
                                ELSE 0 END AS agreed,
                           coalesce(sold.qty_delivered * sold_unit.factor
                                    / own.factor, 0) AS delivered,
                           coalesce(sold.qty_invoiced * sold_unit.factor
                                    / own.factor, 0) AS invoiced
                      FROM aftersales_ticket_line part
                      JOIN product_product product ON product.id = part.product_id
                      JOIN product_template template
                           ON template.id = product.product_tmpl_id
                      JOIN uom_uom own ON own.id = template.uom_id
                      JOIN uom_uom unit ON unit.id = part.product_uom_id
                      LEFT JOIN sale_order_line sold ON sold.id = part.sale_line_id
                      LEFT JOIN uom_uom sold_unit ON sold_unit.id = sold.product_uom_id
                     WHERE part.line_type = 'part'
                   ) line
              JOIN aftersales_ticket ticket ON ticket.id = line.ticket_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN res_company company ON company.id = ticket.company_id
              JOIN LATERAL (
                    SELECT coalesce(sum(item.quantity) FILTER (
                               WHERE item.done AND (item.kind = 'loan'
                                   OR item.kind = 'issue' AND NOT item.from_custody)
                           ), 0) AS qty_out,
                           coalesce(sum(item.quantity) FILTER (
                               WHERE item.done
                                   AND item.kind IN ('return', 'loan_return')
                           ), 0) AS qty_back,
                           coalesce(sum(CASE WHEN item.kind = 'loan'
                                             THEN item.quantity
                                             ELSE -item.quantity END) FILTER (
                               WHERE item.done AND (item.kind IN ('loan', 'loan_return')
                                   OR item.kind = 'issue' AND item.from_custody)
                           ), 0) AS qty_on_loan,
                           coalesce(sum(CASE WHEN item.kind = 'issue'
                                             THEN item.quantity
                                             ELSE -item.quantity END) FILTER (
                               WHERE item.done AND item.kind IN ('issue', 'return')
                           ), 0) AS qty_used,
                           coalesce(sum(CASE WHEN item.to_cost THEN item.quantity
                                             WHEN item.from_cost THEN -item.quantity
                                        END) FILTER (WHERE item.done), 0)
                               AS qty_expensed,
                           coalesce(sum(item.demand) FILTER (
                               WHERE NOT item.done AND item.kind <> 'old_part'), 0)
                               AS qty_open,
                           count(*) AS moves
                      FROM (
                            SELECT picking.aftersales_kind AS kind,
                                   move.state = 'done' AS done,
                                   move.product_qty AS demand,
                                   move.location_id
                                       = company.aftersales_custody_location_id
                                       AS from_custody,
                                   target.usage = 'inventory' AS to_cost,
                                   source.usage = 'inventory' AS from_cost,
                                   (SELECT coalesce(sum(done.quantity_product_uom), 0)
                                      FROM stock_move_line done
                                     WHERE done.move_id = move.id) AS quantity
                              FROM stock_move move
                              JOIN stock_picking picking
                                   ON picking.id = move.picking_id
                              JOIN stock_location source
                                   ON source.id = move.location_id
                              JOIN stock_location target
                                   ON target.id = move.location_dest_id
                             WHERE move.aftersales_line_id = line.id
                                   AND move.state <> 'cancel'
                                   AND picking.aftersales_kind IS NOT NULL
                                   AND picking.aftersales_kind <> 'old_part'
                           ) item
                   ) moved ON moved.moves > 0
            """
        )
