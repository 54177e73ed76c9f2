from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartLoan(PartsCommon):
    """A loan ends: it comes back, is issued, or is sold (R-PART-17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "aftersales_loan_days": 7,
                "aftersales_loan_reminder_days": 2,
                "aftersales_loan_repeat_days": 3,
            }
        )
        cls.ticket = cls._approved(
            (cls.mirror, {"payer": "internal", "quantity": 3}),
            (cls.brake_pads, {"release_basis": "credit", "quantity": 2}),
        )
        cls.ours, cls.theirs = cls.ticket.line_ids
        cls.theirs.guarantor_id = cls.user_advisor

    @classmethod
    def _lend(cls, quantities):
        slip = cls._transfer(cls.ticket, "loan", quantities)
        cls._release(slip)
        cls._issue(slip)
        return slip

    def _chase(self, loan, days):
        """Run the scheduled action so many days after the due day."""
        day = loan.aftersales_due_date + timedelta(days=days)
        cron = self.env.ref("aftersales.cron_remind_loans")
        with freeze_time(f"{day} 06:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _reminders(self, loan):
        return self.env["mail.message"].search_count(
            [
                ("subject", "=", loan.name),
                ("notified_partner_ids", "in", self.user_technician.partner_id.ids),
            ]
        )

    def _reported(self, loan):
        return loan._aftersales_loan_activities("aftersales.activity_loan_overdue")

    def test_reminded_ahead_and_reported_when_overdue(self):
        loan = self._lend({self.mirror: 2})
        self._chase(loan, -3)
        self.assertEqual(self._reminders(loan), 0)
        self._chase(loan, -2)
        self._chase(loan, -1)
        self._chase(loan, -1)
        self.assertEqual(self._reminders(loan), 1, "once ahead")
        self.assertFalse(self._reported(loan))
        self._chase(loan, 1)
        self._chase(loan, 1)
        self.assertEqual(self._reminders(loan), 2)
        self.assertEqual(self._reported(loan).user_id, self.user_parts_keeper)
        self._chase(loan, 3)
        self.assertEqual(self._reminders(loan), 2)
        self._chase(loan, 4)
        self.assertEqual(self._reminders(loan), 3, "every three days")
        self.assertEqual(len(self._reported(loan)), 1, "reported once")
        back = self._transfer(self.ticket, "loan_return", {self.mirror: 2})
        self._issue(back)
        self.assertTrue(loan.aftersales_loan_settled)
        self.assertFalse(self._reported(loan))
        self._chase(loan, 9)
        self.assertEqual(self._reminders(loan), 3)

    def test_one_bad_loan_does_not_stop_the_others(self):
        first = self._lend({self.mirror: 1})
        second = self._lend({self.mirror: 1})
        done = []
        model = type(first)
        chase = model._aftersales_chase_loan

        def fail(slip, today):
            if slip == first:
                raise RuntimeError("broken")
            done.append(slip)
            return chase(slip, today)

        self.patch(model, "_aftersales_chase_loan", fail)
        with self.assertLogs("odoo.addons.aftersales.models.stock_picking_loan"):
            self._chase(first, 1)
        self.assertEqual(done, [second])
        self.assertEqual(self._reminders(second), 1)

    def test_extended_by_somebody_else(self):
        loan = self._lend({self.mirror: 2})
        due = loan.aftersales_due_date
        self._chase(loan, 1)
        action = self._as("parts_keeper", loan).action_aftersales_extend_loan()
        wizard = (
            self.env["aftersales.loan.extend"]
            .with_user(self.user_parts_keeper)
            .with_context(**action["context"])
            .create({"reason": "Waits for the second motor"})
        )
        self.assertEqual(
            wizard.due_date,
            max(due, fields.Date.context_today(loan)) + timedelta(days=7),
        )
        wizard.due_date = due + timedelta(days=5)
        wizard.action_confirm()
        self.assertEqual(loan.aftersales_due_date, due + timedelta(days=5))
        self.assertEqual(loan.aftersales_loan_extensions, 1)
        self.assertFalse(self._reported(loan), "not overdue any more")
        borrower = loan._aftersales_loan_activities("aftersales.activity_loan")
        self.assertEqual(borrower.date_deadline, due + timedelta(days=5))
        self.assertIn("second motor", self.ticket.message_ids[0].body)
        self._chase(loan, -1)
        self.assertEqual(self._reminders(loan), 2, "reminded of the new day")
        wizard.due_date = due
        with self._refused("Choose a later day"):
            wizard.action_confirm()
        # Nobody gives himself more time.
        self.user_technician.group_ids += self.env.ref(
            "aftersales.group_aftersales_parts_keeper"
        )
        with self._refused("is yours"):
            loan.with_user(self.user_technician)._aftersales_extend_loan(
                due + timedelta(days=30), "Mine"
            )

    def test_kept_for_our_cost_or_sold(self):
        """What our cost bears is issued, what the customer pays for is sold to him."""
        loan = self._lend({self.mirror: 2, self.brake_pads: 1})
        self._as("technician", loan).action_aftersales_keep_loan()
        slips = self.ticket.sudo().picking_ids - loan
        self.assertEqual(set(slips.mapped("aftersales_kind")), {"issue"})
        self.assertEqual(
            set(slips.mapped("aftersales_release_basis")), {"internal", "credit"}
        )
        custody = self.company.aftersales_custody_location_id
        self.assertEqual(slips.location_id, custody)
        # Asked for once: nothing is left that could be kept.
        with self._refused("every agreed part has been asked for"):
            self._as("technician", loan).action_aftersales_keep_loan()
        with self._refused("has no part for this"):
            self._transfer(self.ticket, "loan_return", {self.mirror: 1})
        on_hand = self.mirror.qty_available
        for slip in slips:
            with self._refused("has not been released"):
                self._issue(slip)
            self._release(slip)
            self._issue(slip)
        self.assertTrue(loan.aftersales_loan_settled)
        self.assertEqual((self.ours.qty_on_loan, self.ours.qty_used), (0, 2))
        self.assertEqual(self.theirs.sudo().sale_line_id.qty_delivered, 1, "sold")
        self.assertEqual(self.theirs.sudo().sale_line_id.qty_to_invoice, 1)
        self.assertEqual(self.mirror.qty_available, on_hand, "it had left the shelf")
        with self._refused("no loan of which anything is out"):
            self._as("technician", loan).action_aftersales_keep_loan()

    def test_only_what_is_agreed_is_kept(self):
        loan = self._lend({self.mirror: 4})
        with self._refused("nobody has agreed to that many"):
            self._as("technician", loan).action_aftersales_keep_loan()
        self.assertEqual(self.ticket.sudo().picking_ids, loan)

    def test_what_comes_out_of_a_loan_is_not_taken_from_it_twice(self):
        self._lend({self.mirror: 2})
        ticket, line = self.ticket.sudo(), self.ours.sudo()
        first = ticket._create_issue_slips(line, limits={line.id: 2})
        second = ticket._create_issue_slips(line)
        self.assertEqual(first.location_id, self.company.aftersales_custody_location_id)
        self.assertEqual(second.location_id, self.warehouse.lot_stock_id)
        self.assertEqual(second.move_ids.product_uom_qty, 1)
