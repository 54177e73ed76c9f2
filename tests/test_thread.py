from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_billing import BillingCommon
from .common_parts import PartsCommon


@tagged("post_install", "-at_install", "aftersales_smoke")
class TestThread(BillingCommon, PartsCommon):
    """One ticket from the report to the close, by five people.

    One part under warranty, one paid in advance, one on credit, one operation. Each
    step is first tried by the four others: they are refused and nothing changes.
    """

    FIVE = ("advisor", "technician", "inspector", "parts_keeper", "finance")

    def _step(self, role, record, action, also=()):
        """Take a step as ``role`` after all others have been refused."""
        ticket = record if record._name == "aftersales.ticket" else self.ticket
        before = ticket.sudo().state
        for other in self.FIVE:
            if other == role or other in also:
                continue
            with (
                self.subTest(step=action, by=other),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                getattr(self._as(other, record), action)()
        self.env.invalidate_all()
        self.assertEqual(ticket.sudo().state, before)
        return getattr(self._as(role, record), action)()

    def _stock(self, product):
        return product.with_context(
            location=self.warehouse.lot_stock_id.id
        ).qty_available

    def test_from_report_to_close(self):
        # The report
        with Form(self.env["aftersales.ticket"].with_user(self.user_advisor)) as form:
            form.vehicle_id = self.vehicle
            form.complaint = "No drive, brakes squeal, mirror hangs"
            form.technician_id = self.user_technician
            form.odometer = 12000
        ticket = self.ticket = form.save()
        self.assertEqual(self.vehicle.odometer, 12000)
        self._step("advisor", ticket, "action_assign")

        # The vehicle comes in
        self._receive(ticket)

        # Diagnosis
        technical = self._as("technician", ticket)
        self._step("technician", ticket, "action_call_back", also={"advisor"})
        technical.write(
            {"cause": "Bearing of the motor worn", "diagnosis_consent_by": "Mr Zhao"}
        )
        self._step("technician", ticket, "action_diagnose")

        # The estimate: who pays for what
        motor = self._line(ticket, self.motor, payer="warranty")
        pads = self._line(ticket, self.brake_pads, quantity=2)
        mirror = self._line(ticket, self.mirror)
        labour = self._line(ticket, self.labour)
        self._as("technician", mirror).write(
            {"release_basis": "credit", "guarantor_id": self.user_technician.id}
        )
        self._judge(motor)
        self._step("advisor", ticket, "action_quote")
        order = self._order(ticket)
        self.assertEqual(len(ticket.sudo().order_ids), 1, "own warranty is not ordered")
        self.assertEqual(len(order.order_line), 3)
        self.assertAlmostEqual(order.amount_total, 559.35)

        # The customer signs in the portal
        with self.assertRaisesRegex(UserError, "is Quoted"):
            self._as("technician", ticket).action_start()
        self._sign(order)
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(set(ticket.line_ids.mapped("approval")), {"approved"})

        # Parts: asked for by the technician, released by Finance, issued by the keeper
        self._step("technician", ticket, "action_start")
        slips = self._request(ticket)
        basis = {slip.aftersales_release_basis: slip for slip in slips}
        self.assertEqual(set(basis), {"warranty", "paid", "credit"})
        for slip in slips:
            with self.assertRaisesRegex(UserError, "release"):
                self._issue(slip)
        with self.assertRaises(UserError):
            self._release(basis["paid"])
        self._as("finance", ticket).action_invoice_deposit(75)
        deposit = self._invoices(ticket)
        self.assertAlmostEqual(deposit.amount_total, 419.51)
        self._pay(deposit)
        for slip in slips:
            self._step("finance", slip, "action_aftersales_release")
        for slip in slips:
            self._step("parts_keeper", slip, "action_aftersales_issue")
            self._issue(slip)
        self.assertEqual(set(slips.mapped("state")), {"done"})
        self.assertEqual(
            [self._stock(p) for p in (self.motor, self.brake_pads, self.mirror)],
            [19, 18, 19],
        )
        self.assertEqual(pads.sale_line_id.qty_delivered, 2)
        self.assertEqual(mirror.sale_line_id.qty_delivered, 1)
        self.assertFalse(motor.sale_line_id)
        self.assertEqual(
            [line.qty_issued for line in (motor, pads, mirror)], [1.0, 2.0, 1.0]
        )

        # The work and its inspection
        self._step("technician", labour, "action_done")
        technical.correction = "Motor, pads and mirror replaced; road test 5 km"
        with self.assertRaisesRegex(UserError, "Self-check"):
            technical.action_finish()
        self._step("technician", ticket, "action_self_check")
        self._step("technician", ticket, "action_finish")
        with self.assertRaisesRegex(UserError, "Final inspection"):
            self._as("inspector", ticket).action_pass_inspection()
        sheet = (
            self.env["aftersales.inspection"]
            .with_user(self.user_inspector)
            .browse(
                self._step("inspector", ticket, "action_final_inspection")["res_id"]
            )
        )
        sheet.action_rest_ok()
        self._step("inspector", sheet, "action_done")
        self._step("inspector", ticket, "action_pass_inspection")

        # From the inspector to the adviser
        with self.assertRaisesRegex(UserError, "Internal handover"):
            self._as("advisor", ticket).action_hand_over()
        inside = ticket.internal_handover_ids
        self._step("inspector", inside, "action_cleaned", also={"technician"})
        self._as("inspector", inside).action_all_checked()
        self._as("inspector", inside).place = "Row 1"
        self._step("inspector", inside, "action_hand_over")
        self._step("advisor", inside, "action_take_over")

        # The money
        self._step("finance", ticket, "action_invoice")
        final = self._invoices(ticket) - deposit
        self.assertAlmostEqual(final.amount_total, 139.84)
        with self.assertRaises(UserError):
            self._as("finance", ticket).action_issue_gate_pass()
        self._pay(final)
        self.assertEqual(ticket.payment_state, "paid")
        with self.assertRaisesRegex(UserError, "is not settled"):
            self._as("finance", ticket).action_issue_gate_pass()
        settlement = self.env["aftersales.settlement"].browse(
            self._as("finance", ticket).action_settlement()["res_id"]
        )
        self._step("finance", settlement, "action_check")
        self._step("finance", settlement, "action_settle")
        self.assertEqual(settlement.amount_billed, 559.35)
        self._step("finance", ticket, "action_issue_gate_pass")

        # The handover
        handover = (
            self.env["aftersales.handover"]
            .with_user(self.user_advisor)
            .browse(self._step("advisor", ticket, "action_hand_over")["res_id"])
        )
        handover.write(
            {"received_by": "Mr Zhao", "signed_on_paper": True, "keys_returned": True}
        )
        self._step("advisor", handover, "action_confirm")
        self.assertEqual(ticket.state, "delivered")

        # Closed by both sides, once the old motor is back
        self._step("technician", ticket, "action_report_back")
        with self.assertRaisesRegex(UserError, "do not balance"):
            self._as("advisor", ticket).action_close()
        old_part = ticket.sudo().part_return_ids
        self.assertEqual(old_part.product_id, self.motor)
        self._step("parts_keeper", old_part, "action_receive")
        self.assertEqual(old_part.state, "received")
        self.assertEqual(self._stock(self.motor), 19, "an old part is no stock")
        self._step("advisor", ticket, "action_close")
        self.assertEqual(ticket.state, "closed")

        self._check_books(ticket, order)
        self._check_promises(ticket)

    def _check_books(self, ticket, order):
        """Stock, deliveries, invoices, receivable and payments tie to the cent."""
        invoices = self._invoices(ticket)
        self.assertAlmostEqual(sum(invoices.mapped("amount_total_signed")), 559.35)
        self.assertEqual(order.invoice_status, "invoiced")
        receivable = invoices.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertAlmostEqual(sum(receivable.mapped("balance")), 559.35)
        self.assertEqual(set(receivable.mapped("reconciled")), {True})
        self.assertAlmostEqual(order._aftersales_amount_received(), 559.35)
        self.assertEqual(ticket.amount_due, 0.0)
        guarantors = invoices.aftersales_guarantor_ids
        self.assertIn(guarantors, self.user_technician | self.env["res.users"])
        for line in order.order_line.filtered("product_id"):
            self.assertEqual(line.qty_invoiced, line.product_uom_qty, line.name)

    def _check_promises(self, ticket):
        """Every deadline of the way is reached, and the call after it is planned."""
        running = ticket.deadline_ids.filtered(
            lambda row: row.state in ("running", "waiting", "paused")
        )
        self.assertLessEqual(
            set(running.mapped("milestone")), {"followed_up", "file_completed"}
        )
        followup = ticket.followup_ids
        self.assertEqual(len(followup), 1)
        self.assertEqual(followup.state, "planned")
        days = (followup.window_start - ticket.delivered_at).days
        self.assertEqual(days, 3)
        self.assertEqual((followup.window_end - ticket.delivered_at).days, 7)

    def test_refusals_leave_nothing_behind(self):
        """R-PART-01..05: what Finance refuses stays exactly as it was."""
        ticket = self._approved_ticket()
        slips = self._request(ticket)
        before = slips.read(["state", "aftersales_released_by"])
        quants = self.env["stock.quant"].search_read(
            [("product_id", "=", self.brake_pads.id)], ["quantity", "reserved_quantity"]
        )
        self.user_technician.group_ids += self.env.ref(
            "aftersales.group_aftersales_finance"
        )
        with self.assertRaises(UserError):
            self._release(slips, self.user_technician)
        with self.assertRaises(UserError):
            self._issue(slips)
        self.env.invalidate_all()
        self.assertEqual(slips.read(["state", "aftersales_released_by"]), before)
        self.assertEqual(
            self.env["stock.quant"].search_read(
                [("product_id", "=", self.brake_pads.id)],
                ["quantity", "reserved_quantity"],
            ),
            quants,
        )

    def _approved_ticket(self):
        ticket = self._diagnosed()
        self._line(ticket, self.brake_pads, quantity=2)
        ticket.action_quote()
        self._sign(self._order(ticket))
        self.assertEqual(ticket.state, "approved")
        return ticket

    def test_guarantor_does_not_release(self):
        """A second user with Finance's role is guarantor: he is refused, too."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.mirror)
        self.technician_2.group_ids = [
            Command.link(self.env.ref("aftersales.group_aftersales_finance").id)
        ]
        line.with_user(self.technician_2).write(
            {"release_basis": "credit", "guarantor_id": self.technician_2.id}
        )
        ticket.action_quote()
        self._sign(self._order(ticket))
        slips = self._request(ticket)
        with self.assertRaises(UserError):
            self._release(slips, self.technician_2)
        self.assertFalse(slips.aftersales_released_by)
        self._release(slips)
        self.assertEqual(slips.aftersales_released_by, self.user_finance)
