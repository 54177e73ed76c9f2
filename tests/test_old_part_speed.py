from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common_parts import PartsCommon
from .common_speed import SpeedCommon

# The first one only fills the caches of the registry.
SIZES = (5, 20, 60)


@tagged("post_install", "-at_install")
class TestOldPartSpeed(SpeedCommon, PartsCommon):
    """List, report and cron cost a fixed number of queries, however many are owed.

    How long they take with 10,000 obligations is in ``benchmarks/``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._approved((cls.motor, {"payer": "warranty"})).sudo()
        cls._judge(cls.ticket.line_ids)
        slip = cls._request(cls.ticket.sudo(False))
        cls._release(slip)
        cls._issue(slip)
        cls.item = cls.ticket.part_return_ids
        cls.item.issued_on = "2025-10-10"
        cls.env.flush_all()

    def _fill(self, count):
        """Let there be ``count`` obligations, each of an issue of its own."""
        missing = count - self.env["aftersales.part.return"].search_count([])
        copy_rows(self.env, "stock_move", self.item.move_id.id, missing)
        copy_rows(self.env, "aftersales_part_return", self.item.id, missing)
        self.env.cr.execute(
            """
            WITH moves AS (
                SELECT id, row_number() OVER (ORDER BY id) AS place FROM stock_move
                 WHERE aftersales_line_id = %(line)s AND id > %(move)s
            ), items AS (
                SELECT id, row_number() OVER (ORDER BY id) AS place
                  FROM aftersales_part_return
                 WHERE ticket_line_id = %(line)s AND id > %(item)s
            )
            UPDATE aftersales_part_return item SET move_id = moves.id, state = 'due'
              FROM moves JOIN items USING (place) WHERE item.id = items.id
            """,
            {
                "line": self.item.ticket_line_id.id,
                "move": self.item.move_id.id,
                "item": self.item.id,
            },
        )
        self.env.invalidate_all()

    def _count(self, work):
        """Return the queries of ``work`` from empty caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _assert_flat(self, prepare, most):
        """Assert that what ``prepare`` returns takes as many queries for any size.

        :param most: the pinned number of queries
        """
        counts = []
        for size in SIZES:
            self._fill(size)
            work = prepare()
            counts.append(self._count(work))
        self.assertEqual(counts[1], counts[2], counts)
        self.assertLessEqual(counts[2], most)

    def test_list(self):
        parts = self.env["aftersales.part.return"].with_user(self.user_parts_keeper)
        specification = self._specification(parts, "list")
        self._assert_flat(
            lambda: (
                lambda: parts.web_search_read(
                    [("state", "=", "due")], specification, limit=80
                )
            ),
            20,
        )

    def test_report(self):
        Report = self.env["aftersales.old.part.report"].sudo()
        report = Report.create({"company_id": self.company.id, "month": "2025-10-01"})
        self._assert_flat(lambda: report._refresh, 12)
        self.assertEqual(report.line_count, SIZES[-1])

    def test_cron_looks_at_what_it_serves_only(self):
        """Nothing is overdue: two questions, however many are due."""
        parts = self.env["aftersales.part.return"]
        today = fields.Date.context_today(parts)
        self.item.due_date = today + timedelta(days=9)

        def look():
            for domain, order, __ in parts._get_scheduled_work():
                parts.search(domain, order=order, limit=100)

        self._assert_flat(lambda: look, 8)


def copy_rows(env, table, row_id, count):
    """Write ``count`` more rows that are like one of ``table``, without the ORM."""
    if count <= 0:
        return
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name NOT IN ('id', 'move_id', 'state')",
        (table,),
    )
    names = SQL(", ").join(SQL.identifier(name) for (name,) in env.cr.fetchall())
    extra = SQL("")
    values = SQL("")
    if table == "stock_move":
        extra, values = SQL(", state"), SQL(", state")
    else:
        # Who is due and of which issue is written afterwards: one row is due for each.
        extra, values = SQL(", move_id, state"), SQL(", move_id, 'cancelled'")
    env.execute_query(
        SQL(
            "INSERT INTO %s (%s%s) SELECT %s%s FROM %s, generate_series(1, %s)"
            " WHERE id = %s RETURNING id",
            SQL.identifier(table),
            names,
            extra,
            names,
            values,
            SQL.identifier(table),
            count,
            row_id,
        )
    )
