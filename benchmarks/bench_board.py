"""The workshop's day: board and calendars with a thousand open tickets.

Measured on the seed, before it is multiplied: every ticket of it is open and has two
jobs, planned over two weeks for twenty people of two teams and twelve bays; a third as
many appointments lie in the same time.
"""

from datetime import timedelta

from bench_report import TICKET
from lxml import etree

from odoo import api, fields

JOBS = "aftersales.operation"
APPOINTMENTS = "aftersales.appointment"
BAYS = 12
COLUMN = 40


class Board:
    """Mixin of `Bench`: what a dispatcher's and an adviser's day is made of."""

    def fill_board(self):
        """Give each ticket of the seed two jobs, once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            if env[JOBS].search_count([], limit=1):
                return
            tickets = env[TICKET].search([], order="id", limit=1000)
            people = self.data.technicians
            teams = env["aftersales.team"].create(
                [
                    {
                        "name": f"Bench team {number}",
                        "kind": "workshop",
                        "member_ids": people[number::2].ids,
                    }
                    for number in range(2)
                ]
            )
            bays = env["aftersales.bay"].create(
                [{"name": f"Bench bay {number:02d}"} for number in range(BAYS)]
            )
            labour = env["product.product"].create(
                {"name": "Bench labour", "type": "service", "list_price": 60}
            )
            lines = env["aftersales.ticket.line"].create(
                [
                    {"ticket_id": ticket.id, "product_id": labour.id, "quantity": 1}
                    for ticket in tickets
                    for __ in range(2)
                ]
            )
            monday = self._monday()
            env[JOBS].create(
                [
                    {
                        "line_id": line.id,
                        "ticket_id": line.ticket_id.id,
                        "team_id": teams[number % 2].id,
                        "technician_id": line.ticket_id.technician_id.id,
                        "bay_id": bays[number % BAYS].id,
                        "state": "assigned",
                        "planned_hours": 1 + number % 3,
                        "planned_start": monday + timedelta(minutes=7 * number),
                    }
                    for number, line in enumerate(lines)
                ]
            )
            env[APPOINTMENTS].create(
                [
                    {
                        "partner_id": ticket.partner_id.id,
                        "vehicle_id": ticket.vehicle_id.id,
                        "complaint": "Yearly service",
                        "team_id": teams[number % 2].id,
                        "planned_start": monday + timedelta(minutes=15 * number),
                    }
                    for number, ticket in enumerate(tickets[::3])
                ]
            )
            cr.commit()

    def _monday(self):
        now = fields.Datetime.now().replace(hour=8, minute=0, second=0)
        return now - timedelta(days=now.weekday())

    def board(self):
        """Measure the screens of the workshop's day."""
        self.fill_board()
        for title, fname in (
            ("board, a column a person", "technician_id"),
            ("board, a column a bay", "bay_id"),
            ("board, a column a team", "team_id"),
        ):
            self.measure(title, {TICKET: self._board(JOBS, fname)})
        self.measure("board of one technician", {TICKET: self._board(JOBS, "state")})
        self.measure("jobs, calendar of a week", {TICKET: self._calendar(JOBS)})
        self.measure(
            "appointments, calendar of a week", {TICKET: self._calendar(APPOINTMENTS)}
        )
        self.measure(
            "tickets, a column a state", {TICKET: self._board(TICKET, "state")}
        )

    def _board(self, model, fname):
        def prepare(env):
            records = env[model].with_context(read_group_expand=True)
            specification = self._specification(env, model, "kanban")
            view = records.get_views([(False, "kanban")])["views"]["kanban"]["arch"]
            arch = etree.fromstring(view)
            bar = arch.find("progressbar")
            total = bar.get("sum_field")
            state = {"field": bar.get("field"), "colors": {"assigned": "info"}}

            def work():
                records.web_read_group(
                    [],
                    [fname],
                    [f"{total}:sum"] if total else [],
                    auto_unfold=True,
                    unfold_read_specification=specification,
                    unfold_read_default_limit=int(arch.get("limit", COLUMN)),
                )
                records.read_progress_bar([], fname, state)

            return work

        return prepare

    def _calendar(self, model):
        def prepare(env):
            view = env[model].get_views([(False, "calendar")])
            arch = etree.fromstring(view["views"]["calendar"]["arch"])
            start, stop = arch.get("date_start"), arch.get("date_stop")
            names = {node.get("name") for node in arch.iterfind(".//field")}
            names |= {start, stop, arch.get("color"), "display_name"}
            monday = self._monday()
            domain = [(start, "<=", monday + timedelta(days=7)), (stop, ">=", monday)]
            return lambda: env[model].search_read(domain, sorted(names))

        return prepare
