"""Kill a real process in the middle of its work, to see what it leaves behind."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.tests.common import get_db_name
from odoo.tools import config

# Instead of committing for the n-th time the process says so, and waits for its end
# with its work written to the database, but not committed.
CHILD = """
import sys, threading
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

db_name, commits, code = sys.argv[1], int(sys.argv[2]), sys.argv[3]
config.parse_config(sys.argv[4:])
threading.current_thread().dbname = db_name
with Registry(db_name).cursor() as cr:
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT pg_backend_pid()")
    print(cr.fetchone()[0], flush=True)
    left = commits
    commit = cr.commit

    def commit_or_wait():
        global left
        left -= 1
        if left:
            return commit()
        cr.flush()
        print("killme", flush=True)
        threading.Event().wait()

    cr.commit = commit_or_wait
    exec(code)
print("finished", flush=True)
"""


class KillHarness:
    """For a test class without data of its own: other processes would not see them."""

    @contextmanager
    def real_env(self):
        """Give an environment whose work is committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def run_and_kill(self, code, commits):
        """Run ``code`` (it knows ``env``) in a process, and kill it (SIGKILL).

        :param commits: the process dies where it would commit for this time; 0 when
            ``code`` itself prints ``killme`` and waits
        """
        options = [f"--addons-path={','.join(config['addons_path'])}"]
        if config["config"] and os.path.exists(config["config"]):
            options += ["-c", config["config"]]
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, get_db_name(), str(commits), code, *options],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            session = child.stdout.readline().strip()
            said = child.stdout.readline().strip()
        finally:
            child.kill()
            __, errors = child.communicate()
        self._wait_for_end(session)
        self.assertEqual(
            said, "killme", f"The process was not killed in its work:\n{errors}"
        )

    def _wait_for_end(self, session):
        """Wait for the end of a dead client's session: the server notices in its own
        time, and until then its locks hold."""
        for __ in range(300):
            with self.registry.cursor() as cr:
                cr.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE pid::text = %s", (session,)
                )
                if not cr.rowcount:
                    return
            time.sleep(0.1)
        self.fail(f"The server does not notice that session {session} is dead.")
