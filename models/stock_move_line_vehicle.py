from odoo import fields, models

from ..tools import vin as vin_tools


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _prepare_aftersales_vehicle_vals(self, owner, date):
        """Return the values of the file of the vehicle that this line delivers.

        :param owner: who bought it (res.partner)
        :param date: the day of the delivery
        """
        self.ensure_one()
        number = vin_tools.normalize(self.lot_id.name)
        problem = vin_tools.find_problem(number)
        is_vin = not (problem and problem.binding)
        # A storekeeper reads the transfer, not necessarily the order behind it.
        order = self.picking_id.sudo().sale_id
        ordered = order.date_order and fields.Datetime.context_timestamp(
            self, order.date_order
        )
        return {
            "company_id": self.company_id.id,
            "vin": number if is_vin else False,
            "serial_number": False if is_vin else self.lot_id.name,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "model_id": self.product_id.aftersales_model_id.id,
            "partner_id": owner.id,
            "sale_date": ordered.date() if ordered else date,
            "delivery_date": date,
        }

    def _prepare_aftersales_vehicle_update(self, vehicle, date):
        """Return what a delivery adds to a file that exists: only what it lacks."""
        self.ensure_one()
        wanted = {
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "model_id": self.product_id.aftersales_model_id.id,
            "delivery_date": date,
        }
        return {
            name: value for name, value in wanted.items() if value and not vehicle[name]
        }
