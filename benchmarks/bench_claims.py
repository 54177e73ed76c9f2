"""Five thousand claims on a maker, and queues of ten thousand ticket lines.

One claim with its invoice is real; the others are copies of it, each with a ticket
line, an invoice and a receivable of its own, written beside the ORM. So are the lines
of the queues: agreed parts of a thousand open tickets, for which some stock is there.
"""

from bench_report import TICKET

from odoo import Command, api
from odoo.tools import SQL

CLAIM = "aftersales.warranty.claim"
LINE = "aftersales.ticket.line"
CLAIMS = 5_000
LINES = 10_000
PAGE = 80


class Claims:
    """Mixin of `Bench`: what the claims clerk and Finance look at."""

    def claims(self):
        """Measure list, search, checks, the tie with the ledger and the cost."""
        self.fill_claims()
        self.measure("claims, first page", {TICKET: self._claims_page})
        self.measure("claims, found by number", {TICKET: self._claims_number})
        self.measure("claims, groups by status", {TICKET: self._claims_groups})
        self.measure("claims, what 80 drafts lack", {TICKET: self._claims_checks})
        self.measure("claims beside the ledger", {TICKET: self._claims_tie})
        self.measure("cost of warranty by model", {TICKET: self._claims_cost})

    def queues(self):
        """Measure the lists of ticket lines that wait for somebody."""
        self.fill_queues()
        for title, action in (
            ("queue, work to claim", "ticket_line_action_to_claim"),
            ("queue, warranty to decide", "warranty_queue_action"),
            ("queue, parts that are short", "shortage_action"),
        ):
            self.measure(title, {TICKET: self._queue(action)})

    # -- Filling -----------------------------------------------------------------------

    def fill_claims(self):
        """Let there be `CLAIMS` submitted and invoiced claims, once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            if env[CLAIM].search_count([], limit=1):
                return
            claim, entry = self._make_claim(env)
            line = claim.line_ids
            invoice = entry.move_id
            receivable = invoice.line_ids.filtered(
                lambda row: row.account_id == env.company.aftersales_claim_account_id
            )
            numbers = [f"WB{number:06d}" for number in range(CLAIMS - 1)]
            sources = self._copy_rows(env, line.ticket_line_id)
            claims = self._copy_rows(env, claim, name=numbers)
            rows = self._copy_rows(env, line, claim_id=claims, ticket_line_id=sources)
            moves = self._copy_rows(
                env,
                invoice,
                name=numbers,
                # Not unique, and of no interest here.
                payment_reference=numbers,
                access_token=numbers,
            )
            self._copy_rows(env, entry, move_id=moves, aftersales_claim_line_id=rows)
            self._copy_rows(env, receivable, move_id=moves)
            cr.execute("ANALYZE")
            cr.commit()

    def _make_claim(self, env):
        """Return a submitted claim of one line, and the line of its invoice."""
        company = env.company
        company.aftersales_claim_account_id = env["account.account"].create(
            {
                "code": "121999",
                "name": "Claims receivable",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        maker = env["res.partner"].create({"name": "Bench maker", "phone": "1"})
        part = env["product.product"].create(
            {"name": "Bench claimed part", "type": "consu", "list_price": 900}
        )
        ticket = env[TICKET].search([("vehicle_id", "!=", False)], order="id", limit=1)
        source = env[LINE].create(
            {"ticket_id": ticket.id, "product_id": part.id, "payer": "warranty"}
        )
        source.approval = "approved"
        claim = env[CLAIM].create(
            {
                "ticket_id": ticket.id,
                "kind": "maker",
                "provider_id": maker.id,
                "contact_id": ticket.partner_id.id,
                "contact_phone": "1",
                "line_ids": [Command.create({"ticket_line_id": source.id})],
            }
        )
        claim.line_ids.write({"quantity": 1, "amount_claimed": 900})
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": maker.id,
                "invoice_date": "2026-01-15",
                "aftersales_payer": "warranty",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": part.name,
                            "price_unit": 900,
                            "tax_ids": [Command.clear()],
                            "aftersales_claim_line_id": claim.line_ids.id,
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        env.flush_all()
        return claim, invoice.invoice_line_ids

    def fill_queues(self):
        """Let `LINES` agreed parts wait on open tickets, once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            if env[LINE].search_count([], limit=LINES) >= LINES:
                return
            tickets = env[TICKET].search([], order="id", limit=1000)
            warehouse = env["stock.warehouse"].search([], limit=1)
            rare = env["product.product"].create(
                {"name": "Bench rare part", "type": "consu", "is_storable": True}
            )
            plenty = env["product.product"].create(
                {"name": "Bench plain part", "type": "consu", "is_storable": True}
            )
            env["stock.quant"]._update_available_quantity(
                plenty, warehouse.lot_stock_id, 2 * LINES
            )
            for part, payer, share in (
                (rare, "customer", 10),
                (plenty, "customer", 2),
                (plenty, "warranty", 2),
            ):
                line = env[LINE].create(
                    {
                        "ticket_id": tickets[0].id,
                        "product_id": part.id,
                        "payer": payer,
                    }
                )
                line.approval = "approved"
                env.flush_all()
                count = LINES // share
                self._copy_rows(
                    env,
                    line,
                    ticket_id=[
                        tickets[number % len(tickets)].id for number in range(count)
                    ],
                )
            cr.execute("ANALYZE")
            cr.commit()

    def _copy_rows(self, env, record, **lists):
        """Write copies of the row of ``record``; return their ids.

        :param lists: values by column, one for each copy; without: `CLAIMS` copies
        """
        env.flush_all()
        count = len(next(iter(lists.values()))) if lists else CLAIMS - 1
        table = SQL.identifier(record._table)
        env.cr.execute(
            "SELECT column_name, format_type(atttypid, NULL)"
            "  FROM information_schema.columns"
            "  JOIN pg_attribute ON attrelid = table_name::regclass"
            "   AND attname = column_name"
            " WHERE table_name = %s AND column_name <> 'id'",
            (record._table,),
        )
        values = []
        columns = env.cr.fetchall()
        for name, kind in columns:
            value = SQL.identifier("r", name)
            if name in lists:
                value = SQL("(%s::" + kind + "[])[n]", list(lists[name]))
            values.append(value)
        rows = env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s r, generate_series(1, %s) n"
                " WHERE r.id = %s ORDER BY n RETURNING id",
                table,
                SQL(", ").join(SQL.identifier(name) for name, __ in columns),
                SQL(", ").join(values),
                table,
                count,
                record.id,
            )
        )
        env.invalidate_all()
        return [id_ for (id_,) in rows]

    # -- Looking -----------------------------------------------------------------------

    def _claims_page(self, env):
        claims = env[CLAIM]
        specification = self._specification(env, CLAIM, "list")
        return lambda: claims.web_search_read(
            [], specification, limit=PAGE, count_limit=10001
        )

    def _claims_number(self, env):
        return lambda: env[CLAIM].name_search("04711", limit=8)

    def _claims_groups(self, env):
        return lambda: env[CLAIM].web_read_group(
            [], ["state"], ["amount_claimed:sum", "amount_open:sum"]
        )

    def _claims_checks(self, env):
        claims = env[CLAIM].search([], limit=PAGE)
        env.invalidate_all()
        return claims._get_problems

    def _claims_tie(self, env):
        return env.company.sudo()._aftersales_claim_tie

    def _claims_cost(self, env):
        costs = env["aftersales.warranty.cost.report"]
        return lambda: costs.formatted_read_group([], ["model_id"], ["amount:sum"])

    def _queue(self, xmlid):
        def prepare(env):
            lines = env[LINE]
            action = env.ref(f"aftersales.{xmlid}").sudo()
            view = action.view_ids.filtered(lambda row: row.view_mode == "list")
            specification = self._specification(
                env, LINE, "list", (view.view_id or action.view_id).id
            )
            needed = {
                "ticket_line_action_to_claim": "is_to_claim",
                "warranty_queue_action": "needs_warranty_decision",
                "shortage_action": "is_short",
            }[xmlid]
            domain = [(needed, "=", True)]
            if xmlid == "shortage_action":
                domain += [("line_type", "=", "part"), ("approval", "=", "approved")]
            return lambda: lines.web_search_read(
                domain, specification, limit=PAGE, count_limit=10001
            )

        return prepare
