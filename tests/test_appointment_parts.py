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

    def test_counts_at_the_gate_before_the_invoice(self):
        """R-APPT-07, R-PART-03: what was paid in advance is money for the parts."""
        appointment = self._appointment(self.battery)
        payment = self._pay(appointment, 600)
        appointment.action_agree()
        self._freeze(TUESDAY)
        appointment.action_arrive()
        ticket = appointment.ticket_id
        ticket.technician_id = self.user_technician
        ticket.action_assign()
        technical = ticket.with_user(self.user_technician)
        technical.action_call_back()
        technical.write({"cause": "Cell dead", "diagnosis_consent_by": "Mr Zhao"})
        technical.action_diagnose()
        self._line(ticket, self.mirror)
        ticket.action_quote()
        order = ticket.sudo().order_ids
        self.assertEqual(order._aftersales_amount_received(), 600)
        order.write({"signed_by": "Mr Zhao"})
        order.action_confirm()
        technical.action_request_parts()
        slip = ticket.sudo().picking_ids
        finance = slip.with_user(self.user_finance)
        with self.assert_refused(UserError, r"only .*600\.00 has been received"):
            finance.action_aftersales_release()
        # The rest, 840.75 with the mirror and tax, at the counter.
        self._pay_more(appointment, 840.75)
        finance.action_aftersales_release()
        self.assertEqual(slip.aftersales_released_by, self.user_finance)
        # Given back: it counts no more.
        payment.action_draft()
        self.assertEqual(order._aftersales_amount_received(), 840.75)

    def _pay_more(self, appointment, amount):
        """Book a further advance of the customer for the appointment."""
        payment = (
            self.env["account.payment"]
            .with_user(self.user_finance)
            .create(
                {
                    "journal_id": self.journal.id,
                    "amount": amount,
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.customer.id,
                    "aftersales_appointment_id": appointment.id,
                }
            )
        )
        payment.action_post()
        return payment

    def test_counts_once_for_two_orders(self):
        """An additional order counts what the first leaves of the deposit."""
        appointment = self._appointment(self.battery)
        self._pay(appointment, 600)
        appointment.action_agree()
        self._freeze(TUESDAY)
        appointment.action_arrive()
        ticket = appointment.ticket_id.sudo()
        Order = self.env["sale.order"].with_context(aftersales_sync=True)
        orders = Order.create(
            [
                {
                    "partner_id": self.customer.id,
                    "aftersales_ticket_id": ticket.id,
                    "aftersales_payer": "customer",
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.mirror.id,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for price in (450, 300)
            ]
        )
        first, second = orders.sorted("id")
        self.assertEqual(first._aftersales_amount_received(), 600)
        self.assertEqual(second._aftersales_amount_received(), 150)

    def test_refund(self):
        """Called off: Finance is told, gives the money back, and the books are even."""
        appointment = self._appointment(self.battery)
        payment = self._pay(appointment, 600)
        appointment.action_agree()
        with self.assert_refused(UserError, "Agreed"):
            self._as("finance", appointment).action_refund_deposit()
        appointment.end_reason = "Sold the truck"
        appointment.action_cancel()
        told = appointment.activity_ids
        self.assertEqual(told.mapped("summary"), ["Give the deposit back"])
        self.assertTrue(told.user_id.has_group("aftersales.group_aftersales_finance"))
        with self.assert_refused(AccessError, "belongs to"):
            appointment.action_refund_deposit()
        context = self._as("finance", appointment).action_refund_deposit()["context"]
        self.assertEqual(context["default_amount"], 600)
        refund = (
            self.env["account.payment"]
            .with_user(self.user_finance)
            .with_context(**context)
            .create({"journal_id": self.journal.id})
        )
        self.assertEqual((refund.payment_type, refund.amount), ("outbound", 600))
        refund.action_post()
        appointment.invalidate_recordset()
        self.assertEqual(appointment.deposit_received, 0)
        receivable = (
            (payment | refund)
            .sudo()
            .move_id.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
        )
        self.assertEqual(set(receivable.mapped("reconciled")), {True})
        with self.assert_refused(UserError, "no deposit to give back"):
            self._as("finance", appointment).action_refund_deposit()

    def test_no_refund_of_what_the_ticket_uses(self):
        appointment = self._appointment(self.battery)
        self._pay(appointment, 600)
        appointment.action_agree()
        self._freeze(TUESDAY)
        appointment.action_arrive()
        with self.assert_refused(UserError, "set off against the invoice"):
            self._as("finance", appointment).action_refund_deposit()
        appointment.ticket_id._set_state("cancelled")
        action = self._as("finance", appointment).action_refund_deposit()
        self.assertEqual(action["context"]["default_amount"], 600)

    def test_counted_with_the_company(self):
        """The customer's file counts what its people agreed, as Sales does."""
        appointment = self._appointment(self.labour)
        people = self.customer.child_ids
        appointment.partner_id = self.driver
        self.assertIn(self.driver, people)
        self.customer.invalidate_recordset()
        for partner in (self.customer, self.driver):
            partner = partner.with_user(self.user_advisor)
            self.assertEqual(partner.aftersales_appointment_count, 1)
            domain = partner.action_aftersales_appointments()["domain"]
            self.assertEqual(
                self.env["aftersales.appointment"].search(domain), appointment
            )

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
