from odoo import models


class AftersalesPartShipment(models.Model):
    """The freight of a parcel is costed on its ticket (R-EXP-07, R-EXP-08)."""

    _inherit = "aftersales.part.shipment"

    def action_reimburse(self):
        result = super().action_reimburse()
        if self.ticket_id or self.picking_ids.aftersales_ticket_id:
            # sudo: the expense that was made just now, whose rights Odoo's groups give
            self.sudo().expense_id.analytic_distribution = (
                self.company_id._aftersales_get_trip_distribution()
            )
        return result
