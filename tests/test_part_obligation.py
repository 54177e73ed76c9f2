from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartObligation(PartsCommon):
    """The old part owed for a warranty part (R-OLD-01, 05, R-WAR-03, 04)."""

    def _warranty(self, product, quantity=1, lots=None, **vals):
        ticket = self._approved(
            (product, {"payer": "warranty", "quantity": quantity}), **vals
        )
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip, lots=lots)
        return ticket, slip

    def test_due_after_issue(self):
        ticket, slip = self._warranty(self.motor)
        item = ticket.sudo().part_return_ids
        self.assertEqual(item.state, "due")
        self.assertEqual(item.move_id, slip.move_ids)
        self.assertEqual(item.user_id, self.user_technician)
        self.assertEqual(item.activity_ids.user_id, self.user_technician)
        self.assertEqual(item.activity_ids.date_deadline, item.due_date)
        self.assertEqual(
            item.due_date, fields.Date.context_today(item) + timedelta(days=30)
        )
        with self._refused("old part .* is due"):
            ticket._check_parts_balanced()
        self.company.aftersales_close_needs_old_parts = False
        ticket._check_parts_balanced()
        item.due_date -= timedelta(days=31)
        self.assertTrue(item.is_overdue)
        self.assertIn(
            item, self.env["aftersales.part.return"].search([("is_overdue", "=", True)])
        )

    def test_small_part_by_price_setting_and_product(self):
        """R-WAR-03, D-14: up to and including the limit."""
        self.company.aftersales_small_part_price = 75.0
        self.assertFalse(self._warranty(self.mirror)[0].part_return_ids)
        self.company.aftersales_small_part_price = 74.99
        self.assertTrue(self._warranty(self.mirror)[0].part_return_ids)
        self.mirror.aftersales_recover_old_part = "no"
        self.assertFalse(self._warranty(self.mirror)[0].part_return_ids)
        self.mirror.aftersales_recover_old_part = "auto"
        self.company.aftersales_small_part_price = 1000.0
        self.company.aftersales_small_part_signature = True
        self.assertTrue(self._warranty(self.mirror)[0].part_return_ids)

    def test_other_payers_owe_nothing(self):
        ticket = self._approved((self.motor, {"payer": "goodwill"}))
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        self.assertFalse(ticket.sudo().part_return_ids)

    def test_received_into_its_zone_is_no_stock(self):
        """Neither on hand nor for sale, without value, delivered stays as it was."""
        ticket, slip = self._warranty(self.motor)
        before = (
            self.motor.qty_available,
            self.motor.free_qty,
            self.motor.virtual_available,
            self.motor.total_value,
        )
        entries = self.env["account.move"].search_count([])
        item = ticket.sudo().part_return_ids
        item.with_user(self.user_parts_keeper).fault_note = "Winding burnt"
        item.with_user(self.user_parts_keeper).action_receive()
        self.assertEqual(item.state, "received")
        self.assertFalse(item.activity_ids)
        self.assertEqual(item.received_by_id, self.user_parts_keeper)
        receipt = item.receipt_id
        self.assertEqual(receipt.state, "done")
        self.assertEqual(receipt.aftersales_kind, "old_part")
        zone = self.company.aftersales_old_part_location_id
        quant = self.env["stock.quant"].search(
            [("location_id", "=", zone.id), ("product_id", "=", self.motor.id)]
        )
        self.assertEqual(quant.quantity, 1)
        self.assertEqual(quant.owner_id, self.customer)
        self.motor.invalidate_recordset()
        after = (
            self.motor.qty_available,
            self.motor.free_qty,
            self.motor.virtual_available,
            self.motor.total_value,
        )
        self.assertEqual(before, after)
        self.assertEqual(entries, self.env["account.move"].search_count([]))
        self.assertEqual(slip.aftersales_old_part_received_by, self.user_parts_keeper)
        self.assertEqual(ticket.line_ids.qty_used, 1)
        ticket._check_parts_balanced()
        with self._refused("not owed any more"):
            item.with_user(self.user_parts_keeper).action_receive()
        html, __ = (
            self.env["ir.actions.report"]
            .with_user(self.user_parts_keeper)
            ._render_qweb_html("aftersales.report_old_part_label", item.ids)
        )
        for text in (ticket.name, self.vehicle.vin, "Winding burnt"):
            self.assertIn(text, html.decode())

    def test_belongs_to_who_bears_the_warranty(self):
        maker = self.env["res.partner"].create({"name": "Maker"})
        self.company.aftersales_old_part_owner_id = maker
        ticket, __ = self._warranty(self.motor)
        item = ticket.sudo().part_return_ids
        item.with_user(self.user_parts_keeper).action_receive()
        self.assertEqual(item.receipt_id.move_line_ids.owner_id, maker)

    def test_partly_received(self):
        ticket, __ = self._warranty(self.motor, 3)
        item = ticket.sudo().part_return_ids
        keeper = item.with_user(self.user_parts_keeper)
        keeper.quantity_in = 4
        with self._refused("more cannot come in"):
            keeper.action_receive()
        keeper.quantity_in = 1
        keeper.action_receive()
        rest = ticket.sudo().part_return_ids - item
        self.assertEqual((item.quantity, item.state), (1, "received"))
        self.assertEqual((rest.quantity, rest.state), (2, "due"))

    def test_tracked_old_part_needs_its_number(self):
        ticket, __ = self._warranty(self.pump, lots=self.serials[0])
        item = ticket.sudo().part_return_ids.with_user(self.user_parts_keeper)
        with self._refused("enter the number"):
            item.action_receive()
        item.old_serial = "OLD-77"
        item.action_receive()
        self.assertEqual(item.lot_id.name, "OLD-77")

    def test_new_part_back_unused_ends_the_obligation(self):
        ticket, __ = self._warranty(self.motor, 2)
        item = ticket.sudo().part_return_ids
        self._issue(self._transfer(ticket, "return", {self.motor: 1}))
        self.assertEqual((item.quantity, item.state), (1, "due"))
        self._issue(self._transfer(ticket, "return", {self.motor: 1}))
        self.assertEqual(item.state, "cancelled")

    def test_one_open_obligation_per_issue(self):
        ticket, __ = self._warranty(self.motor)
        item = ticket.sudo().part_return_ids
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            item.copy()
            self.env.flush_all()

    def test_two_issues_owe_two(self):
        ticket = self._approved((self.motor, {"payer": "warranty", "quantity": 3}))
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip, {self.motor: 1})
        self._issue(ticket.sudo().picking_ids - slip)
        self.assertEqual(
            sorted(ticket.sudo().part_return_ids.mapped("quantity")), [1, 2]
        )

    def test_waived_by_another_than_who_asked(self):
        """R-WAR-04: Finance signs that recovery is not worth it."""
        ticket, __ = self._warranty(self.motor)
        item = ticket.sudo().part_return_ids
        finance = item.with_user(self.user_finance)
        with self._refused("nobody has asked"):
            finance.action_waive()
        both = new_test_user(
            self.env,
            login="both",
            groups=(
                "aftersales.group_aftersales_advisor,"
                "aftersales.group_aftersales_finance"
            ),
            company_id=self.company.id,
        )
        wizard = (
            self.env["aftersales.part.waiver"]
            .with_user(both)
            .create({"part_return_id": item.id, "reason": "Freight exceeds its value"})
        )
        wizard.action_confirm()
        with self._refused("asked for the waiver yourself"):
            item.with_user(both).action_waive()
        for role in ("technician", "advisor", "parts_keeper", "quality"):
            with self.assertRaises(AccessError):
                item.with_user(self.users[role]).action_waive()
        finance.action_waive()
        self.assertEqual((item.state, item.waived_by_id), ("waived", self.user_finance))
        ticket._check_parts_balanced()

    def test_roles(self):
        ticket, __ = self._warranty(self.motor)
        item = ticket.sudo().part_return_ids
        for role, user in self.users.items():
            if role in ("parts_keeper", "manager"):
                continue
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    item.with_user(user).action_receive()
                with self.assertRaises(AccessError):
                    item.with_user(user).write({"state": "received"})
        with self.assertRaises(AccessError):
            item.with_user(self.user_parts_keeper).write({"state": "waived"})
        with self.assertRaises(AccessError):
            item.with_user(self.user_manager).unlink()
        self.assertFalse(
            self.env["aftersales.part.return"].with_user(self.technician_2).search([])
        )
