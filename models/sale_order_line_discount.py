from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    aftersales_discount_id = fields.Many2one(
        "aftersales.settlement.discount",
        string="Discount at Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The discount a manager granted, which this line takes off.",
    )
