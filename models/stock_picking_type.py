from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    aftersales_kind = fields.Selection(
        [
            ("issue", "Parts issue"),
            ("loan", "Parts loan"),
            ("return", "Parts return"),
            ("old_part", "Old parts"),
        ],
        string="After-Sales Slip",
        readonly=True,
        copy=False,
        help="Slips of this type belong to a ticket and pass the release gate.",
    )
