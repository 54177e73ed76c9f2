from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain

# How many items are explained in words; nobody reads thousands, and all are listed.
TOLD = 200


class ResCompany(models.Model):
    """Whether statements and receivable accounts say the same (R-PAY-03)."""

    _inherit = "res.company"

    def _aftersales_receivable_tie(self, date):
        """Compare receivable accounts, open items and statements as of ``date``.

        :return: dict of amounts in the company's currency: ``ledger`` all receivable
            accounts, ``other`` what of it has no ticket, ``open`` of after-sales,
            ``stated`` on statements of customers and dealers with this cut-off,
            ``vouched`` on those of guarantors, ``difference`` open less stated; and
            ``reasons`` (texts on the items that differ, the largest first, and one on
            how many more there are), ``items`` (those journal items), ``strays``
            (open items without a ticket)
        """
        self.ensure_one()
        rows = self.env["aftersales.receivable"]._get_open(self, date)
        open_now = defaultdict(float)
        for row in rows:
            open_now[row["move_line_id"]] += row["amount_residual"]
        lines = self.env["aftersales.statement.line"].search_fetch(
            [
                ("company_id", "=", self.id),
                ("statement_id.date_cutoff", "=", date),
                ("statement_id.state", "!=", "cancelled"),
            ],
            ["name", "amount", "move_line_id", "statement_id"],
        )
        theirs = lines.filtered(lambda line: line.statement_id.kind != "guarantor")
        stated = defaultdict(float)
        names = {}
        for line in theirs:
            key = line.move_line_id.id or line.name
            stated[key] += line.amount
            names[key] = line.name
        apart = {
            key: abs(open_now.get(key, 0.0) - stated.get(key, 0.0))
            for key in {**open_now, **stated}
        }
        differ = sorted(
            (key for key in apart if not self.currency_id.is_zero(apart[key])),
            key=lambda key: -apart[key],
        )
        items = self.env["account.move.line"].browse(
            [key for key in differ if isinstance(key, int)]
        )
        # Those on no statement are named by their entry.
        items.fetch(["move_name"])
        names = {item.id: item.move_name for item in items} | names
        reasons = [
            self._aftersales_tie_reason(
                names[key],
                open_now.get(key),
                stated.get(key),
            )
            for key in differ[:TOLD]
        ]
        if differ[TOLD:]:
            reasons.append(
                self.env._(
                    "and %(count)s more, %(amount)s in all: see the items below.",
                    count=len(differ) - TOLD,
                    amount=self.currency_id.format(
                        sum(apart[key] for key in differ[TOLD:])
                    ),
                )
            )
        ledger, strays = self._aftersales_receivable_ledger(date, set(open_now))
        total = self.currency_id.round(sum(open_now.values()))
        on_statements = self.currency_id.round(sum(stated.values()))
        return {
            "ledger": ledger,
            "other": self.currency_id.round(ledger - total),
            "open": total,
            "stated": on_statements,
            "vouched": self.currency_id.round(sum((lines - theirs).mapped("amount"))),
            "difference": self.currency_id.round(total - on_statements),
            "reasons": reasons,
            "items": items,
            "strays": strays,
        }

    def _aftersales_tie_reason(self, name, open_amount, stated):
        """Say in words why an item differs between books and statements."""
        if stated is None:
            return self.env._(
                "%(entry)s: %(open)s open in the books, on no statement: booked for "
                "this day after the statements were sent, or none was begun.",
                entry=name,
                open=self.currency_id.format(open_amount),
            )
        return self.env._(
            "%(entry)s: %(open)s open in the books, %(stated)s on the statement: "
            "booked, settled or undone for this day after it was sent.",
            entry=name,
            open=self.currency_id.format(open_amount or 0.0),
            stated=self.currency_id.format(stated),
        )

    def _aftersales_receivable_ledger(self, date, known):
        """Return what all receivable accounts say at the end of ``date``, and the
        items open today that are not among ``known``.

        The balance of the accounts, straight from the books: nothing is settled out of
        it but what is on them.
        """
        entries = self.env["account.move.line"]
        domain = Domain(
            [
                ("company_id", "=", self.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("date", "<=", fields.Date.to_string(date)),
            ]
        )
        [[balance]] = entries._read_group(domain, [], ["balance:sum"])
        strays = entries.search(
            domain
            & Domain("amount_residual", "!=", 0)
            & Domain("id", "not in", list(known)),
            limit=500,
        )
        return self.currency_id.round(balance or 0.0), strays
