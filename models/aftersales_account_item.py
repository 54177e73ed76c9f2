from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of

# What makes the result of after-sales, in the order of the accounts.
REVENUE = [
    ("labour", "Labour"),
    ("parts", "Parts"),
    ("old_part", "Old parts charged"),
    ("other", "Other revenue"),
]
COST = [
    ("parts_cost", "Cost of parts sold"),
    ("warranty", "Cost of warranty"),
    ("goodwill", "Goodwill"),
    ("internal", "Internal work"),
    ("trip", "Trips"),
    ("fine", "Fines"),
    ("freight", "Freight"),
    ("ticket_cost", "Other cost of tickets"),
    ("operating", "Operating cost"),
]
CATEGORIES = REVENUE + COST


class AftersalesAccountItem(models.Model):
    """The journal items that make the result of after-sales (R-PAY-07).

    A row is one posted journal item on an account of income or expenses that belongs
    to after-sales: of an invoice, credit note or bill of a ticket, of a part that left
    at our own cost, of a trip or parcel, or on an account that the settings name as
    after-sales' own. Amounts are in company currency; income counts positive, cost
    negative. No item stands here twice, so any sum ties to the ledger.
    """

    _name = "aftersales.account.item"
    _description = "Journal Item of After-Sales"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    move_line_id = fields.Many2one("account.move.line", "Journal item", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    category = fields.Selection(CATEGORIES, readonly=True)
    payer = fields.Selection(
        selection=choices_of("sale.order", "aftersales_payer"),
        readonly=True,
        help="On whose account; of revenue only.",
    )
    partner_id = fields.Many2one("res.partner", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Class of part", readonly=True
    )
    ticket_id = fields.Many2one("aftersales.ticket", "Service ticket", readonly=True)
    advisor_id = fields.Many2one("res.users", readonly=True)
    technician_id = fields.Many2one("res.users", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    model_id = fields.Many2one(
        "fleet.vehicle.model", string="Vehicle Model", readonly=True
    )
    amount = fields.Monetary(readonly=True, help="Income positive, cost negative.")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH result AS (%s), source AS (%s)
            SELECT line.id, line.id AS move_line_id, line.move_id, line.company_id,
                   line.company_currency_id AS currency_id, line.date, line.account_id,
                   line.partner_id, line.product_id, source.category, source.payer,
                   source.ticket_id, ticket.advisor_id, ticket.technician_id,
                   ticket.vehicle_id, vehicle.model_id, template.categ_id,
                   -line.balance AS amount
              FROM source
              JOIN account_move_line line ON line.id = source.id
              LEFT JOIN aftersales_ticket ticket ON ticket.id = source.ticket_id
              LEFT JOIN aftersales_vehicle vehicle ON vehicle.id = ticket.vehicle_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template
                ON template.id = product.product_tmpl_id
            """,
            self._get_result_accounts(),
            SQL(" UNION ALL ").join(self._get_sources()),
        )

    @api.model
    def _get_result_accounts(self):
        """Return the SQL of the accounts of income and expenses."""
        return SQL(
            """
            SELECT id, account_type LIKE 'income%%' AS is_income
              FROM account_account
             WHERE account_type LIKE 'income%%' OR account_type LIKE 'expense%%'
            """
        )

    @api.model
    def _get_sources(self):
        """Return the SQL of each source of items; no two return the same item.

        Columns: id of the journal item, ticket_id, payer, category.
        """
        return [
            self._get_ticket_source(),
            self._get_stock_source(),
            self._get_expense_source(),
            self._get_operating_source(),
        ]

    @api.model
    def _get_ticket_source(self):
        """Invoices, credit notes and bills of tickets, and of claims of theirs."""
        return SQL(
            """
            SELECT line.id,
                   COALESCE(move.aftersales_ticket_id, claimed.ticket_id) AS ticket_id,
                   CASE WHEN result.is_income
                        THEN COALESCE(move.aftersales_payer, 'customer') END AS payer,
                   CASE WHEN claimed.id IS NOT NULL
                             AND (move.move_type NOT IN ('out_invoice', 'out_refund')
                                  OR move.move_type = 'out_refund' AND NOT EXISTS (
                                     SELECT FROM sale_order_line_invoice_rel billed
                                      WHERE billed.invoice_line_id = line.id))
                        THEN 'warranty'
                        WHEN NOT result.is_income
                        THEN CASE WHEN line.display_type = 'cogs' THEN 'parts_cost'
                                  ELSE 'ticket_cost' END
                        WHEN line.aftersales_charged_part_id IS NOT NULL
                             OR line.aftersales_credited_part_id IS NOT NULL
                             OR line.aftersales_is_part_rounding THEN 'old_part'
                        WHEN template.type = 'service' THEN 'labour'
                        WHEN template.type IS NOT NULL THEN 'parts'
                        ELSE 'other' END AS category
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN result ON result.id = line.account_id
              LEFT JOIN aftersales_warranty_claim_line claimed
                ON claimed.id = line.aftersales_claim_line_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template
                ON template.id = product.product_tmpl_id
             WHERE line.parent_state = 'posted'
               AND (move.aftersales_ticket_id IS NOT NULL OR claimed.id IS NOT NULL)
            """
        )

    @api.model
    def _get_stock_source(self):
        """Parts that left at our own cost, valued the moment they leave."""
        return SQL(
            """
            SELECT line.id, min(part.ticket_id) AS ticket_id, NULL AS payer,
                   min(CASE place.location_id
                            WHEN company.aftersales_warranty_location_id
                            THEN 'warranty'
                            WHEN company.aftersales_goodwill_location_id
                            THEN 'goodwill' ELSE 'internal' END) AS category
              FROM stock_move stock
              JOIN aftersales_ticket_line part ON part.id = stock.aftersales_line_id
              JOIN res_company company ON company.id = stock.company_id
              JOIN LATERAL (VALUES (stock.location_id), (stock.location_dest_id))
                AS place (location_id)
                ON place.location_id IN (
                   company.aftersales_warranty_location_id,
                   company.aftersales_goodwill_location_id,
                   company.aftersales_internal_location_id)
              JOIN account_move_line line ON line.move_id = stock.account_move_id
               AND (line.product_id IS NULL OR line.product_id = stock.product_id)
              JOIN account_move move ON move.id = line.move_id
              JOIN result ON result.id = line.account_id
             WHERE line.parent_state = 'posted'
               AND move.aftersales_ticket_id IS NULL
               AND line.aftersales_claim_line_id IS NULL
             GROUP BY line.id
            """
        )

    @api.model
    def _get_expense_source(self):
        """Expenses of trips and parcels; of a ticket only where there is just one."""
        return SQL(
            """
            SELECT line.id, shared.ticket_id, NULL AS payer,
                   CASE WHEN expense.aftersales_trip_id IS NULL THEN 'freight'
                        WHEN EXISTS (SELECT FROM aftersales_trip_cost cost
                                      WHERE cost.expense_id IN (expense.id,
                                            expense.split_expense_origin_id)
                                        AND cost.kind = 'fine') THEN 'fine'
                        ELSE 'trip' END AS category
              FROM hr_expense expense
              JOIN account_move_line line ON line.expense_id = expense.id
              JOIN account_move move ON move.id = line.move_id
              JOIN result ON result.id = line.account_id
              LEFT JOIN LATERAL (
                    SELECT min(part.aftersales_ticket_id) AS ticket_id
                      FROM account_analytic_line part
                     WHERE part.move_line_id = line.id
                    HAVING count(DISTINCT part.aftersales_ticket_id) = 1
                   ) shared ON TRUE
             WHERE line.parent_state = 'posted'
               AND move.aftersales_ticket_id IS NULL
               AND line.aftersales_claim_line_id IS NULL
               AND (expense.aftersales_trip_id IS NOT NULL OR EXISTS (
                    SELECT FROM aftersales_part_shipment parcel
                     WHERE parcel.expense_id IN (
                          expense.id, expense.split_expense_origin_id)))
            """
        )

    @api.model
    def _get_operating_source(self):
        """What else stands on the accounts that are after-sales' own."""
        return SQL(
            """
            SELECT line.id, NULL::integer AS ticket_id, NULL AS payer,
                   CASE WHEN result.is_income THEN 'other'
                        ELSE 'operating' END AS category
              FROM aftersales_operating_account_rel own
              JOIN account_move_line line ON line.account_id = own.account_id
               AND line.company_id = own.company_id
              JOIN account_move move ON move.id = line.move_id
              JOIN result ON result.id = line.account_id
             WHERE line.parent_state = 'posted'
               AND move.aftersales_ticket_id IS NULL
               AND line.aftersales_claim_line_id IS NULL
               AND NOT EXISTS (
                   SELECT FROM hr_expense expense
                    WHERE expense.id = line.expense_id
                      AND (expense.aftersales_trip_id IS NOT NULL OR EXISTS (
                           SELECT FROM aftersales_part_shipment parcel
                            WHERE parcel.expense_id IN (
                                  expense.id, expense.split_expense_origin_id))))
               AND NOT EXISTS (
                   SELECT FROM stock_move stock
                     JOIN res_company company ON company.id = stock.company_id
                    WHERE stock.account_move_id = line.move_id
                      AND stock.aftersales_line_id IS NOT NULL
                      AND (line.product_id IS NULL
                           OR line.product_id = stock.product_id)
                      AND (stock.location_id IN (
                              company.aftersales_warranty_location_id,
                              company.aftersales_goodwill_location_id,
                              company.aftersales_internal_location_id)
                           OR stock.location_dest_id IN (
                              company.aftersales_warranty_location_id,
                              company.aftersales_goodwill_location_id,
                              company.aftersales_internal_location_id)))
            """
        )

    @api.model
    def _sum_by(self, company, date_from, date_to, *groupby):
        """Return ``[(group…, amount, number of items)]`` of a span of days (in sudo).

        :param groupby: fields of an item
        """
        self.env.flush_all()
        return self._read_group(
            [
                ("company_id", "=", company.id),
                ("date", ">=", date_from),
                ("date", "<=", date_to),
            ],
            groupby,
            ["amount:sum", "__count"],
        )

    @api.readonly
    def action_view_items(self):
        """Open the journal items behind these rows, in Odoo's own list."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
        }
