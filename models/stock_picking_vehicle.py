from odoo import fields, models
from odoo.fields import Domain

from ..tools import vin as vin_tools


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        for company, pickings in self.grouped("company_id").items():
            pickings.with_company(company)._aftersales_follow_vehicles()
        return result

    def _aftersales_follow_vehicles(self):
        """Keep the vehicle files in step with done transfers of vehicle products.

        Delivered to a customer: the file is made, or passes to the new owner when there
        is one already. Back from a customer: the company owns it again. Transfers of
        anything else are left alone. All pickings of self are of one company.
        """
        lines = self.move_ids.move_line_ids.with_prefetch().filtered(
            lambda line: (
                line.state == "done"
                and line.lot_id
                and line.product_id.aftersales_is_vehicle
            )
        )
        if not lines:
            return
        outgoing = lines.filtered(
            lambda line: (
                line.location_dest_id.usage == "customer"
                and line.location_id.usage != "customer"
            )
        )
        incoming = lines.filtered(
            lambda line: (
                line.location_id.usage == "customer"
                and line.location_dest_id.usage != "customer"
            )
        )
        files = self._aftersales_find_vehicles((outgoing | incoming).lot_id)
        self._aftersales_vehicles_returned(incoming, files)
        self._aftersales_vehicles_delivered(outgoing, files)

    def _aftersales_find_vehicles(self, lots):
        """Return {lot: its vehicle file}, archived ones included, in one query."""
        company = self.company_id
        # Whoever may validate the transfer needs no after-sales role: the file is
        # looked up and kept for the company of the transfer only.
        vehicles = self.env["aftersales.vehicle"].sudo().with_context(active_test=False)
        names = lots.mapped("name")
        found = vehicles.search(
            Domain("company_id", "=", company.id)
            & (
                Domain("lot_id", "in", lots.ids)
                | Domain("vin", "in", [vin_tools.normalize(name) for name in names])
                | (
                    Domain("serial_number", "in", names)
                    & Domain("product_id", "in", lots.product_id.ids)
                )
            ),
            order="active DESC, id",
        )
        by_lot = {}
        for vehicle in reversed(found):
            for lot in lots:
                if (
                    vehicle.lot_id == lot
                    or vehicle.vin == vin_tools.normalize(lot.name)
                    or (
                        vehicle.serial_number == lot.name
                        and vehicle.product_id == lot.product_id
                    )
                ):
                    by_lot[lot] = vehicle
        return by_lot

    def _aftersales_vehicles_delivered(self, lines, files):
        """Make or pass on the file of each vehicle delivered by these move lines."""
        today = fields.Date.context_today(self)
        vals_list, taken = [], set()
        for line in lines:
            owner = line.picking_id._aftersales_get_vehicle_owner()
            vehicle = files.get(line.lot_id)
            if not vehicle and owner:
                vals = line._prepare_aftersales_vehicle_vals(owner, today)
                if vals["vin"] and vals["vin"] in taken:
                    # Two products under one number: the delivery is a fact all the
                    # same, so the second gets its file under its serial number.
                    vals.update(vin=False, serial_number=line.lot_id.name)
                taken.add(vals["vin"])
                vals_list.append(vals)
                continue
            if not vehicle:
                continue
            if not vehicle.active:
                vehicle.action_unarchive()
            vehicle.write(line._prepare_aftersales_vehicle_update(vehicle, today))
            if owner and vehicle.partner_id != owner:
                vehicle._transfer_ownership(owner, vehicle._get_transfer_date(today))
        # See _aftersales_find_vehicles: the delivery is the production's entry of the
        # vehicle file (R-VEH-02), made for the company of the transfer.
        vehicles = self.env["aftersales.vehicle"].sudo().create(vals_list)
        vehicles._note_birth()

    def _aftersales_vehicles_returned(self, lines, files):
        """Give each vehicle that came back to the company; it stays in use, with its
        warranty as it was, and is reminded of nothing until it is delivered again."""
        today = fields.Date.context_today(self)
        company_partner = self.company_id.partner_id
        for line in lines:
            vehicle = files.get(line.lot_id)
            if not vehicle or vehicle.partner_id == company_partner:
                continue
            vehicle._transfer_ownership(
                company_partner, vehicle._get_transfer_date(today)
            )
            vehicle.message_post(
                body=self.env._(
                    "Taken back by %(transfer)s.", transfer=line.picking_id.name
                )
            )

    def _aftersales_get_vehicle_owner(self):
        """Return who buys what this transfer delivers, or no partner."""
        self.ensure_one()
        # A storekeeper reads the transfer, not necessarily the order behind it.
        return self.sudo().sale_id.partner_id or self.partner_id.commercial_partner_id
