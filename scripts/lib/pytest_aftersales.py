"""What a run of our tests must hold beyond its tests, as a pytest plugin (`-p`).

The session fails when no test ran, when a test was skipped, when our code wrote a
warning to the log, and, in a run of the whole suite, when no browser or PDF test ran.
Its last line counts what passed and failed.

The environment says what kind of run it is:
  AFTERSALES_WHOLE_RUN=1   the whole suite: enforce browser and PDF tests
  AFTERSALES_COUNTS=FILE   append "passed failed" there, for a script that adds up
"""

import logging
import os
import shutil
from contextlib import contextmanager

import pytest_odoo

OURS = "aftersales"
# What must have run in the whole suite: a name, and how a test is told to be one
REQUIRED_KINDS = {
    "an HttpCase": lambda item: "HttpCase" in _base_names(item),
    "a browser tour (with 'tour' in its name)": lambda item: (
        "tour" in item.nodeid.lower()
    ),
    "a PDF print (with 'pdf' in its name)": lambda item: "pdf" in item.nodeid.lower(),
}
CURSOR_SECONDS = 90
# Files of one long test or of few. Two workers end at about the same time when these
# come first; the hundreds of short ones fill up what is left.
LONG_FILES = (
    "test_day",
    "test_thread_tour",
    "test_account_month",
    "test_deduction_cases",
    "test_inspection_tour",
    "test_warranty_cases",
    "test_settlement_tour",
    "test_parts_random",
    "test_addition_tour",
    "test_parts_tour",
    "test_screen_tours",
    "test_parts_hypothesis",
    "test_money_hypothesis",
    "test_receivable_hypothesis",
    "test_part_random",
    "test_settlement_random",
    "test_claim",
    "test_gate_pass",
)
KEY_WARNINGS = "aftersales_warnings"
KEY_KINDS = "aftersales_kinds"


@contextmanager
def _own_filestore(original_db_name, db_name):
    """Give each worker a filestore of its own.

    Odoo clears the filestore after every test class of what the class's database does
    not name: in a shared one, one worker would delete the other's files.
    """
    if original_db_name == db_name:
        yield
        return
    from odoo.tools import config

    target = config.filestore(db_name)
    shutil.rmtree(target, ignore_errors=True)
    source = config.filestore(original_db_name)
    if os.path.isdir(source):
        # Its files never change once written: hard links are enough of a copy.
        shutil.copytree(source, target, copy_function=os.link)
    try:
        yield
    finally:
        shutil.rmtree(target, ignore_errors=True)


pytest_odoo._shared_filestore = _own_filestore


def _base_names(item):
    return {base.__name__ for base in getattr(item.cls, "__mro__", ())}


class _OurWarnings(logging.Handler):
    """Keeps warnings of ours.

    On the root logger, it sees what `mute_logger` and `assertLogs` let through: both
    cut the logger off from its parents. What a test expects is thus no complaint.
    """

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        if OURS in record.name or OURS in message:
            where = os.environ.get("PYTEST_CURRENT_TEST", "outside of tests")
            first_lines = "\n      ".join(message.splitlines()[:6])
            self.lines.append(
                f"{record.levelname} {record.name}: {first_lines}\n      in {where}"
            )


class AftersalesPlugin:
    def __init__(self, config):
        self.config = config
        self.is_worker = hasattr(config, "workerinput")
        self.handler = _OurWarnings()
        self.warnings = []
        self.kinds = set()
        self.skipped = []
        # Names of tests: a test with subtests reports several times.
        self.passed = set()
        self.failed = set()
        self.complaints = []

    # -- collecting ----------------------------------------------------------------
    def pytest_collection_modifyitems(self, items):
        """Begin with the long files, and be patient with the browser.

        On a busy machine its requests wait for the database longer: the first page
        bundles its assets, and others wait for the test's cursor.
        """
        order = {name: place for place, name in enumerate(LONG_FILES)}
        items.sort(key=lambda item: order.get(item.path.stem, len(order)))
        for item in items:
            if hasattr(item.cls, "test_cursor_lock_timeout"):
                item.cls.test_cursor_lock_timeout = CURSOR_SECONDS

    def pytest_sessionstart(self):
        # Not sooner: pytest_odoo must have read Odoo's configuration.
        from warm_caches import keep_caches

        keep_caches()
        logging.getLogger().addHandler(self.handler)

    def pytest_runtest_call(self, item):
        self.kinds.update(
            name for name, is_one in REQUIRED_KINDS.items() if is_one(item)
        )

    def pytest_testnodedown(self, node):
        """A worker of pytest-xdist has ended."""
        output = getattr(node, "workeroutput", None) or {}
        self.warnings += output.get(KEY_WARNINGS, [])
        self.kinds.update(output.get(KEY_KINDS, []))

    def pytest_runtest_logreport(self, report):
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if report.longrepr else ""
            self.skipped.append(f"{report.nodeid}: {reason}")
        elif report.failed:
            self.failed.add(report.nodeid)
        elif report.passed and report.when == "call":
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped.append(f"{report.nodeid}: not collected")

    # -- judging -------------------------------------------------------------------
    def pytest_sessionfinish(self, session):
        logging.getLogger().removeHandler(self.handler)
        if self.is_worker:
            self.config.workeroutput[KEY_WARNINGS] = self.handler.lines
            self.config.workeroutput[KEY_KINDS] = sorted(self.kinds)
            return
        if self.config.option.collectonly:
            return
        self.warnings += self.handler.lines
        if not self.passed and not self.failed:
            self.complaints.append("No test was executed.")
        self.complaints += [f"Skipped: {line}" for line in self.skipped]
        self.complaints += [f"Our warning in the log: {line}" for line in self.warnings]
        if os.environ.get("AFTERSALES_WHOLE_RUN"):
            self.complaints += [
                f"The whole suite ran, but not {kind}."
                for kind in REQUIRED_KINDS
                if kind not in self.kinds
            ]
        if self.complaints and session.exitstatus == 0:
            session.exitstatus = 1

    def pytest_terminal_summary(self, terminalreporter):
        if self.complaints:
            terminalreporter.section("what else is wrong", red=True)
            for complaint in self.complaints:
                terminalreporter.line(complaint)

    def pytest_unconfigure(self):
        if self.is_worker or self.config.option.collectonly:
            return
        passed = len(self.passed - self.failed)
        failed = len(self.failed) + len(self.complaints)
        if os.environ.get("AFTERSALES_COUNTS"):
            with open(os.environ["AFTERSALES_COUNTS"], "a") as counts:
                counts.write(f"{passed} {failed}\n")
        print(f"\n{passed} passed, {failed} failed", flush=True)


def pytest_configure(config):
    config.pluginmanager.register(AftersalesPlugin(config), "aftersales-plugin")
