from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon

# Monday 2025-03-10, 9 o'clock in Shanghai, as the database holds it
MONDAY_9 = datetime(2025, 3, 10, 1)


class DeadlineCommon(AftersalesCommon):
    """A company in Shanghai, 8-12 and 13-17 from Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Shanghai",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": f"{day} {hour_from}",
                            "dayofweek": str(day),
                            "hour_from": hour_from,
                            "hour_to": hour_to,
                            "day_period": period,
                        },
                    )
                    for day in range(5)
                    for hour_from, hour_to, period in (
                        (8, 12, "morning"),
                        (13, 17, "afternoon"),
                    )
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.field_policy = cls.env.ref("aftersales.policy_field")
        cls.shop_policy = cls.env.ref("aftersales.policy_workshop")
        cls.team = cls.env["aftersales.team"].create(
            {
                "name": "Field team",
                "leader_id": cls.user_manager.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _at(cls, moment, **vals):
        """Return a ticket on site, reported at ``moment``."""
        with freeze_time(moment):
            ticket = cls._ticket(
                service_mode="onsite",
                reported_at=moment,
                **{"team_id": cls.team.id, **vals},
            )
        return ticket.sudo()

    def _row(self, ticket, milestone):
        row = ticket.deadline_ids.filtered(lambda row: row.milestone == milestone)
        self.assertEqual(len(row), 1, milestone)
        return row

    def _policy(self, *rows, **vals):
        """Return a policy of the company with ``rows``, in their order."""
        return self.env["aftersales.policy"].create(
            {
                "name": "Of our own",
                "company_id": self.company.id,
                "deadline_line_ids": [
                    (0, 0, {"sequence": number, **row})
                    for number, row in enumerate(rows)
                ],
                **vals,
            }
        )

    def _activities(self, ticket):
        return self.env["mail.activity"].search(
            [("aftersales_deadline_id", "in", ticket.deadline_ids.ids)]
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_escalate_deadlines").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDeadline(DeadlineCommon):
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
            # The end of the second day that follows, in Shanghai
            "file_completed": ("running", datetime(2025, 3, 12, 15, 59, 59)),
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
        self.assertEqual(states["file_completed"], ("running", False))

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

    def test_hold(self):
        """On hold due times move by just that time, in the row's own clock."""
        self._policy(
            {"milestone": "responded", "duration": 2, "anchor": "report"},
            {
                "milestone": "assigned",
                "duration": 2,
                "anchor": "report",
                "clock": "working",
            },
            {
                "milestone": "solution",
                "duration": 1,
                "unit": "working_day",
                "anchor": "report",
            },
        )
        friday_16 = datetime(2025, 3, 14, 8)
        ticket = self._at(friday_16)
        working = self._row(ticket, "assigned")
        self.assertEqual(working.due, datetime(2025, 3, 17, 1))
        self.assertEqual(self._row(ticket, "solution").due, datetime(2025, 3, 17, 9))
        # From 16:30 on Friday to 9:30 on Monday: 65 h, of which 2 h are work
        ticket._deadline_pause(friday_16 + timedelta(minutes=30))
        ticket._deadline_pause(friday_16 + timedelta(minutes=45))
        self.assertEqual(working.state, "paused")
        ticket._deadline_resume(datetime(2025, 3, 17, 1, 30))
        self.assertEqual(working.state, "running")
        self.assertEqual(working.due, datetime(2025, 3, 17, 3))
        self.assertEqual(
            self._row(ticket, "responded").due, friday_16 + timedelta(hours=67)
        )
        self.assertEqual(self._row(ticket, "solution").due, datetime(2025, 3, 18, 2))

    def test_overdue_stays_overdue_on_hold(self):
        ticket = self._at(MONDAY_9)
        row = self._row(ticket, "responded")
        pause = MONDAY_9 + timedelta(hours=1)
        resume = MONDAY_9 + timedelta(hours=5)
        ticket._deadline_pause(pause)
        with freeze_time(resume):
            self.assertTrue(row.is_overdue)
            self.assertIn(row, row.search([("is_overdue", "=", True)]))
            ticket._deadline_resume(resume)
            self.assertTrue(row.is_overdue)
            # Late by half an hour before and after
            self.assertEqual(row.due, resume - timedelta(minutes=30))

    def test_reached_on_hold(self):
        """While on hold the clock stands still, whatever the time on the wall."""
        ticket = self._at(MONDAY_9)
        ticket._deadline_pause(MONDAY_9 + timedelta(minutes=20))
        ticket._deadline_reach("responded", MONDAY_9 + timedelta(hours=3))
        self.assertEqual(self._row(ticket, "responded").state, "met")
        other = self._at(MONDAY_9)
        other._deadline_pause(MONDAY_9 + timedelta(minutes=40))
        other._deadline_reach("responded", MONDAY_9 + timedelta(hours=3))
        self.assertEqual(self._row(other, "responded").state, "late")

    def test_step_begun_on_hold_stands_still(self):
        ticket = self._at(MONDAY_9)
        with freeze_time(MONDAY_9):
            ticket.with_user(self.user_advisor).action_hold("customer")
        ticket._deadline_reach("assigned", MONDAY_9 + timedelta(hours=2))
        row = self._row(ticket, "called_back")
        self.assertEqual(row.state, "paused")
        with freeze_time(MONDAY_9 + timedelta(hours=5)):
            ticket.with_user(self.user_advisor).action_resume()
        self.assertEqual(row.due, MONDAY_9 + timedelta(hours=5 + 12))

    def test_promised_time(self):
        """The shop's promise is the limit; a new promise counts anew (D-06)."""
        with freeze_time(MONDAY_9):
            ticket = self._ticket(reported_at=MONDAY_9).sudo()
        self.assertEqual(ticket.policy_id, self.shop_policy)
        ready, delivered = self._row(ticket, "ready"), self._row(ticket, "delivered")
        self.assertEqual(ready.state, "waiting")
        promised = MONDAY_9 + timedelta(hours=8)
        with freeze_time(MONDAY_9):
            ticket.promised_at = promised
        self.assertEqual((delivered.state, delivered.due), ("running", promised))
        self.assertEqual(ready.due, promised - timedelta(hours=1))
        with freeze_time(promised + timedelta(hours=1)):
            self._run_cron()
            called = len(self._activities(ticket))
            self.assertTrue(ready.escalated_at)
            ticket.promised_at = promised + timedelta(hours=24)
            self.assertFalse(ready.escalated_at)
            self.assertLess(len(self._activities(ticket)), called)
        with freeze_time(promised + timedelta(hours=2)):
            self._run_cron()
            self.assertFalse(ready.warned_at)
        with freeze_time(promised + timedelta(hours=25)):
            self._run_cron()
            self.assertTrue(ready.escalated_at)
        # Holding a ticket does not change what was promised
        ticket._deadline_pause(MONDAY_9)
        ticket._deadline_resume(MONDAY_9 + timedelta(hours=3))
        self.assertEqual(delivered.due, promised + timedelta(hours=24))
        with freeze_time(MONDAY_9):
            ticket.promised_at = False
        self.assertEqual((delivered.state, delivered.due), ("waiting", False))

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
        ticket._deadline_reach("collected", collected)
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

    def test_change_of_policy_touches_new_tickets_only(self):
        ticket = self._at(MONDAY_9)
        line = self.env.ref("aftersales.policy_field_called_back")
        line.duration = 1
        ticket._deadline_reach("assigned", MONDAY_9)
        self.assertEqual(
            self._row(ticket, "called_back").due, MONDAY_9 + timedelta(hours=12)
        )
        after = self._at(MONDAY_9)
        after._deadline_reach("assigned", MONDAY_9)
        row = self._row(after, "called_back")
        self.assertEqual(row.due, MONDAY_9 + timedelta(hours=1))
        line.unlink()
        self.assertTrue(row.name)

    def test_every_unit(self):
        cases = [
            ({"unit": "minute", "duration": 45}, datetime(2025, 3, 10, 1, 45)),
            ({"unit": "hour", "duration": 1.5}, datetime(2025, 3, 10, 2, 30)),
            (
                {"unit": "hour", "duration": 9, "clock": "working"},
                datetime(2025, 3, 11, 2),
            ),
            ({"unit": "day", "duration": 0}, datetime(2025, 3, 10, 15, 59, 59)),
            ({"unit": "day", "duration": 2}, datetime(2025, 3, 12, 15, 59, 59)),
            ({"unit": "working_day", "duration": 5}, datetime(2025, 3, 17, 9)),
            ({"unit": "month_day", "duration": 5}, datetime(2025, 4, 5, 15, 59, 59)),
            ({"unit": "end_of_shift"}, datetime(2025, 3, 10, 4)),
            (
                {
                    "unit": "before_event",
                    "duration": 2,
                    "clock": "working",
                    "event": "planned",
                },
                datetime(2025, 3, 11, 8),
            ),
            ({"unit": "none"}, False),
        ]
        policy = self._policy()
        for number, (vals, due) in enumerate(cases):
            with self.subTest(vals):
                policy.deadline_line_ids.unlink()
                vals.setdefault("anchor", "event" if "event" in vals else "report")
                self.env["aftersales.policy.deadline"].create(
                    {"policy_id": policy.id, "milestone": "responded", **vals}
                )
                # Agreed for Wednesday, 9 o'clock
                ticket = self._at(MONDAY_9, planned_at=datetime(2025, 3, 12, 1))
                self.assertEqual(ticket.deadline_ids.due, due, number)

    def test_choice_of_policy(self):
        Policy = self.env["aftersales.policy"]

        def chosen(company, ticket_type="repair", mode="onsite"):
            return Policy._get_policy(company, ticket_type, mode)

        self.assertEqual(chosen(self.company), self.field_policy)
        self.assertEqual(chosen(self.company, mode="workshop"), self.shop_policy)
        general = self._policy(name="General")
        self.assertEqual(chosen(self.company, mode="workshop"), general)
        by_mode = self._policy(name="On site", service_mode="onsite", sequence=99)
        by_type = self._policy(name="Recall", ticket_type="recall", sequence=99)
        both = self._policy(
            name="Both", ticket_type="recall", service_mode="onsite", sequence=99
        )
        self.assertEqual(chosen(self.company), by_mode)
        self.assertEqual(chosen(self.company, "recall", "remote"), by_type)
        self.assertEqual(chosen(self.company, "recall"), both)
        both.action_archive()
        self.assertEqual(chosen(self.company, "recall"), by_type)
        self.assertEqual(
            Policy._get_policies([(self.company, "repair", "onsite")]),
            {(self.company, "repair", "onsite"): by_mode},
        )
        # Another company has the templates
        other = self.env["res.company"].create({"name": "Other Service"})
        self.assertEqual(chosen(other), self.field_policy)
        with self.assertQueryCount(0):
            chosen(other)

    @mute_logger("odoo.sql_db")
    def test_refusals(self):
        policy = self._policy({"milestone": "assigned"})
        Line = self.env["aftersales.policy.deadline"]
        for vals in (
            {"milestone": "assigned"},
            {"milestone": "solution", "duration": -1},
            {"milestone": "solution", "anchor": "milestone"},
            {"milestone": "solution", "anchor": "event"},
            {"milestone": "solution", "unit": "day", "clock": "working"},
        ):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                Line.create({"policy_id": policy.id, **vals})
        with self.assertRaisesRegex(ValidationError, "count from itself"):
            Line.create(
                {
                    "policy_id": policy.id,
                    "milestone": "solution",
                    "anchor": "milestone",
                    "anchor_milestone": "solution",
                }
            )
        # A ticket has each deadline once
        ticket = self._at(MONDAY_9)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._row(ticket, "assigned").copy()

    def test_rights(self):
        """Everybody reads, nobody writes deadlines; the manager sets policies."""
        ticket = self._at(MONDAY_9)
        row = self._row(ticket, "assigned")
        for role in self.users:
            deadline = self._as(role, row)
            self.assertTrue(deadline.name)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(deadline.has_access(operation), (role, operation))
            allowed = role == "manager"
            for record in (self.field_policy, self.field_policy.deadline_line_ids[0]):
                record = self._as(role, record)
                self.assertTrue(record.has_access("read"))
                self.assertEqual(record.has_access("write"), allowed, role)
                self.assertEqual(record.has_access("create"), allowed, role)
        # A technician sees the deadlines of what he works on
        self.env.flush_all()
        stranger = row.with_user(self.technician_2)
        with self.assertRaises(AccessError):
            stranger.read(["state"])
        ticket.technician_ids = self.technician_2
        self.assertTrue(stranger.read(["state"]))

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "Other Service"})
        advisor = self.user_advisor.copy({"login": "their_advisor"})
        advisor.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        row = self._row(self._at(MONDAY_9), "assigned")
        ours = self._policy(name="Ours")
        self.env.flush_all()
        with self.assertRaises(AccessError):
            row.with_user(advisor).read(["state"])
        with self.assertRaises(AccessError):
            ours.with_user(advisor).read(["name"])
        self.assertTrue(self.field_policy.with_user(advisor).name)
        report = self.env["aftersales.deadline.report"].with_user(advisor)
        self.assertFalse(report.search([("ticket_id", "=", row.ticket_id.id)]))

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

    def test_report(self):
        """In time, % = met / (met + late + overdue), by step, person and month."""
        moment = datetime(2025, 3, 3, 1)
        tickets = [self._at(moment) for __ in range(4)]
        tickets[0]._deadline_reach("responded", moment + timedelta(minutes=30))
        tickets[1]._deadline_reach("responded", moment + timedelta(minutes=29))
        tickets[2]._deadline_reach("responded", moment + timedelta(hours=2.5))
        self.env.flush_all()
        Report = self.env["aftersales.deadline.report"]
        domain = [("ticket_id", "in", [t.id for t in tickets])]
        with freeze_time(moment + timedelta(minutes=20)):
            # Only what is decided or overdue counts
            self.assertEqual(Report.search_count(domain), 3)
        with freeze_time(moment + timedelta(hours=3)):
            groups = Report._read_group(
                domain,
                ["milestone", "user_id", "due:month"],
                ["met:sum", "late:sum", "overdue:sum", "compliance:avg"],
            )
            self.assertEqual(
                groups,
                [
                    (
                        "responded",
                        self.user_advisor,
                        datetime(2025, 3, 1),
                        2,
                        1,
                        1,
                        50.0,
                    )
                ],
            )
            late = Report.search([*domain, ("late", "=", 1)])
            self.assertEqual(late.hours_late, 2)

    def test_views(self):
        """Every view of this part can be opened by those who see it."""
        for model, view_type in (
            ("aftersales.policy", "form"),
            ("aftersales.policy", "list"),
            ("aftersales.deadline", "list"),
            ("aftersales.deadline", "search"),
            ("aftersales.deadline.report", "pivot"),
            ("aftersales.deadline.report", "graph"),
            ("aftersales.deadline.report", "list"),
            ("aftersales.duty", "calendar"),
            ("aftersales.duty", "form"),
        ):
            Model = self.env[model].with_user(self.user_technician)
            self.assertIn("arch", Model.get_view(view_type=view_type))
        ticket = self._at(MONDAY_9)
        action = self._row(ticket, "assigned").action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("aftersales.ticket", ticket.id)
        )
