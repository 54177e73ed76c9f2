from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesWarrantyCostReport(models.Model):
    """What warranty cost us, by vehicle model, class of part, provider and month.

    A row for each movement of a part to the location that bears the warranty, and for
    each line of a claim's credit note or refund. All but the differences stand on the
    account of the cost of warranty, when parts are valued at once.
    """

    _name = "aftersales.warranty.cost.report"
    _description = "Cost of Warranty"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("issue", "Part issued"),
            ("return", "Part returned"),
            ("difference", "Not paid by the maker"),
            ("recovery", "Paid by the supplier"),
        ],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    model_id = fields.Many2one(
        "fleet.vehicle.model", string="Vehicle Model", readonly=True
    )
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        string="Class of part",
        readonly=True,
    )
    provider_id = fields.Many2one("res.partner", readonly=True)
    claim_id = fields.Many2one("aftersales.warranty.claim", readonly=True)
    amount = fields.Monetary("Cost", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT cost.*, company.currency_id, ticket.vehicle_id, vehicle.model_id,
                   template.categ_id, template.aftersales_part_class AS part_class
              FROM (
                    SELECT move.id * 2 AS id, move.date::date AS date,
                           CASE WHEN move.location_dest_id
                                     = company.aftersales_warranty_location_id
                                THEN 'issue' ELSE 'return' END AS kind,
                           move.company_id, line.ticket_id, move.product_id,
                           NULL::integer AS provider_id, NULL::integer AS claim_id,
                           CASE WHEN move.location_dest_id
                                     = company.aftersales_warranty_location_id
                                THEN move.value ELSE -move.value END AS amount
                      FROM stock_move move
                      JOIN res_company company ON company.id = move.company_id
                      JOIN aftersales_ticket_line line
                        ON line.id = move.aftersales_line_id
                     WHERE move.state = 'done'
                       AND company.aftersales_warranty_location_id
                           IN (move.location_id, move.location_dest_id)
                    UNION ALL
                    SELECT entry.id * 2 + 1, entry.date,
                           CASE WHEN invoice.move_type = 'out_refund'
                                THEN 'difference' ELSE 'recovery' END,
                           entry.company_id, claimed.ticket_id, claimed.product_id,
                           claim.provider_id, claim.id, entry.balance
                      FROM account_move_line entry
                      JOIN account_move invoice ON invoice.id = entry.move_id
                      JOIN aftersales_warranty_claim_line claimed
                        ON claimed.id = entry.aftersales_claim_line_id
                      JOIN aftersales_warranty_claim claim
                        ON claim.id = claimed.claim_id
                     WHERE entry.parent_state = 'posted'
                       AND entry.display_type = 'product'
                       AND (claim.kind = 'supplier'
                            OR (invoice.move_type = 'out_refund'
                                AND NOT EXISTS (
                                    SELECT FROM sale_order_line_invoice_rel billed
                                     WHERE billed.invoice_line_id = entry.id)))
                   ) cost
              JOIN res_company company ON company.id = cost.company_id
              JOIN aftersales_ticket ticket ON ticket.id = cost.ticket_id
              LEFT JOIN aftersales_vehicle vehicle ON vehicle.id = ticket.vehicle_id
              JOIN product_product product ON product.id = cost.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
            """
        )
