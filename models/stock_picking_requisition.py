from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    aftersales_requisition_id = fields.Many2one(
        "aftersales.part.requisition",
        string="Requisition",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        readonly=True,
        copy=False,
    )

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self.aftersales_requisition_id:
            # sudo: the rest was asked for with the same requisition; who validates
            # the slip may not write the field
            backorder.sudo().aftersales_requisition_id = self.aftersales_requisition_id
        return backorder
