"""Arithmetic in working time, exact to the minute (R-SLA-08, R-DISC-01)."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo.exceptions import UserError

EPOCH = datetime(1970, 1, 1)
DAY = timedelta(days=1)
# How much of a calendar is read at once, and how far it is searched for working
# time before it counts as a calendar without any.
CHUNK = timedelta(days=35)
HORIZON = timedelta(days=800)
END_OF_DAY = time(23, 59, 59)


def _seconds(moment):
    """Return naive UTC ``moment`` as whole seconds since 1970."""
    return (moment - EPOCH) // timedelta(seconds=1)


def _moment(seconds):
    """Return seconds since 1970 as a naive UTC datetime."""
    return EPOCH + timedelta(seconds=seconds)


class BusinessTime:
    """The working time of one calendar, as one company lives by it.

    All moments going in and out are naive UTC datetimes. Days, months and shifts are
    those of the calendar's own time zone, so daylight saving is right in both
    directions. Attendances, lunch breaks, two-week calendars, and time off of the
    calendar or of the whole company count; time off of single persons does not.

    Intervals are read once for a window of weeks and kept sorted with running totals;
    every question is then a bisection. The window grows when a question needs it.

    An instance is made for one operation and thrown away: it does not notice later
    changes of the calendar.

    :param calendar: ``resource.calendar``
    :param company: ``res.company``; time off without a calendar counts only if it is
        this company's.
    """

    def __init__(self, calendar, company):
        # sudo: whoever takes a report needs the company's working time, not the
        # right to read calendars; nothing but intervals leaves this object
        self._calendar = calendar.sudo()
        self._company = company
        self._tz = timezone(self._calendar.tz or "UTC")
        self._low = self._high = None
        self._starts = []
        self._ends = []
        self._days = []
        self._before = []
        self._after = []

    # -- Questions ---------------------------------------------------------------------

    def add(self, start, minutes):
        """Return the moment at which ``minutes`` of work have passed since ``start``.

        Ends at the close of a shift when the time is used up exactly there. Negative
        ``minutes`` go backwards. Zero gives ``start`` itself.

        :raises UserError: when the calendar has no working time.
        """
        seconds = round(minutes * 60)
        if not seconds:
            return start
        self._cover(start, start)
        if seconds > 0:
            while self._worked(start) + seconds > self._total():
                self._grow_forward(start)
            target = self._worked(start) + seconds
            index = bisect_left(self._after, target)
        else:
            while self._worked(start) + seconds < 0:
                self._grow_backward(start)
            target = self._worked(start) + seconds
            index = bisect_right(self._before, target) - 1
        return _moment(self._starts[index] + target - self._before[index])

    def between(self, start, end):
        """Return the minutes of work from ``start`` to ``end``, or less than 0."""
        self._cover(min(start, end), max(start, end))
        return (self._worked(end) - self._worked(start)) / 60

    def is_working(self, moment):
        """Return whether ``moment`` lies in working time."""
        self._cover(moment, moment)
        index = bisect_right(self._starts, _seconds(moment)) - 1
        return index >= 0 and _seconds(moment) < self._ends[index]

    def end_of_shift(self, moment, shifts=0):
        """Return the end of the shift at work at ``moment``, or else of the next one.

        :param shifts: that many shifts later. A shift is one unbroken attendance, so
            a day with a lunch break has two.
        """
        self._cover(moment, moment)
        now = _seconds(moment)
        index = self._reach(lambda: bisect_right(self._ends, now) + shifts, moment)
        return _moment(self._ends[index])

    def working_day_end(self, moment, days=0):
        """Return the end of working time of the ``days``-th working day that follows.

        0 is the day of ``moment``; when that is no working day, or its work is over,
        the next working day.
        """
        self._cover(moment, moment)
        now = _seconds(moment)
        today = self._local(moment).date().toordinal()
        index = self._reach(
            lambda: (
                bisect_right(self._days, today)
                if days
                else bisect_right(self._ends, now)
            ),
            moment,
        )
        for __ in range(days - 1):
            day = self._days[index]
            index = self._reach(lambda day=day: bisect_right(self._days, day), moment)
        # The window holds whole local days: the last shift of this one is known.
        return _moment(self._ends[bisect_right(self._days, self._days[index]) - 1])

    def day_end(self, moment, days=0):
        """Return the last second of the ``days``-th local calendar day that follows.

        0 is the day of ``moment`` itself. Weekends and holidays count as days.
        """
        return self._end_of(self._local(moment).date() + days * DAY)

    def day_bounds(self, moment):
        """Return the midnights that enclose ``moment`` in the calendar's time zone."""
        start = self._midnight(moment)
        return start, self._midnight(start + DAY + timedelta(hours=12))

    def month_day_end(self, moment, day):
        """Return the last second of day ``day`` of the month after ``moment``'s.

        In a month that is too short, its last day.
        """
        local = self._local(moment).date()
        first = (local.replace(day=1) + 32 * DAY).replace(day=1)
        return self._end_of(
            first.replace(day=max(1, min(day, monthrange(first.year, first.month)[1])))
        )

    def due(self, start, duration, unit, working=False):
        """Return when a limit that runs from ``start`` is due.

        :param duration: the limit, in ``unit``
        :param unit: a key of ``aftersales.policy.deadline.unit``; ``minute`` and
            ``hour`` run exactly, the others to the end of a day, shift or month day;
            ``before_event`` counts hours back from ``start``.
        :param working: whether minutes and hours run in working time only
        :return: naive UTC datetime, False for ``none``
        """
        if unit in ("minute", "hour", "before_event"):
            minutes = duration if unit == "minute" else duration * 60
            if unit == "before_event":
                minutes = -minutes
            return self.shift(start, minutes, working)
        if unit == "day":
            return self.day_end(start, round(duration))
        if unit == "working_day":
            return self.working_day_end(start, round(duration))
        if unit == "month_day":
            return self.month_day_end(start, round(duration))
        if unit == "end_of_shift":
            return self.end_of_shift(start, round(duration))
        return False

    def shift(self, moment, minutes, working=False):
        """Return ``moment`` moved by ``minutes``, of work or round the clock."""
        if working:
            return self.add(moment, minutes)
        return moment + timedelta(minutes=minutes)

    def elapsed(self, start, end, working=False):
        """Return the minutes from ``start`` to ``end``, working or round the clock."""
        if working:
            return self.between(start, end)
        return (end - start).total_seconds() / 60

    # -- Window ------------------------------------------------------------------------

    def _local(self, moment):
        return utc.localize(moment).astimezone(self._tz)

    def _end_of(self, date):
        local = self._tz.localize(datetime.combine(date, END_OF_DAY))
        return local.astimezone(utc).replace(tzinfo=None)

    def _midnight(self, moment):
        """Return the local midnight at or before ``moment``, so no shift is cut."""
        local = self._tz.localize(
            datetime.combine(self._local(moment).date(), time.min)
        )
        return local.astimezone(utc).replace(tzinfo=None)

    def _high_day(self):
        return self._local(self._high).date().toordinal()

    def _total(self):
        return self._after[-1] if self._after else 0

    def _worked(self, moment):
        """Return the seconds of work from the window's beginning to ``moment``."""
        now = _seconds(moment)
        index = bisect_right(self._starts, now) - 1
        if index < 0:
            return 0
        return self._before[index] + min(now, self._ends[index]) - self._starts[index]

    def _reach(self, wanted, moment):
        """Grow the window until the shift numbered ``wanted()`` is in it."""
        while wanted() >= len(self._starts):
            self._grow_forward(moment)
        return wanted()

    def _cover(self, low, high):
        """Read what the window lacks from ``low`` to some weeks past ``high``."""
        if self._low is None:
            self._low = self._high = self._midnight(low)
        if low < self._low:
            self._read(self._midnight(low - DAY), self._low)
        if high + DAY > self._high:
            self._read(self._high, self._midnight(high + CHUNK))

    def _grow_forward(self, origin):
        known = max(origin, _moment(self._ends[-1])) if self._ends else origin
        if self._high - known > HORIZON:
            self._refuse_empty()
        self._read(self._high, self._midnight(self._high + 2 * CHUNK))

    def _grow_backward(self, origin):
        known = min(origin, _moment(self._starts[0])) if self._starts else origin
        if known - self._low > HORIZON:
            self._refuse_empty()
        self._read(self._midnight(self._low - CHUNK), self._low)

    def _refuse_empty(self):
        raise UserError(
            self._calendar.env._(
                "Working hours %(calendar)s have no working time, so a deadline cannot "
                "be counted in them. Enter attendances, or choose other working hours "
                "on the service policy.",
                calendar=self._calendar.display_name,
            )
        )

    def _read(self, low, high):
        """Read the intervals of ``[low, high)`` and join them to the window."""
        calendar = self._calendar
        if not calendar:
            raise UserError(
                self._company.env._(
                    "%(company)s has no working hours. Set them on the company, or "
                    "on its service policy.",
                    company=self._company.display_name,
                )
            )
        if calendar.flexible_hours:
            raise UserError(
                calendar.env._(
                    "Working hours %(calendar)s are flexible: they do not say when "
                    "work begins and ends. Choose fixed working hours on the service "
                    "policy or the company.",
                    calendar=calendar.display_name,
                )
            )
        if not calendar.attendance_ids:
            self._refuse_empty()
        intervals = calendar._work_intervals_batch(
            utc.localize(low),
            utc.localize(high),
            # Odoo itself takes every company's time off that names no calendar.
            domain=[
                ("time_type", "=", "leave"),
                ("company_id", "in", (False, self._company.id)),
            ],
            tz=self._tz,
        )[False]
        starts, ends, days = [], [], []
        for start, end, __ in intervals:
            # Odoo ends a day at 23:59:59.999999 and a holiday at 23:59:59.
            first, last = self._minute(start), self._minute(end)
            if first < last:
                starts.append(first)
                ends.append(last)
                days.append(start.astimezone(self._tz).date().toordinal())
        if low < self._low:
            self._low = low
            self._starts = starts + self._starts
            self._ends = ends + self._ends
            self._days = days + self._days
        else:
            self._high = high
            self._starts += starts
            self._ends += ends
            self._days += days
        total = 0
        self._before, self._after = [], []
        for first, last in zip(self._starts, self._ends, strict=True):
            self._before.append(total)
            total += last - first
            self._after.append(total)

    @staticmethod
    def _minute(aware):
        """Return an aware datetime as seconds since 1970, rounded to the minute."""
        naive = aware.astimezone(utc).replace(tzinfo=None)
        return _seconds(naive + timedelta(seconds=30)) // 60 * 60


class Clocks(dict):
    """The business times that one operation needs, each made once."""

    def of(self, calendar, company):
        """Return the `BusinessTime` of ``calendar``, or of the company's own."""
        calendar = calendar or company.resource_calendar_id
        key = (calendar.id, company.id)
        if key not in self:
            self[key] = BusinessTime(calendar, company)
        return self[key]
