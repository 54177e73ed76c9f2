"""Two thousand open invoices at the end of a month: statements, ageing, the tie.

One invoice of two lines is real, one of them vouched for; the others are copies of it
with their own items, spread over tickets and customers, written beside the ORM.
"""

from datetime import date

from bench_report import TICKET

from odoo import Command, api

STATEMENT = "aftersales.statement"
RECEIVABLE = "aftersales.receivable"
OPEN = 2_000
PAGE = 80
MONTH = date(2026, 1, 1)
CUTOFF = date(2026, 1, 31)
MARK = "Bench open invoice"


class Statements:
    """Mixin of `Bench`: what Finance does in the first days of a month."""

    def statements(self):
        """Measure the run of a month, the list by age and the comparison."""
        self.fill_open_items()
        self.measure("statements of 2,000 open items", {TICKET: self._begin_month})
        self.measure("receivables, first page", {TICKET: self._receivable_page})
        self.measure("receivables by age", {TICKET: self._receivable_groups})
        self.measure("receivables beside the ledger", {TICKET: self._receivable_tie})

    def fill_open_items(self):
        """Let `OPEN` invoices of tickets be open, once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            if env["account.move"].search_count([("ref", "=", MARK)], limit=1):
                return
            tickets = env[TICKET].search(
                [("partner_id", "!=", False)], order="id", limit=OPEN
            )
            invoice = self._make_open_invoice(env, tickets[0])
            count = OPEN - 1
            chosen = [tickets[number % len(tickets)] for number in range(count)]
            partners = [row.partner_id.commercial_partner_id.id for row in chosen]
            numbers = [f"BO{number:06d}" for number in range(count)]
            moves = self._copy_rows(
                env,
                invoice,
                name=numbers,
                payment_reference=numbers,
                access_token=numbers,
                aftersales_ticket_id=[row.id for row in chosen],
                partner_id=partners,
                commercial_partner_id=partners,
            )
            for item in invoice.line_ids:
                self._copy_rows(env, item, move_id=moves, partner_id=partners)
            cr.execute("ANALYZE")
            cr.commit()

    def _make_open_invoice(self, env, ticket):
        """Return a posted invoice, half of it on somebody's word."""
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "ref": MARK,
                "partner_id": ticket.partner_id.id,
                "aftersales_ticket_id": ticket.id,
                "invoice_date": "2026-01-15",
                "date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for name, price in (("Parts", 600), ("Work", 400))
                ],
            }
        )
        move.action_post()
        move.invoice_line_ids[0].aftersales_guarantor_id = self.technician
        env.flush_all()
        return move

    # -- Looking -----------------------------------------------------------------------

    def _begin_month(self, env):
        statements = env[STATEMENT].sudo()
        return lambda: statements._begin(env.company, MONTH)

    def _receivable_page(self, env):
        rows = env[RECEIVABLE]
        specification = self._specification(env, RECEIVABLE, "list")
        return lambda: rows.web_search_read(
            [], specification, limit=PAGE, count_limit=10001
        )

    def _receivable_groups(self, env):
        return lambda: env[RECEIVABLE].web_read_group(
            [], ["bucket"], ["amount_residual:sum"]
        )

    def _receivable_tie(self, env):
        company = env.company.sudo()
        return lambda: company._aftersales_receivable_tie(CUTOFF)
