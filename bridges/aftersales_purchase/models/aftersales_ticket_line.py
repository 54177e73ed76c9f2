from odoo import api, fields, models


class AftersalesTicketLine(models.Model):
    """What is bought counts as ordered from the request for quotation on."""

    _inherit = "aftersales.ticket.line"

    purchase_line_ids = fields.One2many(
        "purchase.order.line",
        "aftersales_for_line_id",
        string="Purchases",
        readonly=True,
    )

    @api.depends("purchase_line_ids.state", "purchase_line_ids.product_qty")
    def _compute_qty_ordered(self):
        return super()._compute_qty_ordered()

    def _get_qty_ordered(self):
        ordered = super()._get_qty_ordered()
        # Once confirmed, its receipt is among the movements.
        rows = self.env["purchase.order.line"]._read_group(
            [
                ("aftersales_for_line_id", "in", self.ids),
                ("state", "in", ("draft", "sent", "to approve")),
            ],
            ["aftersales_for_line_id", "product_id", "product_uom_id"],
            ["product_qty:sum"],
        )
        for line, product, unit, quantity in rows:
            ordered[line.id] = ordered.get(line.id, 0.0) + unit._compute_quantity(
                quantity, product.uom_id, round=False
            )
        return ordered
