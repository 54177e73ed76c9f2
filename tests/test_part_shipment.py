from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon
from .report_common import ReportCommon


class ShipmentCommon(PartsCommon):
    """A technician far from home, and a courier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.courier = cls.env["res.partner"].create({"name": "Swift Courier"})
        cls.ticket = cls._approved((cls.mirror, {"payer": "internal", "quantity": 3}))
        slip = cls._request(cls.ticket)
        cls._release(slip)
        cls._issue(slip)

    def _send_back(self, quantity, **vals):
        """Give parts back by courier; return the slip."""
        before = self.ticket.sudo().picking_ids
        technical = self.ticket.with_user(self.user_technician)
        action = technical.action_return_parts()
        wizard = technical.env[action["res_model"]].browse(action["res_id"])
        with Form(wizard) as form:
            form.by_courier = True
            form.carrier_id = self.courier
            form.tracking_ref = "SF-881"
            for name, value in vals.items():
                setattr(form, name, value)
            with form.line_ids.edit(0) as line:
                line.quantity = quantity
        wizard.action_confirm()
        self.ticket.invalidate_recordset()
        return self.ticket.sudo().picking_ids - before


@tagged("post_install", "-at_install")
class TestPartShipment(ShipmentCommon):
    """Parts by courier, freight collect, and the freight paid back (R-PART-12, 13)."""

    def test_sent_back_freight_collect(self):
        slip = self._send_back(2)
        shipment = slip.aftersales_shipment_id
        self.assertEqual(
            (shipment.state, shipment.direction, shipment.freight),
            ("sent", "in", "collect"),
        )
        self.assertEqual(shipment.sent_by_id, self.user_technician)
        self.assertEqual(shipment.tracking_ref, "SF-881")
        self.assertEqual(shipment.activity_ids.user_id, self.user_logistics)
        self.assertEqual(self.ticket.line_ids.qty_returned, 0, "still on its way")
        clerk = self._as("logistics", shipment)
        with self._refused("enter what the courier was paid"):
            clerk.action_receive()
        clerk.freight_amount = 23.5
        clerk.action_receive()
        self.assertEqual(shipment.received_by_id, self.user_logistics)
        self.assertFalse(shipment.activity_ids)
        self._issue(slip)
        self.assertEqual(self.ticket.line_ids.qty_returned, 2)

    def test_keeper_counts_what_was_in_the_parcel(self):
        slip = self._send_back(1)
        self._issue(slip)
        shipment = slip.aftersales_shipment_id
        self.assertEqual(shipment.state, "received")
        self.assertEqual(shipment.received_by_id, self.user_parts_keeper)

    def test_nothing_leaves_without_a_number(self):
        with self.assertRaises(AssertionError, msg="the form asks for it"):
            self._send_back(1, tracking_ref=False)
        keeper = self.env["aftersales.part.shipment"].with_user(self.user_parts_keeper)
        shipment = keeper.create({"content": "Cables", "carrier_id": self.courier.id})
        with self._refused("enter the courier and the tracking number"):
            shipment.action_send()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            shipment.sudo().state = "sent"
            self.env.flush_all()
        with self._refused("by its buttons", AccessError):
            shipment.state = "received"

    def test_sent_to_the_customer(self):
        slip = self.ticket.sudo().picking_ids
        action = self._as("logistics", slip).action_aftersales_ship()
        shipment = self.env["aftersales.part.shipment"].browse(action["res_id"])
        self.assertEqual(shipment.direction, "out")
        self.assertEqual(shipment.partner_id, self.customer)
        self.assertEqual(shipment.picking_ids, slip)
        self.assertEqual(
            self._as("logistics", slip).action_aftersales_ship()["res_id"],
            shipment.id,
            "a slip goes once",
        )
        clerk = self._as("logistics", shipment)
        clerk.write({"carrier_id": self.courier.id, "tracking_ref": "SF-1"})
        clerk.action_send()
        with self._refused("is already"):
            clerk.action_cancel()

    def test_freight_is_paid_back(self):
        shipment = self._send_back(1).aftersales_shipment_id
        clerk = self._as("logistics", shipment)
        with self._refused("enter the freight"):
            clerk.action_reimburse()
        clerk.freight_amount = 23.5
        with self._refused("is no employee"):
            clerk.action_reimburse()
        employee = self.env["hr.employee"].create(
            {
                "name": "Logistics",
                "user_id": self.user_logistics.id,
                "company_id": self.company.id,
            }
        )
        self.env.invalidate_all()
        clerk.action_reimburse()
        expense = shipment.expense_id
        self.assertEqual(expense.employee_id, employee)
        self.assertEqual(expense.total_amount, 23.5)
        self.assertEqual(expense.vendor_id, self.courier)
        self.assertIn("SF-881", expense.name)
        with self._refused("handed in already"):
            clerk.action_reimburse()
        with self._refused("stays as it was"):
            clerk.freight_amount = 99

    def test_roles(self):
        shipment = self._send_back(1).aftersales_shipment_id
        shipment.freight_amount = 5
        for role in ("technician", "advisor", "finance", "quality"):
            with self.subTest(role=role), self._refused("belongs to", AccessError):
                self._as(role, shipment).action_receive()
        for role in ("technician", "logistics", "parts_keeper", "quality"):
            self._form(shipment, "aftersales.part_shipment_view_form", self.users[role])


@tagged("post_install", "-at_install")
class TestShipmentReport(ReportCommon, ShipmentCommon, HttpCase):
    """The shipping sheet, printed for real."""

    _report_role = "logistics"

    def test_sheet(self):
        slip = self._send_back(2)
        text = self._text("report_part_shipment", slip.aftersales_shipment_id)
        self.assertWords(
            text, "Swift Courier", "SF-881", "Freight collect", slip.name, "Mirror"
        )
