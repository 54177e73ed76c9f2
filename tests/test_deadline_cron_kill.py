from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.aftersales.models import aftersales_deadline_alert

from .kill_harness import KillHarness

TICKETS = 50
# Of each ticket: passed on, answered, arrived
ROWS = 3 * TICKETS
BATCH = 20

RUN = f"""
from odoo.addons.aftersales.models import aftersales_deadline_alert
aftersales_deadline_alert.BATCH = {BATCH}
env["aftersales.deadline"]._cron_escalate_deadlines()
"""
# Stops dead between the activities of the second batch and the marks of its rows.
BETWEEN = (
    """
activity_class = env.registry["mail.activity"]
create = activity_class.create
batches = 0

def create_and_wait(self, vals_list):
    global batches
    activities = create(self, vals_list)
    batches += 1
    if batches == 2:
        env.flush_all()
        print("killme", flush=True)
        threading.Event().wait()
    return activities

activity_class.create = create_and_wait
"""
    + RUN
)


@tagged("post_install", "-at_install")
class TestDeadlineCronKill(KillHarness, TransactionCase):
    """A real process, killed in the middle and started again (R-SLA-06)."""

    def setUp(self):
        super().setUp()
        with self.real_env() as env:
            tickets = env["aftersales.ticket"].create(
                [
                    {
                        "service_mode": "onsite",
                        "complaint": "No drive",
                        "reported_at": fields.Datetime.now() - timedelta(days=30),
                    }
                    for __ in range(TICKETS)
                ]
            )
            self.ticket_ids = tickets.ids
        self.addCleanup(self._remove)
        self.patch(aftersales_deadline_alert, "BATCH", BATCH)

    def _remove(self):
        with self.real_env() as env:
            tickets = env["aftersales.ticket"].browse(self.ticket_ids)
            tickets.deadline_ids.unlink()
            tickets.unlink()

    def _count(self):
        """Return how many rows are marked as warned of.

        Every row has the activities its marks say, and nothing twice: that is asserted
        here.
        """
        with self.registry.cursor() as cr:
            cr.execute(
                """
                SELECT deadline.warned_at IS NOT NULL,
                       deadline.escalated_at IS NOT NULL,
                       count(activity.id)
                           FILTER (WHERE aftersales_alert = 'warning'),
                       count(activity.id)
                           FILTER (WHERE aftersales_alert = 'escalation')
                  FROM aftersales_deadline deadline
                  LEFT JOIN mail_activity activity
                       ON activity.aftersales_deadline_id = deadline.id
                 WHERE deadline.due < now() AND deadline.state = 'running'
                       AND deadline.ticket_id = ANY(%s)
                 GROUP BY deadline.id
                """,
                (self.ticket_ids,),
            )
            rows = cr.fetchall()
        self.assertEqual(len(rows), ROWS)
        for warned, escalated, warnings, escalations in rows:
            self.assertEqual(warnings, int(warned))
            self.assertEqual(escalations, int(escalated))
        return sum(warned for warned, __, __, __ in rows)

    def test_killed_and_started_again(self):
        # The first commit says how much there is to do, then one for each batch: after
        # everything of the third was written, before it was committed
        self.run_and_kill(RUN, commits=4)
        self.assertEqual(self._count(), 2 * BATCH)
        self.run_and_kill(BETWEEN, commits=0)
        self.assertEqual(self._count(), 3 * BATCH)
        # To the end, and once more with nothing left to do
        for __ in range(2):
            with self.real_env() as env:
                env["aftersales.deadline"]._cron_escalate_deadlines()
            self.assertEqual(self._count(), ROWS)
