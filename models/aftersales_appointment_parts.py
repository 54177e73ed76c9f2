from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import UserError

from .aftersales_appointment import HOLD_STATES


class AftersalesAppointment(models.Model):
    """The parts on the appointment shelf: real transfers there and back (R-APPT-09)."""

    _inherit = "aftersales.appointment"

    picking_ids = fields.One2many(
        "stock.picking", "aftersales_appointment_id", string="Transfers", readonly=True
    )
    has_parts = fields.Boolean(compute="_compute_parts", compute_sudo=True)
    is_shelved = fields.Boolean(
        "All parts shelved", compute="_compute_parts", compute_sudo=True
    )

    def _compute_parts(self):
        for appointment in self:
            needed = appointment._get_parts_needed()
            shelved = defaultdict(float)
            for (product, __), quantity in appointment._get_shelved().items():
                shelved[product] += quantity
            appointment.has_parts = bool(needed)
            appointment.is_shelved = bool(needed) and all(
                product.uom_id.compare(shelved[product], quantity) >= 0
                for product, quantity in needed.items()
            )

    def _get_parts_needed(self):
        """Return product → quantity, in its unit, of the parts out of our stock."""
        self.ensure_one()
        needed = defaultdict(float)
        for line in self.line_ids:
            if line._is_part():
                needed[line.product_id] += line.product_uom_id._compute_quantity(
                    line.quantity, line.product_id.uom_id
                )
        return needed

    def _get_shelved(self):
        """Return (product, lot) → quantity that lies on the shelf for this one."""
        self.ensure_one()
        found = defaultdict(float)
        # sudo: transfers are the parts keeper's; only what lies there is asked
        moves = self.sudo().picking_ids.move_ids.filtered(lambda m: m.state == "done")
        shelves = self._get_shelf_warehouses().aftersales_appointment_location_id
        for line in moves.move_line_ids:
            sign = 1 if line.location_dest_id in shelves else -1
            found[line.product_id, line.lot_id] += sign * line.quantity_product_uom
        return {
            key: quantity
            for key, quantity in found.items()
            if key[0].uom_id.compare(quantity, 0) > 0
        }

    def _get_shelf_warehouses(self):
        # sudo: which warehouse has a shelf is no secret
        return (
            self.env["stock.warehouse"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("aftersales_appointment_location_id", "!=", False),
                ]
            )
        )

    def action_shelve_parts(self):
        """Carry the parts to the appointment shelf, all of them (R-APPT-09).

        :raises UserError: when there is nothing to carry, or a part is not in stock
        """
        self._check_step(("parts_keeper",), HOLD_STATES)
        for appointment in self:
            needed = appointment._get_parts_needed()
            for (product, __), quantity in appointment._get_shelved().items():
                needed[product] -= quantity
            entries = [
                (product, quantity)
                for product, quantity in needed.items()
                if product.uom_id.compare(quantity, 0) > 0
            ]
            if not entries:
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s has no part that is not on the "
                        "shelf yet.",
                        appointment=appointment.name,
                    )
                )
            # sudo: role, access and state are checked; the company is its own
            appointment.sudo()._shelve(entries)
            appointment.sudo().ready_parts = True
        return True

    def _shelve(self, entries):
        self.ensure_one()
        warehouse = (
            self.env["stock.warehouse"]
            .sudo()  # as above
            .search([("company_id", "=", self.company_id.id)], limit=1)
        )
        shelf = warehouse._get_aftersales_appointment_location()
        picking = self._create_transfer(
            warehouse, warehouse.lot_stock_id, shelf, entries
        )
        picking.action_assign()
        short = picking.move_ids.filtered(lambda move: move.state != "assigned")
        if short:
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s: %(parts)s not in stock. Order them, "
                    "or move the appointment until they are here.",
                    appointment=self.name,
                    parts=", ".join(short.product_id.mapped("display_name")),
                )
            )
        picking.move_ids.picked = True
        picking._action_done()

    def _create_transfer(self, warehouse, source, destination, entries):
        """Return a confirmed internal transfer of ``(product, quantity)`` entries."""
        places = {
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }
        picking = self.env["stock.picking"].create(
            {
                **places,
                "picking_type_id": warehouse.int_type_id.id,
                "origin": self.name,
                "partner_id": self.partner_id.id,
                "user_id": False,
                "aftersales_appointment_id": self.id,
                "move_ids": [
                    Command.create(
                        {
                            **places,
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                        }
                    )
                    for product, quantity in entries
                ],
            }
        )
        picking.action_confirm()
        return picking

    def _unshelve(self):
        """Bring what lies on the shelf for these back into the stock, by number."""
        for appointment in self:
            shelved = appointment._get_shelved()
            if not shelved:
                continue
            warehouse = appointment._get_shelf_warehouses()[:1]
            shelf = warehouse.aftersales_appointment_location_id
            quantities = defaultdict(float)
            for (product, __), quantity in shelved.items():
                quantities[product] += quantity
            picking = appointment._create_transfer(
                warehouse, shelf, warehouse.lot_stock_id, list(quantities.items())
            )
            # What comes back is known by number: no reservation guesses it.
            picking.move_line_ids.unlink()
            moves = {move.product_id: move for move in picking.move_ids}
            self.env["stock.move.line"].create(
                [
                    {
                        "picking_id": picking.id,
                        "move_id": moves[product].id,
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "lot_id": lot.id,
                        "quantity": quantity,
                        "picked": True,
                        "location_id": shelf.id,
                        "location_dest_id": warehouse.lot_stock_id.id,
                        "company_id": appointment.company_id.id,
                    }
                    for (product, lot), quantity in shelved.items()
                ]
            )
            picking._action_done()

    def _check_before_prepare(self):
        result = super()._check_before_prepare()
        if self.has_parts and not self.is_shelved:
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s: its parts are not on the appointment "
                    "shelf yet. The parts keeper brings them there.",
                    appointment=self.name,
                )
            )
        return result

    def _release(self):
        result = super()._release()
        # sudo: what was held for a customer who does not come goes back into stock;
        # role and state are checked
        self.sudo()._unshelve()
        return result

    def _hand_over(self, following):
        result = super()._hand_over(following)
        # sudo: the parts wait for the new time; role and state are checked
        self.sudo().picking_ids.aftersales_appointment_id = following
        return result

    def action_view_transfers(self):
        """Open the transfers to and from the shelf."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("aftersales_appointment_id", "=", self.id)],
            "context": {"create": False},
        }


class AftersalesTicket(models.Model):
    _inherit = "aftersales.ticket"

    def _create_issue_slips(self, lines, limits=None, asker=None):
        # From the shelf into the stock and onto the ticket's slip, in one step.
        kept = self.appointment_ids.with_context(aftersales_keep_for_ticket=True)
        # sudo: whoever asks for the ticket's parts was checked by the caller
        kept.sudo()._unshelve()
        return super()._create_issue_slips(lines, limits=limits, asker=asker)

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new in ("cancelled", "ready"):
            # sudo: what was not used of the appointment's parts goes back
            self.sudo().appointment_ids._unshelve()
        return result
