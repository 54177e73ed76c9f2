from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .deadline_common import MONDAY_9, DeadlineCommon


@tagged("post_install", "-at_install")
class TestDeadline(DeadlineCommon):
    """When the deadlines of a ticket are due, and how steps reach them."""

    def test_all_due_times(self):
        """A report at a known moment gets every due time of part C (R-SLA-01..05)."""
        ticket = self._at(MONDAY_9)
        self.assertEqual(ticket.policy_id, self.field_policy)
        hour = timedelta(hours=1)
        expected = {
            "assigned": ("running", MONDAY_9 + 12 * hour),
            "responded": ("running", MONDAY_9 + hour / 2),
            "called_back": ("waiting", False),
            "solution": ("waiting", False),
            "arrived": ("running", MONDAY_9 + 24 * hour),
            "started": ("running", False),
            "fixed": ("waiting", False),
            "cs_closed": ("waiting", False),
            # From the end of the visit (R-CUST-01)
            "file_completed": ("waiting", False),
            "followed_up": ("waiting", False),
        }
        self.assertEqual(
            {row.milestone: (row.state, row.due) for row in ticket.deadline_ids},
            expected,
        )
        self.assertEqual(self._row(ticket, "assigned").user_id, self.user_advisor)
        self.assertEqual(self._row(ticket, "arrived").user_id, self.user_technician)
        self.assertEqual(self._row(ticket, "responded").warning_at, MONDAY_9 + hour / 4)
        self.assertTrue(self._row(ticket, "fixed").is_target)
        with freeze_time(MONDAY_9 + hour):
            self.assertEqual(ticket.next_due, MONDAY_9 + hour / 2)
            self.assertTrue(ticket.is_overdue)
            overdue = self.env["aftersales.ticket"].search([("is_overdue", "=", True)])
            self.assertIn(ticket, overdue)
        ticket.invalidate_recordset()
        with freeze_time(MONDAY_9):
            self.assertFalse(ticket.is_overdue)
            overdue = self.env["aftersales.ticket"].search([("is_overdue", "=", True)])
            self.assertNotIn(ticket, overdue)

    def test_chain_counts_from_previous_step(self):
        """12 + 12 + 24 h from hand-over to hand-over (D-08)."""
        ticket = self._at(MONDAY_9)
        assigned = MONDAY_9 + timedelta(hours=10)
        ticket._deadline_reach("assigned", assigned)
        row = self._row(ticket, "assigned")
        self.assertEqual((row.state, row.reached), ("met", assigned))
        self.assertEqual(
            self._row(ticket, "called_back").due, assigned + timedelta(hours=12)
        )
        self.assertEqual(
            self._row(ticket, "solution").due, assigned + timedelta(hours=24)
        )
        # The first time counts
        ticket._deadline_reach("assigned", assigned + timedelta(hours=9))
        self.assertEqual(row.reached, assigned)
        called = assigned + timedelta(hours=13)
        ticket._deadline_reach("called_back", called)
        self.assertEqual(self._row(ticket, "called_back").state, "late")
        # The call to the customer was his first response, too
        self.assertEqual(self._row(ticket, "responded").state, "late")

    def test_chain_counts_from_report(self):
        """The setting of D-08 turned: everything counts from the report."""
        self.field_policy.anchor_default = "report"
        ticket = self._at(MONDAY_9)
        for milestone, hours in (
            ("assigned", 12),
            ("called_back", 12),
            ("solution", 24),
        ):
            row = self._row(ticket, milestone)
            self.assertEqual(
                (row.state, row.due),
                ("running", MONDAY_9 + timedelta(hours=hours)),
                milestone,
            )

    def test_skipped_steps_close_with_the_later_one(self):
        ticket = self._at(MONDAY_9)
        at = MONDAY_9 + timedelta(hours=20)
        ticket._deadline_reach("arrived", at)
        states = {
            milestone: (row.state, row.reached)
            for row in ticket.deadline_ids
            for milestone in [row.milestone]
        }
        self.assertEqual(states["arrived"], ("met", at))
        self.assertEqual(states["assigned"], ("late", at))
        self.assertEqual(states["responded"], ("late", at))
        # These had not begun: their clocks start and stop at once
        self.assertEqual(states["called_back"], ("met", at))
        self.assertEqual(states["solution"], ("met", at))
        self.assertEqual(states["fixed"], ("waiting", False))
        self.assertEqual(states["file_completed"], ("waiting", False))

    def test_customer_file_counts_from_the_end_of_the_visit(self):
        """Two days after the visit, the consultation or the check-in (C-21, C-22)."""
        end = MONDAY_9 + timedelta(days=10)
        for policy in (self.field_policy, self.env.ref("aftersales.policy_maker")):
            ticket = self._at(MONDAY_9, policy_id=policy.id)
            row = self._row(ticket, "file_completed")
            self.assertFalse(row.due, policy.name)
            ticket._deadline_reach("fixed", end)
            # The end of the second day that follows, in Shanghai
            self.assertEqual(row.due, datetime(2025, 3, 22, 15, 59, 59), policy.name)
        # In a shop the file follows the formalities of the check-in
        with freeze_time(MONDAY_9):
            ticket = self._ticket(service_mode="workshop", reported_at=MONDAY_9)
        row = self._row(ticket, "file_completed")
        self.assertEqual(row.due, datetime(2025, 3, 12, 15, 59, 59))
        # A file completed before the visit is over was in time
        early = self._at(MONDAY_9)
        early._deadline_reach("file_completed", MONDAY_9)
        self.assertEqual(self._row(early, "file_completed").state, "met")

    def test_way_of_a_ticket(self):
        """The buttons of the ticket reach the milestones."""
        with freeze_time(MONDAY_9):
            ticket = self._diagnosed(service_mode="onsite", reported_at=MONDAY_9)
        ticket = ticket.sudo()
        for milestone in ("assigned", "responded", "called_back", "solution"):
            row = self._row(ticket, milestone)
            self.assertEqual((row.state, row.reached), ("met", MONDAY_9), milestone)
        self.assertEqual(
            self._row(ticket, "called_back").reached_by_id, self.user_technician
        )
        self.assertEqual(self._row(ticket, "arrived").state, "running")
        ticket.with_user(self.user_advisor).action_cancel("Sold")
        self.assertEqual(set(ticket.deadline_ids.mapped("state")), {"met", "cancelled"})
        self.assertFalse(ticket.next_due)

    def test_relay_by_sales(self):
        """A salesperson relays within 12 h; then the chain goes on (R-INT-05)."""
        ticket = self._at(MONDAY_9, channel="sales")
        row = self._row(ticket, "relayed")
        self.assertEqual(row.due, MONDAY_9 + timedelta(hours=12))
        self.assertEqual(self._row(ticket, "assigned").state, "waiting")
        relayed = MONDAY_9 + timedelta(hours=11)
        ticket._deadline_reach("relayed", relayed)
        self.assertEqual(row.state, "met")
        self.assertEqual(
            self._row(ticket, "assigned").due, relayed + timedelta(hours=12)
        )
        phone = self._at(MONDAY_9)
        self.assertNotIn("relayed", phone.deadline_ids.mapped("milestone"))

    def test_web_collection(self):
        """Twice a working day; the response counts from collection or not (D-09)."""
        friday_16 = datetime(2025, 3, 14, 8)
        ticket = self._at(friday_16, channel="web")
        # One hour on Friday, three on Monday
        self.assertEqual(self._row(ticket, "collected").due, datetime(2025, 3, 17, 3))
        self.assertEqual(self._row(ticket, "responded").state, "waiting")
        collected = datetime(2025, 3, 17, 1)
        with freeze_time(collected):
            ticket.with_user(self.user_advisor).action_collect()
        self.assertEqual(
            self._row(ticket, "responded").due, collected + timedelta(minutes=30)
        )
        self.field_policy.web_response_start = "submission"
        ticket = self._at(friday_16, channel="web")
        self.assertEqual(
            self._row(ticket, "responded").due, friday_16 + timedelta(minutes=30)
        )

    def test_change_of_mode(self):
        """Rows come and go with the mode; what lies behind is not made."""
        ticket = self._at(MONDAY_9)
        with freeze_time(MONDAY_9):
            ticket.service_mode = "remote"
            self.assertEqual(self._row(ticket, "arrived").state, "cancelled")
            ticket.service_mode = "onsite"
        row = self._row(ticket, "arrived")
        self.assertEqual(
            (row.state, row.due), ("running", MONDAY_9 + timedelta(hours=24))
        )
        ticket.service_mode = "remote"
        ticket._deadline_reach("fixed", MONDAY_9 + timedelta(hours=1))
        ticket.service_mode = "onsite"
        self.assertEqual(self._row(ticket, "arrived").state, "cancelled")

    def test_change_of_person(self):
        ticket = self._at(MONDAY_9)
        ticket.technician_id = self.technician_2
        self.assertEqual(self._row(ticket, "arrived").user_id, self.technician_2)
        self.assertEqual(self._row(ticket, "assigned").user_id, self.user_advisor)

    def test_queries_of_a_batch(self):
        """The deadlines of a batch cost the same few queries, however large it is."""
        Ticket = self.env["aftersales.ticket"]
        for size in (1, 60):
            with self.subTest(size):
                tickets = Ticket.create(
                    [
                        {
                            "partner_id": self.customer.id,
                            "service_mode": "onsite",
                            "complaint": "No drive",
                        }
                        for __ in range(size)
                    ]
                )
                tickets.deadline_ids.unlink()
                self.env.flush_all()
                # One INSERT; the rest reads what the cache has lost: tickets, policy
                # and rows, company, calendar, roster, who follows up.
                with self.assertQueryCount(9):
                    tickets._deadline_create()
                    self.env.flush_all()
                self.assertEqual(len(tickets.deadline_ids), 10 * size)
        tickets.deadline_ids.mapped("state")
        with self.assertQueryCount(4):
            tickets._deadline_reach("assigned")
            self.env.flush_all()
