from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

from .deadline_common import MONDAY_9, DeadlineCommon

SATURDAY_9 = MONDAY_9 + timedelta(days=5)


@tagged("post_install", "-at_install")
class TestDuty(DeadlineCommon):
    """Who answers when nobody is at work (R-INT-01, R-INT-17, R-DISC-01)."""

    def _duty(self, user, start, hours, role="advisor", **vals):
        return self.env["aftersales.duty"].create(
            {
                "user_id": user.id,
                "role": role,
                "date_from": start,
                "date_to": start + timedelta(hours=hours),
                **vals,
            }
        )

    def test_on_duty(self):
        Duty = self.env["aftersales.duty"]
        self._duty(self.user_advisor, SATURDAY_9, 12)
        self._duty(self.user_quality, SATURDAY_9 + timedelta(hours=12), 12)
        for hours, expected in (
            (-1, Duty.user_id),
            (0, self.user_advisor),
            (11.99, self.user_advisor),
            (12, self.user_quality),
            (24, Duty.user_id),
        ):
            at = SATURDAY_9 + timedelta(hours=hours)
            self.assertEqual(Duty._on_duty("advisor", self.company, at), expected)
        self.assertFalse(Duty._on_duty("technician", self.company, SATURDAY_9))
        other = self.env["res.company"].create({"name": "Other Service"})
        self.assertFalse(Duty._on_duty("advisor", other, SATURDAY_9))
        with freeze_time(SATURDAY_9):
            self.assertEqual(Duty._on_duty("advisor", self.company), self.user_advisor)

    def test_working_time(self):
        Duty = self.env["aftersales.duty"]
        self.assertTrue(Duty._is_working_time(self.company, MONDAY_9))
        self.assertFalse(Duty._is_working_time(self.company, SATURDAY_9))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2025, 3, 9, 16),
                "date_to": datetime(2025, 3, 10, 15, 59, 59),
            }
        )
        self.assertFalse(Duty._is_working_time(self.company, MONDAY_9))
        self._duty(self.user_advisor, MONDAY_9, 1)
        self.assertEqual(
            Duty._default_responsible("advisor", self.company, MONDAY_9),
            self.user_advisor,
        )
        tuesday = MONDAY_9 + timedelta(days=1)
        self._duty(self.user_advisor, tuesday, 1)
        self.assertFalse(Duty._default_responsible("advisor", self.company, tuesday))

    def test_report_on_a_weekend_is_of_who_is_on_duty(self):
        self._duty(self.user_quality, SATURDAY_9 - timedelta(hours=9), 24)
        ticket = self._at(SATURDAY_9, advisor_id=False)
        self.assertEqual(self._row(ticket, "responded").user_id, self.user_quality)
        monday = self._at(SATURDAY_9 + timedelta(days=2), advisor_id=False)
        self.assertFalse(self._row(monday, "responded").user_id)

    def test_phone(self):
        """Without a phone nobody can be called: the roster says so."""
        form = Form(self.env["aftersales.duty"].with_user(self.user_dispatcher))
        form.user_id = self.user_advisor
        self.assertEqual(form.phone, self.user_advisor.phone)
        self.assertFalse(form.is_unreachable)
        self.user_quality.phone = False
        form.user_id = self.user_quality
        self.assertTrue(form.is_unreachable)
        form.date_from = SATURDAY_9
        form.date_to = SATURDAY_9 + timedelta(hours=8)
        duty = form.save()
        self.assertIn(duty, duty.search([("is_unreachable", "=", True)]))
        duty.phone = "+86 555 0999"
        self.assertFalse(duty.is_unreachable)
        self.assertNotIn(duty, duty.search([("is_unreachable", "=", True)]))

    def test_overlap(self):
        duty = self._duty(self.user_advisor, SATURDAY_9, 8)
        with (
            self.assertRaisesRegex(ValidationError, "Advisor .* is on duty from"),
            self.env.cr.savepoint(),
        ):
            self._duty(self.user_quality, SATURDAY_9 + timedelta(hours=7), 8)
        # One after the other, another role, and another company go together
        self._duty(self.user_quality, SATURDAY_9 + timedelta(hours=8), 8)
        self._duty(self.user_technician, SATURDAY_9, 8, role="technician")
        other = self.env["res.company"].create({"name": "Other Service"})
        self.user_quality.company_ids += other
        self._duty(self.user_quality, SATURDAY_9, 8, company_id=other.id)
        duty.date_to = SATURDAY_9 + timedelta(hours=4)
        with self.assertRaises(ValidationError):
            duty.date_to = SATURDAY_9 + timedelta(hours=9)

    @mute_logger("odoo.sql_db")
    def test_database_refuses(self):
        """Two people writing at one moment get past Python, not past the database."""
        duty = self._duty(self.user_advisor, SATURDAY_9, 8)
        self.env.flush_all()
        insert = SQL(
            "INSERT INTO aftersales_duty"
            " (company_id, role, user_id, date_from, date_to)"
            " SELECT company_id, role, user_id, date_from, date_to"
            " FROM aftersales_duty WHERE id = %s",
            duty.id,
        )
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(insert)
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._duty(self.user_quality, SATURDAY_9, 0)

    def test_user_of_the_company(self):
        other = self.env["res.company"].create({"name": "Other Service"})
        with self.assertRaisesRegex(ValidationError, "does not work for Other Service"):
            self._duty(self.user_advisor, SATURDAY_9, 8, company_id=other.id)

    def test_rights(self):
        duty = self._duty(self.user_advisor, SATURDAY_9, 8)
        for role in self.users:
            record = self._as(role, duty)
            self.assertTrue(record.phone)
            allowed = role in ("advisor", "dispatcher", "manager")
            for operation in ("write", "create", "unlink"):
                self.assertEqual(record.has_access(operation), allowed, role)
        other = self.env["res.company"].create({"name": "Other Service"})
        self.user_quality.company_ids += other
        theirs = self._duty(self.user_quality, SATURDAY_9, 8, company_id=other.id)
        with self.assertRaises(AccessError):
            self._as("advisor", theirs).read(["phone"])

    # -- On time (R-DISC-01) -----------------------------------------------------------

    def _come(self, duty, user, minutes):
        with freeze_time(duty.date_from + timedelta(minutes=minutes)):
            duty.with_user(user).action_come()

    def test_coming_on_duty(self):
        """Whoever is on duty stamps it; who comes too late is in the list."""
        self.company.aftersales_duty_tolerance = 10
        on_time = self._duty(self.user_technician, SATURDAY_9, 8)
        late = self._duty(self.user_technician, SATURDAY_9 + timedelta(hours=8), 8)
        missing = self._duty(self.user_quality, SATURDAY_9 + timedelta(hours=16), 8)
        duties = on_time | late | missing
        self._come(on_time, self.user_technician, 10)
        self._come(late, self.user_technician, 25)
        self.assertEqual(on_time.came_at, SATURDAY_9 + timedelta(minutes=10))
        self.assertEqual(on_time.late_minutes, 0)
        self.assertEqual(late.late_minutes, 25)
        self.assertFalse(on_time.is_late)
        self.assertTrue(late.is_late)
        domain = [("id", "in", duties.ids), ("is_late", "=", True)]
        for minutes, expected in ((9, late), (11, late | missing)):
            duties.invalidate_recordset()
            with freeze_time(missing.date_from + timedelta(minutes=minutes)):
                self.assertEqual(duties.search(domain), expected)
                self.assertEqual(duties.filtered("is_late"), expected)
                self.assertEqual(
                    duties.search([("id", "in", duties.ids), ("is_late", "=", False)]),
                    duties - expected,
                )
        # The tolerance of the day it was planned counts, the first stamp, too
        self.company.aftersales_duty_tolerance = 60
        self._come(late, self.user_technician, 30)
        self.assertEqual(late.late_minutes, 25)
        search = duties.get_view(view_type="search")["arch"]
        self.assertIn("('is_late', '=', True)", search)

    def test_nobody_comes_for_another_or_at_another_time(self):
        duty = self._duty(self.user_technician, SATURDAY_9, 8)
        with self.assertRaisesRegex(AccessError, "in person"):
            self._come(duty, self.user_dispatcher, 5)
        for minutes in (-61, 8 * 60):
            with self.assertRaisesRegex(UserError, "stamp it then"):
                self._come(duty, self.user_technician, minutes)
        with self.assertRaisesRegex(AccessError, "button On duty"):
            duty.with_user(self.user_dispatcher).came_at = SATURDAY_9
        with self.assertRaisesRegex(AccessError, "button On duty"):
            duty.with_user(self.user_dispatcher).create(
                {
                    "user_id": self.user_quality.id,
                    "date_from": SATURDAY_9 + timedelta(days=1),
                    "date_to": SATURDAY_9 + timedelta(days=2),
                    "came_at": SATURDAY_9,
                }
            )
        self.assertFalse(duty.came_at)
        with freeze_time(SATURDAY_9):
            self.assertTrue(duty.with_user(self.user_technician).can_come)
            self.assertFalse(duty.with_user(self.user_dispatcher).can_come)
        self._come(duty, self.user_technician, -60)
        self.assertFalse(duty.late_minutes)

    def test_staff_without_mobile_are_named(self):
        """R-INT-17: whoever cannot be called stands on the team and in a list."""
        users = self.user_technician | self.user_quality | self.user_advisor
        users.partner_id.phone = "+86 138 0000 0001"
        self.team.member_ids = self.user_technician | self.user_quality
        self.team.leader_id = self.user_advisor
        self.assertFalse(self.team.unreachable_ids)
        users.partner_id.phone = False
        employee = self.env["hr.employee"].create(
            {
                "name": "Quality",
                "user_id": self.user_quality.id,
                "company_id": self.company.id,
                "work_phone": "+86 555 0100",
            }
        )
        self.env.invalidate_all()
        team = self.team.with_user(self.user_manager)
        self.assertEqual(team.unreachable_ids, users, "a desk phone does not count")
        employee.mobile_phone = "+86 139 0000 0002"
        self.user_technician.partner_id.phone = "+86 138 0000 0001"
        self.env.invalidate_all()
        self.assertEqual(team.unreachable_ids, self.user_advisor)
        self.assertIn("unreachable_ids", team.get_view(view_type="form")["arch"])
        action = self.env.ref("aftersales.res_users_action_unreachable")
        listed = users.with_user(self.user_manager).search(safe_eval(action.domain))
        self.assertEqual(listed & users, self.user_advisor)
        reachable = users.search([("aftersales_is_unreachable", "=", False)])
        self.assertEqual(reachable & users, users - self.user_advisor)
