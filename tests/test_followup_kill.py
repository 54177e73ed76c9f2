from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.aftersales.models.aftersales_followup_cron import BATCH

from .kill_harness import KillHarness

COUNT = 150


@tagged("post_install", "-at_install")
class TestFollowupKill(KillHarness, TransactionCase):
    """A cron that dies in the middle of its work loses and repeats nothing."""

    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        with self.real_env() as env:
            ticket = env["aftersales.ticket"].create({"complaint": "No drive"})
            followups = env["aftersales.followup"].create(
                [
                    {
                        "ticket_id": ticket.id,
                        "clerk_id": env.uid,
                        "window_start": now - timedelta(days=9),
                        # Every second one is overdue as well.
                        "window_end": now + timedelta(days=1 if number % 2 else -1),
                    }
                    for number in range(COUNT)
                ]
            )
            self.ticket_id, self.followup_ids = ticket.id, followups.ids
        self.addCleanup(self._remove)

    def _remove(self):
        with self.real_env() as env:
            env["aftersales.followup"].browse(self.followup_ids).unlink()
            ticket = env["aftersales.ticket"].browse(self.ticket_id)
            ticket.deadline_ids.unlink()
            ticket.unlink()

    def _count(self, env, xmlid):
        return env["mail.activity"].search_count(
            [
                ("res_model", "=", "aftersales.followup"),
                ("res_id", "in", self.followup_ids),
                ("activity_type_id", "=", env.ref(f"aftersales.{xmlid}").id),
            ]
        )

    def test_killed_and_started_again(self):
        code = "env['aftersales.followup']._cron_open_followups()"
        # The first commit says how much there is to do, then one for each batch.
        self.run_and_kill(code, commits=3)
        with self.real_env() as env:
            followups = env["aftersales.followup"].browse(self.followup_ids)
            done = followups.filtered(lambda followup: followup.state == "open")
            self.assertEqual(len(done), BATCH, "all of a batch, or nothing")
            self.assertEqual(self._count(env, "activity_followup"), BATCH)
        for __ in range(2):
            with self.real_env() as env:
                env["aftersales.followup"]._cron_open_followups()
        with self.real_env() as env:
            followups = env["aftersales.followup"].browse(self.followup_ids)
            self.assertEqual(set(followups.mapped("state")), {"open"})
            self.assertEqual(self._count(env, "activity_followup"), COUNT)
            self.assertEqual(self._count(env, "activity_followup_overdue"), COUNT // 2)
