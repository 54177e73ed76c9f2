from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_workshop import MONDAY, WorkshopCommon


@tagged("post_install", "-at_install")
class TestOperation(WorkshopCommon):
    """Jobs: made with the customer's consent, planned and dispatched."""

    def setUp(self):
        super().setUp()
        self._freeze(MONDAY)

    def test_agreed_operations_become_jobs(self):
        ticket = self._approved(self.labour, self.labour_2, self.brake_pads)
        jobs = ticket.sudo().operation_ids
        self.assertEqual(jobs.mapped("name"), ["Replace drive motor", "Bleed brakes"])
        self.assertEqual(jobs.mapped("planned_hours"), [3.0, 1.5])
        self.assertEqual(jobs.technician_id, self.user_technician)
        self.assertEqual(set(jobs.mapped("state")), {"assigned"})
        self.assertEqual(ticket.operation_count, 2)
        self.assertEqual(ticket.action_open_operations()["domain"][0][2], ticket.id)

    def test_hours_of_a_job(self):
        """Standard hours, else hours sold, else the company's default."""
        self.labour.aftersales_standard_hours = 0
        hour = self.env.ref("uom.product_uom_hour")
        by_hour = self._operation("By the hour", uom_id=hour.id)
        self.company.aftersales_default_hours = 0.75
        ticket = self._diagnosed(team_id=self.team.id)
        line = self._line(ticket, by_hour, quantity=2.5)
        self.assertEqual(line._get_planned_hours(), 2.5)
        line = self._line(ticket, self.labour, quantity=2)
        self.assertEqual(line._get_planned_hours(), 0.75)

    def test_planned_end_in_working_time(self):
        """Three hours from 16:00 on Friday end on Monday at 10:00."""
        job = self._job(self._approved())
        job.planned_start = datetime(2026, 3, 6, 16)
        self.assertEqual(job.planned_stop, datetime(2026, 3, 9, 10))

    def test_dispatcher_plans_and_others_do_not(self):
        job = self._job(self._approved())
        for role in ("technician", "inspector", "finance", "advisor"):
            with self.assertRaises(AccessError):
                self._as(role, job).technician_id = self.technician_2
        self._as("dispatcher", job).technician_id = self.technician_2
        self.assertEqual(job.technician_id, self.technician_2)
        self.assertIn(self.technician_2, job.ticket_id.technician_ids)
        # He can now open the ticket.
        self.assertTrue(job.ticket_id.with_user(self.technician_2).name)
        self._as("dispatcher", job).technician_id = False
        self.assertEqual(job.state, "waiting")

    def test_skill_missing_is_shown(self):
        job = self._job(self._approved())
        self.assertTrue(job.skill_missing)
        self.user_technician.aftersales_skill_ids = self.skill
        job.invalidate_recordset(["skill_missing"])
        self.assertFalse(job.skill_missing)

    def test_bay_takes_one_vehicle(self):
        first = self._job(self._approved())
        second = self._job(self._approved())
        self._as("dispatcher", first).write(
            {"bay_id": self.bay_1.id, "planned_start": MONDAY}
        )
        with self.assert_refused(
            UserError, rf"Lift 1 is taken by {first.ticket_id.name}"
        ):
            self._as("dispatcher", second).write(
                {
                    "bay_id": self.bay_1.id,
                    "planned_start": MONDAY + timedelta(hours=1),
                }
            )
        second.invalidate_recordset()
        # Straight after the first one it is free: 09-12, then 13-16.
        self._as("dispatcher", second).write(
            {"bay_id": self.bay_1.id, "planned_start": first.planned_stop}
        )
        self.assertEqual(second.planned_stop, datetime(2026, 3, 2, 16))

    def test_two_jobs_of_one_vehicle_share_a_bay(self):
        ticket = self._approved(self.labour, self.labour_2)
        self._as("dispatcher", ticket.sudo().operation_ids).write(
            {"bay_id": self.bay_1.id, "planned_start": MONDAY}
        )

    def test_plan_next_goes_on_where_the_technician_is_free(self):
        first, second = (
            self._job(self._approved()),
            self._job(self._approved()),
        )
        self._as("dispatcher", first).action_plan_next()
        self.assertEqual(first.planned_start, MONDAY)
        self._as("dispatcher", second).action_plan_next()
        self.assertEqual(second.planned_start, datetime(2026, 3, 2, 13))

    def test_board_shows_idle_people(self):
        """A technician without jobs has a column all the same (R-DISP-04)."""
        self._approved()
        groups = (
            self.env["aftersales.operation"]
            .with_user(self.user_dispatcher)
            .with_context(read_group_expand=True)
            .web_read_group([], ["technician_id"], ["planned_hours:sum"])["groups"]
        )
        shown = {
            group["technician_id"][0] for group in groups if group["technician_id"]
        }
        self.assertIn(self.technician_2.id, shown)

    def test_declined_and_cancelled(self):
        ticket = self._approved(self.labour, self.labour_2)
        job = self._job(ticket, self.labour_2)
        job.line_id._decline()
        self.assertEqual(job.state, "cancelled")
        ticket.sudo().order_ids._action_cancel()
        ticket.action_cancel("Customer sells the truck")
        self.assertEqual(
            set(ticket.sudo().operation_ids.mapped("state")), {"cancelled"}
        )

    def test_one_job_a_line(self):
        job = self._job(self._approved())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            job.copy({"line_id": job.line_id.id}).flush_recordset()

    def test_job_form(self):
        job = self._job(self._approved())
        with Form(self._as("dispatcher", job)) as form:
            form.bay_id = self.bay_2
            form.planned_start = MONDAY
        self.assertEqual(job.bay_id, self.bay_2)


@tagged("post_install", "-at_install")
class TestCapacity(WorkshopCommon):
    """What the team can promise (R-APPT-05, R-EST-08, R-BEY-13)."""

    def setUp(self):
        super().setUp()
        self._freeze(MONDAY)
        self.day = (datetime(2026, 3, 2), datetime(2026, 3, 3))

    def test_free_hours(self):
        """Two people of eight hours; 30 % kept; three planned."""
        self.assertEqual(self.team.appointment_share, 30.0)
        self.assertEqual(self.team._get_capacity_hours(*self.day), 16.0)
        self.assertAlmostEqual(self.team._get_free_hours(*self.day), 11.2)
        self.assertEqual(self.team._get_free_hours(*self.day, for_appointment=True), 16)
        job = self._job(self._approved())
        self._as("dispatcher", job).planned_start = MONDAY
        self.assertAlmostEqual(self.team._get_free_hours(*self.day), 8.2)
        self.team.invalidate_recordset()
        self.assertEqual(self.team.planned_today, 3.0)
        self.assertEqual(self.team.capacity_today, 16.0)

    def test_promise_counts_backlog_and_buffer(self):
        """Own three hours and 20 % buffer: 09:00 becomes 13:36; then the backlog."""
        ticket = self._diagnosed(team_id=self.team.id)
        self._line(ticket, self.labour)
        ticket.action_propose_promised_at()
        self.assertEqual(ticket.promised_at, datetime(2026, 3, 2, 13, 36))
        self._approved(self.labour, self.labour)
        # Six hours of others shared by two people: 3 h, plus 20 %.
        ticket.action_propose_promised_at()
        self.assertEqual(ticket.promised_at, datetime(2026, 3, 3, 8, 12))

    def test_promise_in_danger(self):
        ticket = self._approved()
        ticket.promised_at = MONDAY + timedelta(hours=4)
        self.assertFalse(ticket.promise_in_danger)
        ticket.write(
            {
                "promised_at": MONDAY + timedelta(hours=2),
                "promise_reason": "Customer insists",
            }
        )
        self.assertTrue(ticket.promise_in_danger)

    def test_take_over_to_ten_minutes(self):
        ticket = self._approved()
        self._freeze(datetime(2026, 3, 2, 9, 47, 31))
        self._as("dispatcher", ticket).action_take_over()
        self.assertEqual(ticket.taken_over_at, datetime(2026, 3, 2, 9, 40))
        self.assertEqual(ticket.taken_over_by_id, self.user_dispatcher)
        with self.assert_refused(UserError, "taken over by Dispatcher"):
            self._as("technician", ticket).action_take_over()
        with self.assertRaises(AccessError):
            self._as("finance", ticket).action_take_over()
