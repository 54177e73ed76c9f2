from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .followup_common import FollowupCommon

NOW = datetime(2026, 3, 2, 8, 30)


@tagged("post_install", "-at_install")
class TestFollowupPoints(FollowupCommon):
    """What a call is about (R-FU-07), and when it suits the customer (R-FU-09)."""

    def _names(self, rule):
        return rule.point_ids.mapped("name")

    def test_the_template_has_all_points(self):
        """R-FU-07: each heading of the catalogue is on the workshop's template."""
        names = " ".join(self._names(self.rule_workshop))
        for heading in (
            "How does the vehicle run",
            "Opinion of our service",
            "New needs",
            "knowledge and cautions",
            "New services",
            "Offers and events: content, date, address",
            "Questions of the customer",
            "Next maintenance",
        ):
            self.assertIn(heading, names)

    def test_each_call_has_its_checklist(self):
        followup = self._followup()
        points = followup.point_ids
        self.assertEqual(points.mapped("name"), self._names(self.rule_workshop))
        self.assertEqual(followup.points_talked, f"0/{len(points)}")
        points[0].write({"is_done": True, "note": "Runs quietly"})
        points[1].action_toggle()
        self.assertEqual(followup.points_talked, f"2/{len(points)}")
        followup.write({"satisfied": "satisfied", "usage_note": "Runs well"})
        followup.action_done()
        with self.assertRaisesRegex(UserError, "stand as they were ticked"):
            points[0].is_done = False
        with self.assertRaisesRegex(UserError, "stand as they were ticked"):
            points[0].unlink()
        self.assertTrue(points[0].is_done)
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_call_record", followup.call_ids.ids
        )
        self.assertEqual(html.decode().count("☑"), 2)
        self.assertIn("Runs quietly", html.decode())

    def test_a_changed_template_leaves_calls_alone(self):
        followup = self._followup()
        before = followup.point_ids.mapped("name")
        self.rule_workshop.point_ids[0].name = "Something else"
        self.assertEqual(followup.point_ids.mapped("name"), before)

    def test_second_call_repeats_nothing(self):
        """R-FU-06: ticked points are not asked again, those left out come first."""
        shared = self._names(self.rule_workshop)[0]
        self.rule_second.point_ids = [(0, 0, {"name": shared, "sequence": 99})]
        first = self._followup()
        first.point_ids[:-1].is_done = True
        left_out = first.point_ids[-1].name
        first.write({"satisfied": "satisfied", "usage_note": "Runs well"})
        first.action_done()
        second = first.ticket_id.followup_ids - first
        names = second.point_ids.mapped("name")
        self.assertEqual(names[0], left_out)
        self.assertNotIn(shared, names)
        self.assertIn(self._names(self.rule_second)[0], names)
        self.assertIn("✓ " + shared, second.previous_html)

    @freeze_time(NOW)
    def test_called_when_it_suits(self):
        """R-FU-09: the window opens at the hour the customer has named."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.customer.tz = False
        self.customer.write(
            {
                "aftersales_call_from": 18.5,
                "aftersales_call_to": 20,
                "aftersales_preferred_contact_time": "not on Fridays",
            }
        )
        followup = self._followup()
        # Three days on it is 16:30 in Shanghai: two hours early.
        self.assertEqual(followup.window_start, NOW + timedelta(days=3, hours=2))
        self.assertEqual(followup.window_end, NOW + timedelta(days=7))
        self.assertEqual(followup.preferred_contact_time, "18:30–20:00, not on Fridays")
        Followup = self.env["aftersales.followup"]
        convenient = [("is_convenient", "=", True), ("id", "=", followup.id)]
        self._run_cron()
        self.assertFalse(Followup.search(convenient))
        for later, state, suits in (
            (timedelta(days=3, hours=1), "planned", False),
            (timedelta(days=3, hours=2, minutes=5), "open", True),
            (timedelta(days=3, hours=4), "open", False),
            (timedelta(days=4, hours=2, minutes=5), "open", True),
        ):
            with self.subTest(later=later), freeze_time(NOW + later):
                self._run_cron()
                self.assertEqual(followup.state, state)
                self.assertEqual(bool(Followup.search(convenient)), suits)

    @freeze_time(NOW)
    def test_hours_that_do_not_fit_change_nothing(self):
        """A call within 24 h is made within 24 h; another day has all its hours."""
        self.company.resource_calendar_id.tz = "UTC"
        self.customer.tz = False
        for begin, until, hours in (
            (0, 0, 0),  # any time
            (8, 12, 0),  # it is half past eight
            (7, 8, 22.5),  # tomorrow morning
            (8.25, 8.5, 23.75),  # just over: tomorrow, still within the 24 h
        ):
            with self.subTest(begin=begin):
                self.customer.write(
                    {"aftersales_call_from": begin, "aftersales_call_to": until}
                )
                start = self.customer._aftersales_next_call_time(
                    NOW, NOW + timedelta(hours=24), self.company
                )
                self.assertEqual(start, NOW + timedelta(hours=hours))
        self.customer.write({"aftersales_call_from": 18, "aftersales_call_to": 20})
        self.assertEqual(
            self.customer._aftersales_next_call_time(
                NOW, NOW + timedelta(hours=2), self.company
            ),
            NOW,
            "no such hour in the window",
        )

    def test_hours_end_after_they_begin(self):
        for begin, until in ((20, 18), (-1, 3), (22, 25)):
            with (
                self.subTest(begin=begin),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.customer.write(
                    {"aftersales_call_from": begin, "aftersales_call_to": until}
                )
                self.env.flush_all()

    def test_a_wish_is_an_open_point(self):
        """R-FU-08: wishes, too, are answered at once or solved within the 2 days."""
        followup = self._followup()
        followup.write({"satisfied": "satisfied", "requests": "Wants a spare key"})
        followup.action_done()
        self.assertEqual(followup.issue_state, "solving")
        self.assertEqual(followup.request_ids.due - followup.done_at, timedelta(days=2))
