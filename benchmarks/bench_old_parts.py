"""Ten thousand old parts owed: the list, the report of the fifth, the daily action.

One ticket line and one issue are real; the other obligations are copies of them, each
with a movement of its own, written beside the ORM.
"""

from bench_report import TICKET

from odoo import api
from odoo.tools import SQL

PARTS = "aftersales.part.return"
REPORT = "aftersales.old.part.report"
OWED = 10_000
PAGE = 80
MONTH = "2025-10-01"


class OldParts:
    """Mixin of `Bench`: what the parts keeper and Finance look at."""

    def old_parts(self):
        """Measure list, groups, report and scheduled action."""
        self.fill_old_parts()
        self.measure("old parts, first page", {TICKET: self._parts_page})
        self.measure("old parts, found by tag", {TICKET: self._parts_tag})
        self.measure("old parts, groups by person", {TICKET: self._parts_groups})
        self.measure(
            "report of the fifth, 10,000 missing", {TICKET: self._parts_report}
        )
        self.measure("old parts, scheduled action looks", {TICKET: self._parts_cron})

    def fill_old_parts(self):
        """Let there be `OWED` obligations, once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            if env[PARTS].search_count([], limit=1):
                return
            ticket = env[TICKET].search([], order="id", limit=1)
            part = env["product.product"].create(
                {"name": "Bench motor", "type": "consu", "list_price": 900}
            )
            line = env["aftersales.ticket.line"].create(
                {"ticket_id": ticket.id, "product_id": part.id, "payer": "warranty"}
            )
            warehouse = env["stock.warehouse"].search([], limit=1)
            move = env["stock.move"].create(
                {
                    "product_id": part.id,
                    "product_uom_qty": 1,
                    "location_id": warehouse.lot_stock_id.id,
                    "location_dest_id": env.ref("stock.stock_location_customers").id,
                    "aftersales_line_id": line.id,
                }
            )
            item = env[PARTS].create(
                {
                    "ticket_line_id": line.id,
                    "move_id": move.id,
                    "product_id": part.id,
                    "quantity": 1,
                    "issued_on": "2025-10-10",
                    "due_date": "2099-01-01",
                    "user_id": self.technician,
                }
            )
            env[REPORT].create({"company_id": env.company.id, "month": MONTH})
            env.flush_all()
            moves = self._copy(env, "stock_move", move.id, {})
            self._copy(env, "aftersales_part_return", item.id, {"move_id": moves})
            cr.execute("ANALYZE stock_move, aftersales_part_return")
            cr.commit()

    def _copy(self, env, table, row_id, lists):
        """Write copies of a row; return their ids.

        :param lists: dict of column -> list of values, one for each copy
        """
        env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id'",
            (table,),
        )
        columns = [name for (name,) in env.cr.fetchall() if name not in lists]
        given = SQL("").join(SQL(", %s", SQL.identifier(name)) for name in lists)
        values = SQL("").join(
            SQL(", (%s::int[])[place]", list(values)) for values in lists.values()
        )
        names = SQL(", ").join(SQL.identifier(name) for name in columns)
        rows = env.execute_query(
            SQL(
                "INSERT INTO %s (%s%s) SELECT %s%s FROM %s,"
                " generate_series(1, %s) AS place WHERE id = %s RETURNING id",
                SQL.identifier(table),
                names,
                given,
                names,
                values,
                SQL.identifier(table),
                OWED - 1,
                row_id,
            )
        )
        return [id_ for (id_,) in rows]

    def _parts_page(self, env):
        parts = env[PARTS]
        specification = self._specification(env, PARTS, "list")
        return lambda: parts.web_search_read(
            [("state", "=", "due")], specification, limit=PAGE, count_limit=10001
        )

    def _parts_tag(self, env):
        tag = env[PARTS].search([], order="id DESC", limit=1).tag
        return lambda: env[PARTS].name_search(tag, limit=8)

    def _parts_groups(self, env):
        return lambda: env[PARTS].web_read_group(
            [("state", "=", "due")], ["user_id"], ["quantity:sum"]
        )

    def _parts_report(self, env):
        report = env[REPORT].sudo().search([], limit=1)
        return report._refresh

    def _parts_cron(self, env):
        parts = env[PARTS].sudo()

        def work():
            for domain, order, __ in parts._get_scheduled_work():
                parts.search(domain, order=order, limit=100)

        return work
