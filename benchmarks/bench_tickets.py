"""Measures tickets beside repair orders, tasks and a bare document (see `run`).

Every figure is the median of the rounds; the models take turns within a round, so what
else the machine does hits them alike. Each measurement has a warm-up, an empty record
cache, and ends with everything flushed; creations are rolled back.
"""

import argparse
import gc
import re
import time
from collections import defaultdict

import bench_data
from bench_board import Board
from bench_claims import Claims
from bench_old_parts import OldParts
from bench_report import PAGE, RAW, REPAIR, TASK, TICKET, Report
from bench_statements import Statements
from lxml import etree

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

BATCH = 1000
# Tasks take so long that a part of a batch must do.
BATCHES = {"project.task": 200}
SINGLES = 20
# What the web client shows of a column unless the view says otherwise
CARDS = 40
COUNT_LIMIT = 10001
NUMBER_PART = "04711"
# What widgets fetch beside their own field (``fieldDependencies``, ``relatedFields``)
ACTIVITY_FIELDS = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
WIDGET_FIELDS = {
    "activity_exception": ("activity_exception_icon",),
    "kanban_activity": ACTIVITY_FIELDS,
    "list_activity": ACTIVITY_FIELDS,
}
TAG_WIDGETS = ("many2many_tags", "many2many_avatar_user")


class Clock:
    """The time of an operation, in seconds.

    ``wall`` is the time that passed. ``cpu`` is what Odoo's process and its database
    process computed: the same on a machine that does nothing else, as they take turns,
    and still meaningful on one that does.
    """

    def __init__(self, kind, cr):
        self.kind = kind
        cr.execute("SELECT pg_backend_pid()")
        self.schedule = f"/proc/{cr.fetchone()[0]}/schedstat"

    def read(self):
        if self.kind == "wall":
            return time.perf_counter()
        with open(self.schedule) as schedule:
            nanoseconds = int(schedule.read().split()[0])
        return time.process_time() + nanoseconds / 1e9


class Bench(Board, Claims, OldParts, Statements, Report):
    def __init__(self, database, options):
        self.registry = Registry(database)
        self.rows, self.rounds = options.rows, options.rounds
        self.clock, self.only = options.clock, options.only
        self.times = defaultdict(list)
        self.queries = defaultdict(list)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            self.admin = env.ref("base.user_admin").id
            self._prepare(env)
            self.cards = {}
            self.specs = {
                (model, kind): self._specification(env, model, kind)
                for model in (TICKET, REPAIR, TASK)
                for kind in ("list", "kanban")
            }

    def _prepare(self, env):
        """Give the administrator every role, and make the masters and the seed."""
        groups = (
            "aftersales.group_aftersales_manager",
            "stock.group_stock_manager",
            "project.group_project_manager",
        )
        env.user.browse(self.admin).write(
            {"group_ids": [(4, env.ref(group).id) for group in groups]}
        )
        self.data = bench_data.Data(env)
        self.technician = self.data.technicians[0].id
        for model in bench_data.MODELS if self.data.is_new else ():
            env[model].with_user(self.admin).create(self.data.values(model, BATCH))
        env.cr.commit()

    def _specification(self, env, model, kind, view_id=False):
        """Return what the web client asks for to show the model's view of ``kind``."""
        view = env[model].with_user(self.admin).get_views([(view_id, kind)])
        arch = etree.fromstring(view["views"][kind]["arch"])
        if kind == "kanban":
            self.cards[model] = int(arch.get("limit", CARDS))
        described = view["models"][model]["fields"]
        specification = {}
        for node in arch.iterfind(".//field"):
            name, widget = node.get("name"), node.get("widget")
            hidden = {node.get("column_invisible"), node.get("invisible")}
            known = specification.setdefault(name, {})
            kind = described[name]["type"]
            if hidden & {"True", "1"}:
                # A column never shown is fetched for what depends on it, without names.
                if kind == "many2one":
                    known.setdefault("fields", {})
                continue
            if kind == "many2one" or widget in TAG_WIDGETS:
                known["fields"] = {"display_name": {}}
            elif kind in ("one2many", "many2many"):
                known["fields"] = {}
            for needed in WIDGET_FIELDS.get(widget, ()):
                specification.setdefault(needed, {})
        if "activity_type_id" in specification:
            specification["activity_type_id"] = {"fields": {"display_name": {}}}
        return specification

    # -- Measuring -------------------------------------------------------------------

    def measure(self, title, functions, per=1):
        """Time ``functions``, by column: each gets an environment and does its work.

        :param per: how many records one call handles, or that by column
        """
        if self.only and not re.search(self.only, title):
            return
        for number in range(self.rounds + 1):
            for column, function in functions.items():
                with self.registry.cursor() as cr:
                    user = self.technician if "technician" in title else self.admin
                    env = api.Environment(cr, user, {})
                    # What every request has loaded already
                    env.user.all_group_ids, env.company.ids  # noqa: B018
                    prepared = function(env)
                    clock = Clock(self.clock, cr)
                    gc.collect()
                    before = cr.sql_log_count
                    start = clock.read()
                    prepared()
                    cr.flush()
                    spent = clock.read() - start
                    queries = cr.sql_log_count - before
                    cr.rollback()
                # The first round warms up.
                if number:
                    count = per.get(column, BATCH) if isinstance(per, dict) else per
                    self.times[title, column].append(1000 * spent / count)
                    self.queries[title, column].append(queries)
        print(self.line(title, list(functions)), flush=True)

    def create(self):
        def many(model):
            def prepare(env):
                values = self.data.values(model, BATCHES.get(model, BATCH))
                return lambda: env[model].create(values)

            return prepare

        def single(model):
            def prepare(env):
                values = self.data.values(model, SINGLES)

                def work():
                    for vals in values:
                        env[model].create([vals])
                        env.flush_all()

                return work

            return prepare

        models = bench_data.MODELS
        batch = {model: many(model) for model in models}
        batch[RAW] = self._raw(BATCH, BATCH)
        self.measure("create 1000 in one batch", batch, BATCHES)
        singles = {model: single(model) for model in models}
        singles[RAW] = self._raw(SINGLES, 1)
        self.measure("create one by one", singles, SINGLES)

    def _raw(self, count, size):
        """Return the floor below the floor: the bare document as plain INSERTs."""

        def prepare(env):
            rows = [
                (f"Raw {number}", self.data.partners[0].id, "new")
                for number in range(count)
            ]

            def work():
                for start in range(0, count, size):
                    env.cr.execute_values(
                        "INSERT INTO aftersales_floor (name, partner_id, state)"
                        " VALUES %s",
                        rows[start : start + size],
                    )

            return work

        return prepare

    def fill(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            for model in bench_data.MODELS:
                if bench_data.multiply(env, self.data, model, self.rows):
                    bench_data.fill_activities(env, model)
            bench_data.fill_deadlines(env)
            cr.commit()
        with self.registry.cursor() as cr:
            cr._cnx.autocommit = True
            cr.execute("VACUUM ANALYZE")

    def read(self):
        def page(model, domain=()):
            def prepare(env):
                specification = self.specs[model, "list"]
                return lambda: env[model].web_search_read(
                    list(domain), specification, limit=PAGE, count_limit=COUNT_LIMIT
                )

            return prepare

        def groups(model, field):
            return lambda env: (
                lambda: env[model].formatted_read_group([], [field], ["__count"])
            )

        def kanban(model, field):
            def prepare(env):
                specification = self.specs[model, "kanban"]

                def work():
                    env[model].web_read_group(
                        [],
                        [field],
                        ["__count"],
                        auto_unfold=True,
                        unfold_read_specification=specification,
                        unfold_read_default_limit=self.cards[model],
                    )
                    env[model].read_progress_bar(
                        [],
                        field,
                        {
                            "field": "activity_state",
                            "colors": {"planned": "", "today": "", "overdue": ""},
                        },
                    )

                return work

            return prepare

        def pick(model):
            return lambda env: lambda: env[model].name_search(NUMBER_PART, limit=8)

        # As the list opens: templates of tasks and private ones are left out.
        domains = {
            TASK: [("project_id", "!=", False), ("has_template_ancestor", "=", False)]
        }
        states = {TICKET: "state", REPAIR: "state", TASK: "stage_id"}
        compared = tuple(states)
        self.measure(
            "first page of the list",
            {model: page(model, domains.get(model, ())) for model in compared},
        )
        self.measure("first page, as a technician", {TICKET: page(TICKET)})
        self.measure(
            "groups by state",
            {model: groups(model, states[model]) for model in compared},
        )
        self.measure(
            "kanban: groups, cards and bars",
            {model: kanban(model, states[model]) for model in compared},
        )
        part = [("name", "ilike", NUMBER_PART)]
        self.measure(
            "search by part of the number",
            {model: page(model, part) for model in compared},
        )
        self.measure(
            "pick by part of the number", {model: pick(model) for model in compared}
        )

    def alert(self):
        """Let the scheduled action call people, others schedule the same activities."""

        def cron(env):
            env = env(user=api.SUPERUSER_ID)
            # As if nobody had been called yet; then let a thousand be due.
            env.cr.execute(
                "DELETE FROM mail_activity WHERE aftersales_deadline_id IS NOT NULL"
            )
            env.cr.execute(
                """UPDATE aftersales_deadline
                      SET alert_at = NULL, warned_at = now() at time zone 'UTC'
                    WHERE alert_at IS NOT NULL"""
            )
            env.cr.execute(
                """UPDATE aftersales_deadline
                      SET alert_at = due, warned_at = NULL, escalated_at = NULL,
                          escalation_role = NULL
                    WHERE id IN (SELECT id FROM aftersales_deadline
                                  WHERE state = 'running'
                                    AND due < now() at time zone 'UTC'
                               ORDER BY random() LIMIT %s)""",
                [BATCH],
            )
            env.cr.commit()
            return env["aftersales.deadline"]._cron_escalate_deadlines

        def schedule(model):
            def prepare(env):
                records = env[model].search([], limit=BATCH, order="id")
                return lambda: records.with_context(
                    mail_activity_quick_update=True
                ).activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary="Due",
                    user_id=self.technician,
                )

            return prepare

        functions = {TICKET: cron, REPAIR: schedule(REPAIR), TASK: schedule(TASK)}
        self.measure("call a person for a deadline", functions, BATCH)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--addons-path", required=True)
    parser.add_argument("--output")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    parser.add_argument("--only", help="operations whose title matches this expression")
    parser.add_argument("--no-save", action="store_true")
    options = parser.parse_args()
    config.parse_config(
        ["--addons-path", options.addons_path, "--log-level=warn", "--no-http"],
        setup_logging=True,
    )
    bench = Bench(options.database, options)
    bench.create()
    bench.board()
    bench.old_parts()
    bench.claims()
    bench.statements()
    bench.queues()
    print("Filling", flush=True)
    bench.fill()
    bench.read()
    bench.alert()
    report = bench.report()
    print("\n" + report)
    if options.output and not options.no_save:
        with open(options.output, "w") as output:
            output.write(report)


if __name__ == "__main__":
    main()
