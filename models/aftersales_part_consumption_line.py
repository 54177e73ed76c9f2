from odoo import api, fields, models


class AftersalesPartConsumptionLine(models.Model):
    """How much of a part one line of a ticket has used, as it was told that day."""

    _name = "aftersales.part.consumption.line"
    _description = "Part Consumed"
    _order = "report_id desc, id"
    _rec_name = "product_id"
    _check_company_auto = True

    report_id = fields.Many2one(
        "aftersales.part.consumption",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="report_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(
        related="report_id.date", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Line",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    ticket_id = fields.Many2one(
        related="ticket_line_id.ticket_id", store=True, index=True, precompute=True
    )
    product_id = fields.Many2one(
        related="ticket_line_id.product_id",
        string="Part",
        store=True,
        index=True,
        precompute=True,
    )
    quantity = fields.Float(
        "Used",
        digits="Product Unit",
        required=True,
        readonly=True,
        help="In the part's own unit; with a minus what came back after it was told.",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    value = fields.Monetary(readonly=True, help="At cost on the day it was told.")
    qty_on_hand = fields.Float(
        "On hand", digits="Product Unit", compute="_compute_stock", compute_sudo=True
    )
    qty_forecast = fields.Float(
        "Forecast", digits="Product Unit", compute="_compute_stock", compute_sudo=True
    )
    has_rule = fields.Boolean(
        "Reordering rule",
        compute="_compute_stock",
        compute_sudo=True,
        help="A reordering rule keeps the part in stock.",
    )

    _quantity_told = models.Constraint(
        "CHECK(quantity <> 0)", "A line of the consumption tells of some quantity."
    )

    @api.depends("product_id", "company_id")
    def _compute_stock(self):
        for company, lines in self.grouped("company_id").items():
            products = lines.product_id.with_company(company)
            ruled = self.env["stock.warehouse.orderpoint"].search(
                [
                    ("company_id", "=", company.id),
                    ("product_id", "in", products.ids),
                ]
            )
            for line in lines:
                product = line.product_id.with_company(company)
                line.qty_on_hand = product.qty_available
                line.qty_forecast = product.virtual_available
                line.has_rule = product in ruled.product_id
