from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common_claim import ClaimCommon
from .common_speed import SpeedCommon

CLAIMS = 5000
PAGE = 80


@tagged("post_install", "-at_install")
class TestClaimSpeed(ClaimCommon, SpeedCommon):
    """Lists and reports cost the same with five thousand claims as with one."""

    def _clone(self, record, count, **changes):
        """Copy the row of ``record`` so often, with ``changes`` as SQL by column."""
        self.env.flush_all()
        table = SQL.identifier(record._table)
        self.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id'",
            [record._table],
        )
        names = [name for (name,) in self.cr.fetchall()]
        self.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s r, generate_series(1, %s) n"
                " WHERE r.id = %s ORDER BY n RETURNING id",
                table,
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    changes.get(name, SQL.identifier("r", name)) for name in names
                ),
                table,
                count,
                record.id,
            )
        )
        ids = [rid for (rid,) in self.cr.fetchall()]
        self.env.invalidate_all()
        return record.browse(ids)

    def _fill(self, claim):
        """Put 5,000 claims like ``claim`` beside it, of a line each."""
        line = claim.sudo().line_ids[0]
        claims = self._clone(claim.sudo(), CLAIMS, name=SQL("'X' || n"))
        sources = self._clone(line.ticket_line_id, CLAIMS)
        self._clone(
            line,
            CLAIMS,
            claim_id=SQL("(SELECT %s + n)", claims[0].id - 1),
            ticket_line_id=SQL("(SELECT %s + n)", sources[0].id - 1),
        )
        self.cr.execute("ANALYZE")

    def _screens(self):
        """Return what is done with claims all day, by name, and its queries."""
        clerk = self.env(user=self.user_claims_clerk)
        claims = clerk["aftersales.warranty.claim"]
        lines = clerk["aftersales.ticket.line"]
        specification = self._specification(claims, "list")
        costs = self.env(user=self.user_finance)["aftersales.warranty.cost.report"]
        company = self.company.with_user(self.user_finance)
        return {
            "first page": (
                lambda: claims.web_search_read([], specification, limit=PAGE),
                13,
            ),
            "by status": (
                lambda: claims.formatted_read_group(
                    [], ["state"], ["__count", "amount_claimed:sum", "amount_open:sum"]
                ),
                1,
            ),
            "by number": (lambda: claims.name_search("X49", limit=8), 2),
            "work to claim": (
                lambda: lines.search([("is_to_claim", "=", True)], limit=PAGE),
                1,
            ),
            "work to decide on": (
                lambda: lines.search(
                    [("needs_warranty_decision", "=", True)], limit=PAGE
                ),
                # One of them reads the user, for the rules of the other lines.
                2,
            ),
            "cost by model": (
                lambda: costs.formatted_read_group([], ["model_id"], ["amount:sum"]),
                2,
            ),
            "beside the ledger": (company._aftersales_claim_tie, 6),
        }

    def _count(self, load):
        load()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        load()
        return self.cr.sql_log_count - before

    def test_five_thousand_claims(self):
        claim = self._submitted(self._finished(self.maker))
        screens = self._screens()
        few = {name: self._count(load) for name, (load, __) in screens.items()}
        self._fill(claim)
        found = {name: self._count(load) for name, (load, __) in screens.items()}
        for name, (__, allowed) in screens.items():
            with self.subTest(name):
                self.assertLessEqual(found[name], few[name] + 1)
                self.assertLessEqual(found[name], allowed)

    def test_parts_that_are_short_are_found_at_once(self):
        """Among thousands of agreed parts, without looking at each by itself."""
        line = self._approved((self.motor, {"quantity": 1})).line_ids
        self._clone(line, CLAIMS)
        self.cr.execute("ANALYZE aftersales_ticket_line")
        lines = self.env(user=self.user_dispatcher)["aftersales.ticket.line"]
        found = lines.search_count([("is_short", "=", True)])
        there = self.motor.sudo().free_qty
        self.assertEqual(found, CLAIMS + 1 - there)
        count = self._count(lambda: lines.search([("is_short", "=", True)], limit=PAGE))
        self.assertLessEqual(count, 20)

    def test_plenty_is_not_looked_at_line_by_line(self):
        """Parts of which enough lies there are told as not short by their sum."""
        short = self._approved((self.motor, {"quantity": 1})).line_ids
        plenty = self._approved((self.mirror, {"quantity": 1})).line_ids
        self.env["stock.quant"]._update_available_quantity(
            self.mirror, self.warehouse.lot_stock_id, 2 * CLAIMS
        )
        self.env["stock.quant"]._update_available_quantity(
            self.motor, self.warehouse.lot_stock_id, -self.motor.sudo().free_qty
        )
        # A slip that asks for some of it changes nothing.
        self._request(plenty.ticket_id)
        self._clone(plenty, CLAIMS)
        lines = self.env(user=self.user_dispatcher)["aftersales.ticket.line"]
        domain = [("id", "in", (short | plenty).ids)]
        self.assertEqual(lines.sudo()._get_scarce_products(domain), self.motor)
        self.assertEqual(lines.search([("is_short", "=", True)]), short)

    def test_warranty_work_has_an_index(self):
        """PostgreSQL goes to the few lines of warranty among all others."""
        line = self._approved((self.motor, {"quantity": 1})).line_ids
        self._clone(line, CLAIMS)
        self.cr.execute("ANALYZE aftersales_ticket_line")
        lines = self.env["aftersales.ticket.line"]
        for name in ("is_to_claim", "needs_warranty_decision"):
            query = lines._search([(name, "=", True)], limit=PAGE).select()
            self.cr.execute("EXPLAIN " + query.code, query.params)
            plan = "\n".join(row for (row,) in self.cr.fetchall())
            self.assertIn("aftersales_ticket_line_warranty_idx", plan)

    def test_checks_of_a_page_are_a_fixed_number_of_queries(self):
        claim = self._claim(self._finished(self.maker))
        one = self._count(lambda: claim._get_problems())
        self._fill(claim)
        page = claim.search([], limit=PAGE)
        self.assertEqual(len(page), PAGE)
        many = self._count(lambda: page._get_problems())
        self.assertLessEqual(many, one + 10)
        start = fields.Datetime.now()
        page._get_problems()
        self.assertLess((fields.Datetime.now() - start).total_seconds(), 10)
