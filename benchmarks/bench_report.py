"""What a run of the benchmark came to, as a page."""

import datetime
import os
import platform
import statistics

import bench_data

import odoo
from odoo import api

PAGE = 80
TICKET, REPAIR, TASK, FLOOR = bench_data.MODELS
RAW = "raw INSERT"
COLUMNS = (TICKET, REPAIR, TASK, FLOOR, RAW)

# title: (unit, aim of the ticket's ratio to the repair order)
OPERATIONS = {
    "create 1000 in one batch": ("ms each", 0.5),
    "create one by one": ("ms each", None),
    "first page of the list": ("ms", 0.25),
    "first page, as a technician": ("ms", None),
    "groups by state": ("ms", 0.4),
    "kanban: groups, cards and bars": ("ms", None),
    "search by part of the number": ("ms", 1.2),
    "pick by part of the number": ("ms", None),
    "call a person for a deadline": ("ms each", None),
}
# The workshop's day with a thousand open tickets: milliseconds
BOARD = {
    "board, a column a person": 1000,
    "board, a column a bay": 1000,
    "board, a column a team": 1000,
    "board of one technician": 1000,
    "jobs, calendar of a week": 1000,
    "appointments, calendar of a week": 1000,
    "tickets, a column a state": 1000,
}
# 10,000 old parts owed: milliseconds
OLD_PARTS = {
    "old parts, first page": 250,
    "old parts, found by tag": 50,
    "old parts, groups by person": 250,
    "report of the fifth, 10,000 missing": 10_000,
    "old parts, scheduled action looks": 100,
}
# 5,000 claims, 10,000 lines of tickets: milliseconds
CLAIMS = {
    "claims, first page": 250,
    "claims, found by number": 50,
    "claims, groups by status": 100,
    "claims, what 80 drafts lack": 1000,
    "claims beside the ledger": 500,
    "cost of warranty by model": 500,
    "queue, work to claim": 250,
    "queue, warranty to decide": 250,
    "queue, parts that are short": 1000,
}
# 2,000 open invoices: milliseconds
MONEY = {
    "statements of 2,000 open items": 30_000,
    "receivables, first page": 500,
    "receivables by age": 500,
    "receivables beside the ledger": 1000,
}
SCREENS = BOARD | OLD_PARTS | CLAIMS | MONEY
BATCH_QUERIES = 150
CLOCKS = {"wall": "elapsed time", "cpu": "time computed by Odoo and PostgreSQL"}


class Report:
    """The figures of a `Bench`: times and queries by title and column."""

    def explain(self):
        """Return how PostgreSQL serves the first page of the list."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.admin, {})
            query = env[TICKET]._search([], limit=PAGE, order=env[TICKET]._order)
            select = query.select()
            cr.execute(
                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) " + select.code,
                select.params,
            )
            return [line for (line,) in cr.fetchall()]

    def cell(self, title, column):
        times = self.times.get((title, column))
        if not times:
            return ""
        queries = statistics.median(self.queries[title, column])
        return f"{statistics.median(times):.2f} / {queries:.0f}"

    def ratio(self, title):
        ticket, repair = (
            statistics.median(self.times[title, column] or [0])
            for column in (TICKET, REPAIR)
        )
        return ticket / repair if repair else None

    def line(self, title, columns=COLUMNS):
        if title in SCREENS:
            return f"| {title} | {self.cell(title, TICKET)} | < {SCREENS[title]} |"
        unit, aim = OPERATIONS[title]
        ratio = self.ratio(title)
        cells = [f"{title}, {unit}", *(self.cell(title, c) for c in columns)]
        cells.append("" if ratio is None else f"{ratio:.2f}")
        cells.append("" if aim is None else f"≤ {aim}")
        return "| " + " | ".join(cells) + " |"

    def missed(self):
        """Return the aims that were missed, in words."""
        missed = [
            f"{title}: {self.ratio(title):.2f} × the repair order, aim ≤ {aim}"
            for title, (__, aim) in OPERATIONS.items()
            if aim and self.ratio(title) and self.ratio(title) > aim
        ]
        missed += [
            f"{title}: {statistics.median(times):.0f} ms, aim < {aim}"
            for title, aim in SCREENS.items()
            if (times := self.times.get((title, TICKET)))
            and statistics.median(times) >= aim
        ]
        title = "create 1000 in one batch"
        queries = statistics.median(self.queries[title, TICKET] or [0])
        if queries > BATCH_QUERIES:
            missed.append(f"{title}: {queries:.0f} queries, aim ≤ {BATCH_QUERIES}")
        plan = self.explain()
        if any("Sort" in line for line in plan):
            missed.append("first page of the list: sorted, not served by an index")
        return missed

    def report(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT current_setting('server_version'), current_setting('jit')"
            )
            postgres, jit = cr.fetchone()
        head = ["operation", TICKET, REPAIR, TASK, "bare, with chatter", RAW]
        head += ["ticket ÷ repair", "aim"]
        missed = self.missed()
        return "\n".join(
            [
                "# Results of `benchmarks/run`",
                "",
                f"{datetime.date.today()}, {self.rows:,} documents of each model, ten "
                f"deadlines a ticket, {len(self.data.vehicles):,} vehicles.",
                f"Odoo {odoo.release.version}, PostgreSQL {postgres} (JIT {jit}), "
                f"Python {platform.python_version()}, {_machine()}.",
                "",
                f"Median of {self.rounds} rounds: milliseconds / queries of the whole "
                f"operation; {CLOCKS[self.clock]}, no parallel queries.",
                "The ticket has its ten deadlines; repair orders have no parts; tasks "
                "are created 200 at a time.",
                "The last row is the scheduled action for deadlines; the others "
                "schedule as many activities.",
                "",
                "| " + " | ".join(head) + " |",
                "|---|" + "--:|" * (len(head) - 1),
                *(self.line(title) for title in OPERATIONS),
                "",
                "The workshop's day: 1,000 open tickets, 2,000 jobs of twenty people, "
                "334 appointments in two weeks. What the browser asks for to show the "
                "screen, in milliseconds / queries.",
                "",
                "| screen | ms / queries | aim, ms |",
                "|---|--:|--:|",
                *(self.line(title) for title in BOARD),
                "",
                "Old parts: 10,000 are owed.",
                "",
                "| what | ms / queries | aim, ms |",
                "|---|--:|--:|",
                *(self.line(title) for title in OLD_PARTS),
                "",
                "Warranty claims: 5,000 on one maker, invoiced and open. Queues: "
                "10,000 agreed parts of a thousand open tickets.",
                "",
                "| what | ms / queries | aim, ms |",
                "|---|--:|--:|",
                *(self.line(title) for title in CLAIMS),
                "",
                "Money: 2,000 invoices of as many tickets are open, half of each on "
                "somebody's word.",
                "",
                "| what | ms / queries | aim, ms |",
                "|---|--:|--:|",
                *(self.line(title) for title in MONEY),
                "",
                "Aims missed: " + ("; ".join(missed) if missed else "none") + ".",
                "",
                "How the first page of the list is found:",
                "",
                "```",
                *self.explain(),
                "```",
                "",
            ]
        )


def _machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as cpuinfo:
        for line in cpuinfo:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
    return f"{os.cpu_count()} × {model}"
