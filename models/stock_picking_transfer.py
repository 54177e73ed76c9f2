from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    aftersales_transfer_id = fields.Many2one(
        "aftersales.stock.transfer",
        string="Transfer between Warehouses",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        readonly=True,
        copy=False,
    )
