from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .kill_harness import KillHarness

COUNT = 40


@tagged("post_install", "-at_install")
class TestReminderKill(KillHarness, TransactionCase):
    """Reminders whose run dies in the middle: none is lost, none is made twice."""

    def setUp(self):
        super().setUp()
        with self.real_env() as env:
            owner = env["res.partner"].create({"name": "Killed in the middle"})
            vehicles = env["aftersales.vehicle"].create(
                [
                    {
                        "serial_number": f"KILL-{number}",
                        "partner_id": owner.id,
                        "annual_inspection_date": fields.Date.today()
                        + timedelta(days=number % 10),
                    }
                    for number in range(COUNT)
                ]
            )
            self.owner_id, self.vehicle_ids = owner.id, vehicles.ids
        self.addCleanup(self._remove)

    def _remove(self):
        with self.real_env() as env:
            env["aftersales.vehicle"].browse(self.vehicle_ids).unlink()
            env["res.partner"].browse(self.owner_id).unlink()

    def _count(self, env):
        return env["mail.activity"].search_count(
            [
                ("res_model", "=", "aftersales.vehicle"),
                ("res_id", "in", self.vehicle_ids),
            ]
        )

    def test_killed_and_started_again(self):
        code = "env['aftersales.vehicle']._cron_remind_due_dates()"
        # The first commit says how much there is to do, then one for each vehicle.
        self.run_and_kill(code, commits=16)
        with self.real_env() as env:
            vehicles = env["aftersales.vehicle"].browse(self.vehicle_ids)
            noted = vehicles.filtered("annual_inspection_reminder_date")
            self.assertEqual(len(noted), 14)
            self.assertEqual(self._count(env), 14, "reminder and note, or neither")
        for __ in range(2):
            with self.real_env() as env:
                env["aftersales.vehicle"]._cron_remind_due_dates()
        with self.real_env() as env:
            self.assertEqual(self._count(env), COUNT)
