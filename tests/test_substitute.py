from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .followup_common import FollowupCommon

NOW = datetime(2026, 3, 2, 8, 30)


@tagged("post_install", "-at_install")
class TestSubstitute(FollowupCommon):
    """Somebody stands in for an absent clerk, and gives the work back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stand_in = new_test_user(
            cls.env,
            login="stand_in",
            groups="aftersales.group_aftersales_advisor",
            company_id=cls.company.id,
        )

    def _absent(self, date_from, date_to, user=None, substitute=None):
        return (
            self.env["aftersales.substitute"]
            .with_user(self.user_manager)
            .create(
                {
                    "user_id": (user or self.user_advisor).id,
                    "substitute_id": (substitute or self.stand_in).id,
                    "date_from": date_from,
                    "date_to": date_to,
                }
            )
        )

    def test_open_work_goes_over_and_comes_back(self):
        with freeze_time(NOW):
            followups = self._followups(2)
            self._run_cron()
            self._absent(date(2026, 3, 2), date(2026, 3, 4))
            self.assertEqual(followups.user_id, self.stand_in)
            self.assertEqual(self._activities(followups).user_id, self.stand_in)
            self.assertEqual(followups.clerk_id, self.user_advisor)
        with freeze_time(datetime(2026, 3, 4, 23, 0)):
            self._run_cron()
            self.assertEqual(followups.user_id, self.stand_in)
        with freeze_time(datetime(2026, 3, 5, 0, 30)):
            self._run_cron()
            self.assertEqual(followups.user_id, self.user_advisor)
            self.assertEqual(self._activities(followups).user_id, self.user_advisor)

    def test_absence_that_begins_later(self):
        with freeze_time(NOW):
            followups = self._followups(1)
            self._absent(date(2026, 3, 3), date(2026, 3, 4))
            self.assertEqual(followups.user_id, self.user_advisor)
        with freeze_time(datetime(2026, 3, 3, 6, 0)):
            self._run_cron()
            self.assertEqual(followups.user_id, self.stand_in)
            self.assertEqual(self._activities(followups).user_id, self.stand_in)

    @freeze_time(NOW)
    def test_new_work_during_the_absence(self):
        self._absent(date(2026, 3, 1), date(2026, 3, 9))
        followup = self._followup()
        self.assertEqual(followup.clerk_id, self.user_advisor)
        self.assertEqual(followup.user_id, self.stand_in)

    @freeze_time(NOW)
    def test_shortened_or_deleted_absence(self):
        followups = self._followups(1)
        absence = self._absent(date(2026, 2, 27), date(2026, 3, 9))
        absence.date_to = date(2026, 3, 1)
        self.assertEqual(followups.user_id, self.user_advisor)
        absence.date_to = date(2026, 3, 9)
        self.assertEqual(followups.user_id, self.stand_in)
        absence.action_archive()
        self.assertEqual(followups.user_id, self.user_advisor)
        absence.action_unarchive()
        absence.unlink()
        self.assertEqual(followups.user_id, self.user_advisor)

    @freeze_time(NOW)
    def test_done_work_stays_with_who_did_it(self):
        followup = self._followups(1).with_user(self.user_advisor)
        followup.write({"satisfied": "satisfied", "opinion": "Fine"})
        followup.action_done()
        self._absent(date(2026, 3, 1), date(2026, 3, 9))
        self.assertEqual(followup.user_id, self.user_advisor)

    @freeze_time(NOW)
    def test_stand_in_who_is_absent_himself(self):
        followups = self._followups(1)
        self._absent(date(2026, 3, 1), date(2026, 3, 9))
        self._absent(
            date(2026, 3, 1), date(2026, 3, 2), self.stand_in, self.user_dispatcher
        )
        self.assertEqual(followups.user_id, self.user_dispatcher)

    @freeze_time(NOW)
    def test_each_standing_in_for_the_other(self):
        followups = self._followups(1)
        self._absent(date(2026, 3, 1), date(2026, 3, 9))
        self._absent(
            date(2026, 3, 1), date(2026, 3, 9), self.stand_in, self.user_advisor
        )
        self.assertEqual(followups.user_id, self.user_advisor)

    def test_refusals_of_the_database(self):
        self._absent(date(2026, 3, 1), date(2026, 3, 9))
        for case in (
            {"date_from": date(2026, 3, 9), "date_to": date(2026, 3, 12)},
            {"date_from": date(2026, 4, 2), "date_to": date(2026, 4, 1)},
            {
                "date_from": date(2026, 5, 1),
                "date_to": date(2026, 5, 2),
                "substitute": self.user_advisor,
            },
        ):
            with (
                self.subTest(case=case),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._absent(**case)
        self._absent(date(2026, 3, 10), date(2026, 3, 12))

    def test_only_the_manager_names_a_stand_in(self):
        with self.assertRaises(AccessError):
            self.env["aftersales.substitute"].with_user(self.user_advisor).create(
                {
                    "user_id": self.user_advisor.id,
                    "substitute_id": self.stand_in.id,
                    "date_to": date(2099, 1, 1),
                }
            )
