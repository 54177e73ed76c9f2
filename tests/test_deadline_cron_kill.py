import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing

from odoo import sql_db
from odoo.tests import TransactionCase, tagged
from odoo.tools import config
from odoo.tools.misc import exec_pg_environ, find_pg_tool

TICKETS = 50
# Of each ticket: passed on, answered, arrived, file complete
ROWS = 4 * TICKETS
BATCH = 20
TIMEOUT = 120

PREPARE = f"""
from datetime import timedelta
from odoo import fields
env["aftersales.deadline"].search([]).unlink()
customer = env["res.partner"].create({{"name": "Lin Freight"}})
reported_at = fields.Datetime.now() - timedelta(days=30)
env["aftersales.ticket"].create([
    {{
        "partner_id": customer.id,
        "service_mode": "onsite",
        "complaint": "No drive",
        "reported_at": reported_at,
    }}
    for __ in range({TICKETS})
])
env.cr.commit()
"""

# Runs the scheduled action as the scheduler would, and stops dead at HANG: the parent
# then kills the process, at a moment when work has been written and not committed.
RUN = """
import time
from odoo.addons.aftersales.models import aftersales_deadline_alert
aftersales_deadline_alert.BATCH = {batch}
seen = 0

def hang_after(model, method):
    cls = env.registry[model]
    original = getattr(cls, method)

    def wrapper(*args, **kwargs):
        global seen
        result = original(*args, **kwargs)
        seen += 1
        if seen == {hang_at}:
            env.flush_all()
            print("hanging", flush=True)
            time.sleep({timeout})
        return result

    setattr(cls, method, wrapper)

if {hang_at}:
    hang_after({model!r}, {method!r})
for __ in range({times}):
    env["aftersales.deadline"]._cron_escalate_deadlines()
print("finished", flush=True)
"""


@tagged("post_install", "-at_install")
class TestDeadlineCronKill(TransactionCase):
    """A real process, killed in the middle and started again (R-SLA-06).

    On a database of its own, restored from a dump of this one, since the work must
    really be committed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clone = f"{cls.env.cr.dbname}_kill"
        cls.addClassCleanup(cls._pg, "dropdb", "--if-exists", "--force", cls.clone)
        cls.addClassCleanup(sql_db.close_db, cls.clone)
        cls._pg("dropdb", "--if-exists", "--force", cls.clone)
        cls._pg("createdb", "--template=template0", cls.clone)
        dump = subprocess.Popen(
            [find_pg_tool("pg_dump"), "--no-owner", cls.env.cr.dbname],
            env=exec_pg_environ(),
            stdout=subprocess.PIPE,
        )
        with dump:
            cls._pg("psql", "-qX", "-d", cls.clone, stdin=dump.stdout)

    @classmethod
    def _pg(cls, tool, *args, **kwargs):
        subprocess.run(
            [find_pg_tool(tool), *args],
            env=exec_pg_environ(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
            **kwargs,
        )

    def _odoo(self, script):
        """Run ``script`` in an Odoo shell; return whether it came to its end.

        When it prints that it hangs, it is killed on the spot.
        """
        command = [sys.executable, "-m", "odoo", "shell", "-d", self.clone]
        command += ["--no-http", "--log-level=error"]
        command += [f"--addons-path={','.join(config['addons_path'])}"]
        for option in ("db_host", "db_port", "db_user", "db_password"):
            if config[option]:
                command.append(f"--{option}={config[option]}")
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # The tests' own switches are not for a server.
            env={k: v for k, v in os.environ.items() if k != "ODOO_TEST"},
        )
        watchdog = threading.Timer(TIMEOUT, process.kill)
        watchdog.start()
        try:
            process.stdin.write(script)
            process.stdin.close()
            for line in process.stdout:
                if line.startswith("hanging"):
                    os.kill(process.pid, signal.SIGKILL)
                    process.wait()
                    self.assertEqual(process.returncode, -signal.SIGKILL)
                    return False
                if line.startswith("finished"):
                    process.wait()
                    return True
            self.fail(process.stderr.read())
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()

    def _run_cron(self, hang_at=0, model="", method="", prepare="", times=1):
        return self._odoo(
            prepare
            + RUN.format(
                batch=BATCH,
                hang_at=hang_at,
                model=model,
                method=method,
                times=times,
                timeout=TIMEOUT,
            )
        )

    def _count(self):
        """Return how many rows are marked, and how many activities each kind has.

        Every row has what its mark says, and nothing twice: that is asserted here.
        """
        with closing(sql_db.db_connect(self.clone).cursor()) as cr:
            # The server ends the session of a dead client in its own time.
            for __ in range(300):
                cr.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid != pg_backend_pid()"
                )
                if not cr.fetchone()[0]:
                    break
                time.sleep(0.1)
            cr.rollback()
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
                 GROUP BY deadline.id
                """
            )
            rows = cr.fetchall()
        self.assertEqual(len(rows), ROWS)
        for warned, escalated, warnings, escalations in rows:
            self.assertEqual(warnings, int(warned))
            self.assertEqual(escalations, int(escalated))
        return sum(warned for warned, __, __, __ in rows)

    def test_killed_and_started_again(self):
        # After everything of the third batch was written, before it was committed
        finished = self._run_cron(3, "aftersales.deadline", "_alert", prepare=PREPARE)
        self.assertFalse(finished)
        self.assertEqual(self._count(), 2 * BATCH)
        # Between the activities of a batch and the marks of its rows
        finished = self._run_cron(2, "mail.activity", "create")
        self.assertFalse(finished)
        self.assertEqual(self._count(), 3 * BATCH)
        # To the end, and once more with nothing left to do
        self.assertTrue(self._run_cron(times=2))
        self.assertEqual(self._count(), ROWS)
