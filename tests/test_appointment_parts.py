from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_appointment import CHECKLIST, TUESDAY, AppointmentCommon


@tagged("post_install", "-at_install")
class TestAppointmentParts(AppointmentCommon):
    """Parts on the appointment shelf (R-APPT-09)."""

    def _in_stock(self):
        """Return how many brake pads any slip could take."""
        return self.env["stock.quant"]._get_available_quantity(
            self.brake_pads, self.warehouse.lot_stock_id
        )

    def _shelf(self):
        return self.warehouse.aftersales_appointment_location_id

    def _shelved(self):
        appointment = self._agreed(self.labour, self.brake_pads)
        self._as("parts_keeper", appointment).action_shelve_parts()
        return appointment

    def test_a_real_transfer(self):
        appointment = self._agreed(self.labour, self.brake_pads)
        appointment.action_tell_workshop()
        appointment.write(CHECKLIST)
        with self.assert_refused(UserError, "not on the appointment shelf"):
            appointment.action_prepare()
        with self.assert_refused(AccessError, "belongs to"):
            self._as("technician", appointment).action_shelve_parts()
        self._as("parts_keeper", appointment).action_shelve_parts()
        self.assertTrue(appointment.is_shelved)
        self.assertEqual(appointment.sudo().picking_ids.state, "done")
        # Out of reach of other slips, still ours.
        self.assertEqual(self._in_stock(), 19)
        self.assertEqual(self.brake_pads.qty_available, 20)
        appointment.action_prepare()
        with self.assert_refused(UserError, "no part that is not on the shelf"):
            self._as("parts_keeper", appointment).action_shelve_parts()

    def test_short_of_a_part(self):
        appointment = self._appointment(self.brake_pads)
        appointment.line_ids.quantity = 21
        appointment.action_agree()
        with self.assert_refused(UserError, "Brake pads not in stock"):
            self._as("parts_keeper", appointment).action_shelve_parts()

    def test_returned_when_nobody_comes(self):
        appointment = self._shelved()
        self._freeze(TUESDAY.replace(hour=10))
        appointment.action_no_show()
        self.assertEqual(self._in_stock(), 20)
        self.assertFalse(appointment._get_shelved())
        called_off = self._agreed(
            self.brake_pads, planned_start=TUESDAY.replace(hour=15)
        )
        self._as("parts_keeper", called_off).action_shelve_parts()
        called_off.end_reason = "Called off"
        called_off.action_cancel()
        self.assertEqual(self._in_stock(), 20)

    def test_a_new_time_keeps_them(self):
        appointment = self._shelved()
        following = appointment._reschedule(
            TUESDAY.replace(hour=13), "customer", "Later", "Mr Zhao"
        )
        self.assertEqual(self._in_stock(), 19)
        self.assertTrue(following.is_shelved)

    def test_from_the_shelf_to_the_ticket(self):
        appointment = self._shelved()
        # Somebody else has taken all the others, and waits for more.
        self.env["stock.quant"]._update_available_quantity(
            self.brake_pads, self.warehouse.lot_stock_id, -19
        )
        waiting = self._approved(self.brake_pads)
        waiting.with_user(self.user_technician).action_request_parts()
        self._freeze(TUESDAY)
        appointment.action_arrive()
        ticket = appointment.ticket_id
        ticket.technician_id = self.user_technician
        ticket.action_assign()
        technical = ticket.with_user(self.user_technician)
        technical.action_call_back()
        technical.write({"cause": "Worn", "diagnosis_consent_by": "Mr Zhao"})
        technical.action_diagnose()
        ticket.action_quote()
        for order in ticket.sudo().order_ids:
            order.write({"signed_by": "Mr Zhao"})
            order.action_confirm()
        if ticket.state == "quoted":
            ticket._approve("Mr Zhao", "phone")
        self.assertEqual(self._shelf().quant_ids.quantity, 1)
        technical.action_request_parts()
        slip = ticket.sudo().picking_ids
        self.assertEqual(slip.state, "assigned")
        self.assertNotEqual(waiting.sudo().picking_ids.state, "assigned")
        self.assertFalse(appointment._get_shelved())


@tagged("post_install", "-at_install")
class TestAppointmentDeposit(AppointmentCommon):
    """Half the price of valuable parts, before it is agreed (R-APPT-07, R-PAY-12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.battery = cls._part(
            "Battery", 1200.0, 900.0, tracking="lot", aftersales_valuable=True
        )
        lot = cls.env["stock.lot"].create(
            {"name": "BAT-1", "product_id": cls.battery.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.battery, cls.warehouse.lot_stock_id, 1, lot_id=lot
        )
        cls.journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.outstanding = cls.env["account.account"].create(
            {
                "name": "Outstanding receipts",
                "code": "AP1010",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.journal.inbound_payment_method_line_ids.payment_account_id = cls.outstanding

    def _pay(self, appointment, amount):
        context = self._as("finance", appointment).action_register_deposit()["context"]
        payment = (
            self.env["account.payment"]
            .with_user(self.user_finance)
            .with_context(**context)
            .create({"journal_id": self.journal.id, "amount": amount})
        )
        payment.action_post()
        return payment

    def test_deposit_under_the_limit(self):
        appointment = self._appointment(self.labour, self.battery)
        self.assertEqual(appointment.deposit_required, 600)
        with self.assert_refused(UserError, "600.00 are paid in advance"):
            appointment.action_agree()
        with self.assert_refused(AccessError, "belongs to"):
            appointment.action_register_deposit()
        self._pay(appointment, 599)
        with self.assert_refused(UserError, "599.00 have been received"):
            appointment.action_agree()
        self._pay(appointment, 1)
        self.assertEqual(appointment.deposit_received, 600)
        appointment.action_agree()
        self.assertEqual(appointment.state, "agreed")

    def test_settings(self):
        appointment = self._appointment(self.battery)
        appointment.line_ids.price_unit = 1000
        self.assertEqual(appointment.deposit_required, 500)
        self.company.aftersales_appointment_deposit_percent = 80
        appointment.invalidate_recordset()
        self.assertEqual(appointment.deposit_required, 800)
        self.company.aftersales_appointment_deposit_base = "list"
        appointment.invalidate_recordset()
        self.assertEqual(appointment.deposit_required, 960)
        # Warranty is not the customer's money; a plain part is no valuable one.
        appointment.line_ids.payer = "warranty"
        self.assertEqual(appointment.deposit_required, 0)
        self.assertEqual(self._appointment(self.motor).deposit_required, 0)

    def test_netted_in_the_settlement(self):
        appointment = self._appointment(self.battery)
        self._pay(appointment, 600)
        appointment.action_agree()
        # The lot goes to the shelf and back as it is.
        self._as("parts_keeper", appointment).action_shelve_parts()
        [(__, lot)] = appointment._get_shelved()
        self.assertEqual(lot.name, "BAT-1")
        self._freeze(TUESDAY)
        appointment.action_arrive()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": TUESDAY.date(),
                "aftersales_ticket_id": appointment.ticket_id.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.battery.id,
                            "price_unit": 1200,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                ],
            }
        )
        invoice.with_user(self.user_finance).action_post()
        self.assertEqual(invoice.amount_total, 1356)
        self.assertEqual(invoice.amount_residual, 756)

    def test_a_new_time_keeps_the_money(self):
        appointment = self._appointment(self.battery)
        self._pay(appointment, 600)
        appointment.action_agree()
        following = appointment._reschedule(
            TUESDAY.replace(hour=13), "customer", "Later", "Mr Zhao"
        )
        self.assertEqual(following.state, "agreed")
        self.assertEqual(following.deposit_received, 600)
        self.assertEqual(appointment.deposit_received, 0)
