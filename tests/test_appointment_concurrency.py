from datetime import datetime

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

NOW = datetime(2026, 3, 2, 9)
START = datetime(2026, 3, 3, 9)


@tagged("post_install", "-at_install")
class TestAppointmentConcurrency(TransactionCase):
    """Two advisers promise a team's last free hand at the same moment."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            calendar = env["resource.calendar"].create(
                {
                    "name": "Contested hours",
                    "tz": "UTC",
                    "attendance_ids": [
                        Command.create(
                            {
                                "name": str(day),
                                "dayofweek": str(day),
                                "hour_from": 8,
                                "hour_to": 16,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ],
                }
            )
            partner = env["res.partner"].create({"name": "Contested customer"})
            team = env["aftersales.team"].create(
                {
                    "name": "Contested team",
                    "resource_calendar_id": calendar.id,
                    "member_ids": [Command.set(env.ref("base.user_admin").ids)],
                }
            )
            both = env["aftersales.appointment"].create(
                [
                    {
                        "partner_id": partner.id,
                        "complaint": "Service",
                        "planned_start": START,
                        "planned_hours": 2,
                        "team_id": team.id,
                        "advisor_id": env.ref("base.user_admin").id,
                        "cost_told": True,
                        "agreed_by": "Mr Wu",
                    }
                    for __ in range(2)
                ]
            )
            self.ids = both.ids
            self.made = [both, team, calendar, partner]
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            both, *others = (records.with_env(env) for records in self.made)
            both.state = "draft"
            for records in (both, *others):
                records.unlink()

    def _book(self, cr, number):
        env = api.Environment(cr, SUPERUSER_ID, {})
        with freeze_time(NOW):
            env["aftersales.appointment"].browse(self.ids[number]).action_agree()
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_the_last_free_hand_is_promised_once(self):
        with self.registry.cursor() as second:
            # The second adviser's work has begun when the first one commits.
            second.execute("SELECT 1 FROM aftersales_team LIMIT 1")
            with self.registry.cursor() as first:
                self._book(first, 0)
            with self.assertRaises(SerializationFailure):
                self._book(second, 1)
            second.rollback()
            # Odoo plays it once more, and now he sees.
            with self.assertRaisesRegex(UserError, "no free hand"):
                self._book(second, 1)
            second.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            both = env["aftersales.appointment"].browse(self.ids)
            self.assertEqual(both.mapped("state"), ["agreed", "draft"])
