from odoo import api, fields, models


class PurchaseOrderLine(models.Model):
    """A part that is bought for a line of a ticket."""

    _inherit = "purchase.order.line"

    aftersales_for_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Ordered for",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        readonly=True,
        copy=False,
    )
    aftersales_ticket_id = fields.Many2one(
        related="aftersales_for_line_id.ticket_id", string="Service Ticket"
    )

    def _find_candidate(
        self,
        product_id,
        product_qty,
        product_uom,
        location_id,
        name,
        origin,
        company_id,
        values,
    ):
        wanted = values.get("aftersales_for_line_id") or False
        lines = self.filtered(lambda line: line.aftersales_for_line_id.id == wanted)
        return super(PurchaseOrderLine, lines)._find_candidate(
            product_id,
            product_qty,
            product_uom,
            location_id,
            name,
            origin,
            company_id,
            values,
        )

    @api.model
    def _prepare_purchase_order_line_from_procurement(
        self,
        product_id,
        product_qty,
        product_uom,
        location_dest_id,
        name,
        origin,
        company_id,
        values,
        po,
    ):
        vals = super()._prepare_purchase_order_line_from_procurement(
            product_id,
            product_qty,
            product_uom,
            location_dest_id,
            name,
            origin,
            company_id,
            values,
            po,
        )
        vals["aftersales_for_line_id"] = values.get("aftersales_for_line_id")
        return vals

    def _prepare_stock_move_vals(
        self, picking, price_unit, product_uom_qty, product_uom
    ):
        vals = super()._prepare_stock_move_vals(
            picking, price_unit, product_uom_qty, product_uom
        )
        vals["aftersales_for_line_id"] = self.aftersales_for_line_id.id
        return vals
