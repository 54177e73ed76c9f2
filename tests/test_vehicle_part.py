from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestVehiclePart(PartsCommon):
    """What was done to a vehicle and what was fitted to it (R-VEH-06)."""

    def _fitted(self):
        """Return a ticket with two pumps and two mirrors, of each one taken back."""
        ticket = self._approved(
            (self.pump, {"payer": "warranty", "quantity": 2}),
            (self.mirror, {"payer": "internal", "quantity": 2}),
            odometer=51234,
        )
        self._judge(ticket.line_ids.filtered(lambda line: line.payer == "warranty"))
        slips = self._request(ticket)
        self._release(slips)
        for slip in slips:
            serial = slip.move_ids.product_id == self.pump
            self._issue(slip, lots=self.serials[:2] if serial else None)
        self._issue(self._transfer(ticket, "return", {self.serials[1]: 1}))
        self._issue(self._transfer(ticket, "return", {self.mirror: 1}))
        return ticket

    def test_parts_fitted(self):
        ticket = self._fitted()
        vehicle = self.vehicle.with_user(self.user_technician)
        vehicle.invalidate_recordset()
        parts = vehicle.fitted_part_ids
        self.assertEqual(
            {
                (part.product_id, part.lot_id.sudo().name, part.quantity)
                for part in parts
            },
            {(self.pump, "PUMP-1", 1.0), (self.mirror, False, 1.0)},
        )
        self.assertEqual(parts.ticket_id, ticket)
        self.assertEqual(set(parts.mapped("odometer")), {51234.0})
        self.assertEqual(set(parts.mapped("payer")), {"warranty", "internal"})
        self.assertTrue(all(parts.mapped("date")))
        self.assertEqual(vehicle.fitted_part_count, 2)
        action = vehicle.action_open_fitted_parts()
        self.assertEqual(parts.search(action["domain"]), parts)
        arch = vehicle.get_view(view_type="form")["arch"]
        self.assertIn("action_open_fitted_parts", arch)
        html, __ = (
            self.env["ir.actions.report"]
            .with_user(self.user_advisor)
            ._render_qweb_html("aftersales.report_vehicle_sheet", self.vehicle.ids)
        )
        self.assertIn("PUMP-1", html.decode())
        self.assertNotIn("PUMP-2", html.decode())
        # All of it comes back: nothing is in the vehicle
        self._issue(self._transfer(ticket, "return", {self.serials[0]: 1}))
        self._issue(self._transfer(ticket, "return", {self.mirror: 1}))
        vehicle.invalidate_recordset()
        self.assertFalse(vehicle.fitted_part_ids)

    def test_technician_reads_the_history_of_others(self):
        """He needs it for the diagnosis; money and the tickets stay closed to him."""
        ticket = self._fitted()
        ticket.sudo().write(
            {
                "technician_id": self.technician_2.id,
                "technician_ids": False,
                "correction": "Pump replaced, bled",
            }
        )
        cancelled = self._ticket(complaint="Called by mistake")
        cancelled.action_cancel("Mistake")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            ticket.with_user(self.user_technician).read(["complaint"])
        vehicle = self.vehicle.with_user(self.user_technician)
        html = vehicle.history_html
        for words in (ticket.name, "51,234", "Pump replaced, bled", "Coolant pump"):
            self.assertIn(words, html)
        self.assertNotIn("Called by mistake", html)
        self.assertNotIn("300", html)
        self.assertIn("history_html", vehicle.get_view(view_type="form")["arch"])
        # What he may list he may read, too
        rows = vehicle.fitted_part_ids.web_read(
            {"product_id": {"fields": {"display_name": {}}}, "ticket_id": {}}
        )
        self.assertEqual(len(rows), 2)
        portal = new_test_user(self.env, login="owner", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        with self.assertRaises(AccessError):
            self.vehicle.with_user(portal).read(["history_html"])
