from datetime import datetime, timedelta

from pytz import timezone, utc

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon

from ..tools.business_time import BusinessTime

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"


def _hours(*turns):
    """Return attendances of Monday to Friday for ``(from, to)`` turns."""
    return _week(range(5), *turns)


def _week(days, *turns):
    return [
        (
            0,
            0,
            {
                "name": f"{day} {hour_from}",
                "dayofweek": str(day),
                "hour_from": hour_from,
                "hour_to": hour_to,
                "day_period": "morning",
            },
        )
        for day in days
        for hour_from, hour_to in turns
    ]


@tagged("post_install", "-at_install")
class TestBusinessTime(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.calendars = {
            # 8-12, 13-17
            "office": cls._calendar(SHANGHAI, _hours((8, 12), (13, 17))),
            "berlin": cls._calendar(BERLIN, _hours((8, 12), (13, 17))),
            "new_york": cls._calendar(NEW_YORK, _hours((9, 17.5))),
            "night": cls._calendar(BERLIN, _week(range(7), (0, 6), (22, 24))),
            "always": cls._calendar(SHANGHAI, _week(range(7), (0, 24))),
            "shifts": cls._calendar(SHANGHAI, _week(range(6), (6, 14), (14, 22))),
            "saturday": cls._calendar(SHANGHAI, _week([5], (9, 12))),
        }
        # Wednesday 2025-10-01 to Wednesday 2025-10-08: National Day of the company
        cls._leave(cls.calendars["office"], SHANGHAI, "2025-10-01", "2025-10-08")
        # Thursday 2025-05-01, for every calendar of the company
        cls._leave(None, SHANGHAI, "2025-05-01", "2025-05-01")
        # The afternoon of Friday 2025-06-13 from 15:00
        cls._leave_at(
            cls.calendars["office"], SHANGHAI, "2025-06-13 15:00", "2025-06-13 23:59:59"
        )

    @classmethod
    def _calendar(cls, tz, attendances, company=None):
        return cls.env["resource.calendar"].create(
            {
                "name": f"Hours {tz}",
                "tz": tz,
                "company_id": (company or cls.company).id,
                "attendance_ids": [(5, 0, 0), *attendances],
            }
        )

    @classmethod
    def _leave(cls, calendar, tz, first, last, company=None):
        return cls._leave_at(
            calendar, tz, f"{first} 00:00", f"{last} 23:59:59", company
        )

    @classmethod
    def _leave_at(cls, calendar, tz, start, end, company=None):
        vals = {
            "name": "Holiday",
            "date_from": cls._utc(start, tz),
            "date_to": cls._utc(end, tz),
            "calendar_id": calendar.id if calendar else False,
        }
        leave = cls.env["resource.calendar.leaves"].create(vals)
        # Computed from the company of whoever flushes first.
        leave.flush_recordset()
        leave.company_id = company or cls.company

    @staticmethod
    def _utc(text, tz):
        """Return local ``text`` of zone ``tz`` as a naive UTC datetime."""
        if len(text) == 16:
            text += ":00"
        local = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
        return timezone(tz).localize(local).astimezone(utc).replace(tzinfo=None)

    def _time(self, key):
        return BusinessTime(self.calendars[key], self.company)

    def _check(self, cases, method):
        for key, start, argument, expected in cases:
            with self.subTest(calendar=key, start=start, argument=argument):
                tz = self.calendars[key].tz
                result = getattr(self._time(key), method)(
                    self._utc(start, tz), argument
                )
                local = utc.localize(result).astimezone(timezone(tz))
                text = local.strftime("%Y-%m-%d %H:%M:%S")
                self.assertEqual(
                    text.removesuffix(":00") if len(expected) == 16 else text,
                    expected,
                )

    def test_add_minutes(self):
        self._check(
            [
                # Within a turn, over lunch, to the very end, into the next day
                ("office", "2025-03-10 09:00", 30, "2025-03-10 09:30"),
                ("office", "2025-03-10 11:45", 30, "2025-03-10 13:15"),
                ("office", "2025-03-10 11:30", 30, "2025-03-10 12:00"),
                ("office", "2025-03-10 11:30", 31, "2025-03-10 13:01"),
                ("office", "2025-03-10 16:59", 2, "2025-03-11 08:01"),
                ("office", "2025-03-10 08:00", 480, "2025-03-10 17:00"),
                ("office", "2025-03-10 08:00", 481, "2025-03-11 08:01"),
                # From outside working time
                ("office", "2025-03-10 06:00", 60, "2025-03-10 09:00"),
                ("office", "2025-03-10 12:30", 1, "2025-03-10 13:01"),
                ("office", "2025-03-10 20:00", 240, "2025-03-11 12:00"),
                # Over the weekend
                ("office", "2025-03-14 16:30", 60, "2025-03-17 08:30"),
                ("office", "2025-03-15 10:00", 1, "2025-03-17 08:01"),
                ("office", "2025-03-14 08:00", 960, "2025-03-17 17:00"),
                # Over holidays: of the calendar, of the company, of half a day
                ("office", "2025-09-30 16:00", 120, "2025-10-09 09:00"),
                ("office", "2025-10-04 10:00", 15, "2025-10-09 08:15"),
                ("office", "2025-04-30 16:30", 60, "2025-05-02 08:30"),
                ("office", "2025-06-13 14:30", 60, "2025-06-16 08:30"),
                ("office", "2025-06-13 14:00", 60, "2025-06-13 15:00"),
                # A year of work
                ("saturday", "2025-01-01 00:00", 180 * 50, "2025-12-13 12:00"),
                # Nothing, and backwards
                ("office", "2025-03-15 10:00", 0, "2025-03-15 10:00"),
                ("office", "2025-03-10 13:15", -30, "2025-03-10 11:45"),
                ("office", "2025-03-17 08:30", -60, "2025-03-14 16:30"),
                ("office", "2025-03-10 13:30", -30, "2025-03-10 13:00"),
                ("office", "2025-10-09 08:30", -60, "2025-09-30 16:30"),
                ("saturday", "2025-12-13 12:00", -180 * 50, "2025-01-04 09:00"),
                # Round the clock by calendar: a day has no seam at midnight
                ("always", "2025-03-10 23:30", 60, "2025-03-11 00:30"),
                ("always", "2025-04-30 23:00", 120, "2025-05-02 01:00"),
                # Spring: the night of 30 March 2025 has 23 hours in Berlin
                ("night", "2025-03-30 00:30", 120, "2025-03-30 03:30"),
                ("night", "2025-03-29 23:00", 60 * 6, "2025-03-30 06:00"),
                # Autumn: the night of 26 October 2025 has 25
                ("night", "2025-10-26 00:30", 60 * 5.5, "2025-10-26 05:00"),
                ("night", "2025-10-25 23:00", 60 * 8, "2025-10-26 06:00"),
                # Daylight saving leaves office hours at their place on the wall
                ("berlin", "2025-03-28 16:30", 60, "2025-03-31 08:30"),
                ("berlin", "2025-10-24 16:30", 60, "2025-10-27 08:30"),
                ("new_york", "2025-03-07 17:00", 60, "2025-03-10 09:30"),
                ("new_york", "2025-10-31 17:00", 60, "2025-11-03 09:30"),
            ],
            "add",
        )

    def test_working_day_end(self):
        self._check(
            [
                ("office", "2025-03-10 09:00", 0, "2025-03-10 17:00"),
                ("office", "2025-03-10 17:00", 0, "2025-03-11 17:00"),
                ("office", "2025-03-15 09:00", 0, "2025-03-17 17:00"),
                ("office", "2025-03-10 09:00", 1, "2025-03-11 17:00"),
                ("office", "2025-03-10 23:00", 1, "2025-03-11 17:00"),
                ("office", "2025-03-14 09:00", 1, "2025-03-17 17:00"),
                ("office", "2025-03-15 09:00", 1, "2025-03-17 17:00"),
                ("office", "2025-03-14 09:00", 3, "2025-03-19 17:00"),
                ("office", "2025-09-29 09:00", 3, "2025-10-10 17:00"),
                ("office", "2025-06-12 09:00", 1, "2025-06-13 15:00"),
                ("saturday", "2025-03-10 09:00", 40, "2025-12-13 12:00"),
                ("shifts", "2025-03-15 07:00", 0, "2025-03-15 22:00"),
            ],
            "working_day_end",
        )

    def test_end_of_shift(self):
        self._check(
            [
                ("office", "2025-03-10 09:00", 0, "2025-03-10 12:00"),
                ("office", "2025-03-10 12:00", 0, "2025-03-10 17:00"),
                ("office", "2025-03-10 12:30", 0, "2025-03-10 17:00"),
                ("office", "2025-03-10 09:00", 1, "2025-03-10 17:00"),
                ("office", "2025-03-14 18:00", 0, "2025-03-17 12:00"),
                ("shifts", "2025-03-10 13:59", 0, "2025-03-10 14:00"),
                ("shifts", "2025-03-10 14:00", 0, "2025-03-10 22:00"),
                ("shifts", "2025-03-15 15:00", 1, "2025-03-17 14:00"),
            ],
            "end_of_shift",
        )

    def test_days_and_months(self):
        self._check(
            [
                ("office", "2025-03-14 09:00", 0, "2025-03-14 23:59:59"),
                ("office", "2025-03-14 09:00", 2, "2025-03-16 23:59:59"),
                # Just after midnight in Shanghai is the day before in UTC
                ("office", "2025-03-14 00:01", 0, "2025-03-14 23:59:59"),
                ("berlin", "2025-03-29 12:00", 1, "2025-03-30 23:59:59"),
                ("berlin", "2025-10-25 12:00", 1, "2025-10-26 23:59:59"),
            ],
            "day_end",
        )
        self._check(
            [
                ("office", "2025-03-14 09:00", 5, "2025-04-05 23:59:59"),
                ("office", "2025-12-31 23:30", 5, "2026-01-05 23:59:59"),
                ("office", "2025-01-31 09:00", 31, "2025-02-28 23:59:59"),
                ("office", "2024-01-31 09:00", 31, "2024-02-29 23:59:59"),
            ],
            "month_day_end",
        )

    def test_between(self):
        for key, start, end, minutes in [
            ("office", "2025-03-10 09:00", "2025-03-10 09:00", 0),
            ("office", "2025-03-10 09:00", "2025-03-10 10:30", 90),
            ("office", "2025-03-10 11:00", "2025-03-10 14:00", 120),
            ("office", "2025-03-14 17:00", "2025-03-17 08:00", 0),
            ("office", "2025-03-14 16:00", "2025-03-17 09:00", 120),
            ("office", "2025-09-30 16:00", "2025-10-09 09:00", 120),
            ("office", "2025-03-10 10:30", "2025-03-10 09:00", -90),
            ("always", "2025-03-10 00:00", "2025-03-12 00:00", 2880),
            ("night", "2025-03-30 00:00", "2025-03-30 06:00", 300),
            ("night", "2025-10-26 00:00", "2025-10-26 06:00", 420),
        ]:
            with self.subTest(calendar=key, start=start, end=end):
                tz = self.calendars[key].tz
                self.assertEqual(
                    self._time(key).between(self._utc(start, tz), self._utc(end, tz)),
                    minutes,
                )

    def test_add_and_between_agree_everywhere(self):
        """Over three weeks with a holiday, minute arithmetic is its own inverse."""
        start = self._utc("2025-09-22 00:00", SHANGHAI)
        time = self._time("office")
        for step in range(0, 21 * 24 * 60, 173):
            moment = start + timedelta(minutes=step)
            for minutes in (1, 45, 480, 1337):
                due = time.add(moment, minutes)
                self.assertEqual(time.between(moment, due), minutes)
                self.assertLessEqual(time.add(due, -minutes) - moment, due - moment)
                self.assertEqual(time.between(time.add(due, -minutes), due), minutes)

    def test_is_working(self):
        for key, moment, expected in [
            ("office", "2025-03-10 08:00", True),
            ("office", "2025-03-10 07:59", False),
            ("office", "2025-03-10 12:00", False),
            ("office", "2025-03-10 16:59", True),
            ("office", "2025-03-15 10:00", False),
            ("office", "2025-10-02 10:00", False),
            ("always", "2025-03-15 23:59", True),
        ]:
            with self.subTest(calendar=key, moment=moment):
                moment = self._utc(moment, self.calendars[key].tz)
                self.assertEqual(self._time(key).is_working(moment), expected)

    def test_two_weeks(self):
        """In a two-week calendar only the working week counts."""
        calendar = self._calendar(SHANGHAI, [])
        week_type = self.env["resource.calendar.attendance"].get_week_type
        calendar.write(
            {
                "two_weeks_calendar": True,
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Monday",
                            "dayofweek": "0",
                            "hour_from": 8,
                            "hour_to": 12,
                            "day_period": "morning",
                            "week_type": str(week_type(datetime(2025, 3, 10))),
                        },
                    )
                ],
            }
        )
        time = BusinessTime(calendar, self.company)
        start = self._utc("2025-03-10 11:00", SHANGHAI)
        self.assertEqual(time.add(start, 120), self._utc("2025-03-24 09:00", SHANGHAI))

    def test_other_company(self):
        """A holiday of another company is a working day of ours."""
        other = self.env["res.company"].create({"name": "Other Service"})
        self._leave(None, SHANGHAI, "2025-03-11", "2025-03-11", company=other)
        self._check([("office", "2025-03-10 16:30", 60, "2025-03-11 08:30")], "add")
        theirs = self._calendar(SHANGHAI, _hours((8, 12), (13, 17)), company=other)
        due = BusinessTime(theirs, other).add(
            self._utc("2025-03-10 16:30", SHANGHAI), 60
        )
        self.assertEqual(due, self._utc("2025-03-12 08:30", SHANGHAI))

    def test_refusals(self):
        start = self._utc("2025-03-10 09:00", SHANGHAI)
        empty = self._calendar(SHANGHAI, [])
        empty.attendance_ids.unlink()
        with self.assertRaisesRegex(UserError, "no working time"):
            BusinessTime(empty, self.company).add(start, 1)
        flexible = self._calendar(SHANGHAI, _hours((8, 12)))
        flexible.schedule_type = "flexible"
        with self.assertRaisesRegex(UserError, "flexible"):
            BusinessTime(flexible, self.company).add(start, 1)
        with self.assertRaisesRegex(UserError, "has no working hours"):
            BusinessTime(self.env["resource.calendar"], self.company).add(start, 1)
        closed = self._calendar(SHANGHAI, _hours((8, 12)))
        self._leave(closed, SHANGHAI, "2025-01-01", "2035-01-01")
        with self.assertRaisesRegex(UserError, "no working time"):
            BusinessTime(closed, self.company).add(start, 1)
        # Days of the calendar need no attendance
        self.assertTrue(BusinessTime(flexible, self.company).day_end(start, 1))

    def test_reads_once(self):
        """Any number of questions about some weeks cost one reading of the calendar."""
        time = self._time("office")
        start = self._utc("2025-03-03 00:00", SHANGHAI)
        time.add(start, 60)
        with self.assertQueryCount(0):
            for hour in range(0, 24 * 20, 5):
                moment = start + timedelta(hours=hour)
                time.add(moment, 240)
                time.working_day_end(moment, 3)
                time.end_of_shift(moment)
