import logging
from collections import defaultdict
from datetime import datetime

from pytz import timezone, utc

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import split_every

_logger = logging.getLogger(__name__)

BATCH = 50
INVOICES = ("out_invoice", "out_receipt")


class AftersalesDunningLetter(models.Model):
    """Who gets a letter today: found anew each day, no level skipped or repeated."""

    _inherit = "aftersales.dunning.letter"

    @api.model
    def _cron_dun(self):
        """Write, and where a company wants it send, the letters that are due today.

        Committed after each batch of customers: killed and run again it goes on with
        what is left, and nobody gets the same letter twice.
        """
        batches = []
        for company in self.env["res.company"].search(
            [("aftersales_dunning", "!=", "off")]
        ):
            try:
                with self.env.cr.savepoint():
                    batches += self._get_batches(company)
            except Exception:
                # One company must not stop the others.
                _logger.exception("Dunning letters of %s", company.name)
        for company, today, ids in self.env["ir.cron"]._aftersales_rounds(
            "dunning", batches, lambda batch: (batch[0].id, batch[2][-1])
        ):
            failed = self._dun(company, today, ids)
            if failed and len(ids) > 1:
                # One letter that cannot be printed must not stop the others.
                for partner_id in ids:
                    self._dun(company, today, [partner_id])

    @api.model
    def _dun(self, company, today, partner_ids):
        """Write to these customers, all or none of them.

        :return: whether it has failed, which is logged
        """
        try:
            with self.env.cr.savepoint():
                letters = self.with_company(company)._begin(
                    company, today, self.env["res.partner"].browse(partner_ids)
                )
                if company.aftersales_dunning == "send":
                    letters._send(company, today)
        except Exception:
            _logger.exception(
                "Dunning letters of %s to customers %s", company.name, partner_ids
            )
            return True
        return False

    @api.model
    def _get_batches(self, company):
        """Return ``(company, today, ids of customers)`` for each batch of a run: who is
        to be written to, and whose letter waits."""
        today = self._get_today(company)
        waiting = self.search(
            [("company_id", "=", company.id), ("state", "=", "draft")]
        ).partner_id
        due = self.env["res.partner"].union(*self._get_plans(company, today))
        return [
            (company, today, ids)
            for ids in split_every(BATCH, sorted((due | waiting).ids))
        ]

    @api.model
    def _get_today(self, company):
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        return datetime.now(utc).astimezone(zone).date()

    # -- What is due ------------------------------------------------------------------

    @api.model
    def _get_plans(self, company, today, partners=None):
        """Return what each customer would be written today (in sudo).

        Only what is overdue on invoices of service tickets, after what was paid or
        credited, and neither disputed nor resting. Money of the customer that is not
        set off counts as well. No letter without an invoice that comes to a new level.

        :param partners: look at these customers only
        :return: {customer: dict of ``level`` and ``lines`` (values of the items)}
        """
        levels = self.env["aftersales.dunning.level"]._get_levels(company)
        if not levels:
            return {}
        rows = self._read_overdue(company, today, partners)
        moves = self.env["account.move"].union(*(row[0] for row in rows))
        moves.fetch(
            ["aftersales_dunning_level_id", "aftersales_dunning_date", "currency_id"]
        )
        by_partner = defaultdict(list)
        for move, own, amount, due in rows:
            overdue = (today - due).days
            previous = move.aftersales_dunning_level_id
            level = levels._get_next(
                previous, move.aftersales_dunning_date, overdue, today
            )
            by_partner[move.commercial_partner_id].append(
                {
                    "move_id": move.id,
                    "level_id": (level or previous).id,
                    "advances": bool(level),
                    "date_due": due,
                    "days_overdue": overdue,
                    "currency_id": move.currency_id.id,
                    "amount": amount,
                    "amount_company": own,
                }
            )
        due = {
            partner: lines
            for partner, lines in by_partner.items()
            if any(line["advances"] for line in lines)
            and not partner.with_company(company).aftersales_no_dunning
        }
        for partner, lines in self._read_credits(company, due).items():
            due[partner] += lines
        return {
            partner: {
                "level": levels.browse(
                    line["level_id"] for line in lines if line.get("advances")
                ).sorted("days")[-1:],
                "lines": lines,
            }
            for partner, lines in due.items()
            if company.currency_id.compare_amounts(
                sum(line["amount_company"] for line in lines), 0
            )
            > 0
        }

    @api.model
    def _get_item_domain(self, company):
        """Return the domain of what is open on receivable accounts of ``company``."""
        return Domain(
            [
                ("company_id", "=", company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )

    @api.model
    def _read_overdue(self, company, today, partners):
        """Return ``(invoice, open in our currency, open in its own, due)`` of what is
        overdue; of an invoice in instalments only those that are."""
        domain = self._get_item_domain(company) & Domain(
            [
                ("move_id.aftersales_ticket_id", "!=", False),
                ("move_id.move_type", "in", INVOICES),
                ("move_id.aftersales_disputed", "=", False),
                # A payment without an entry waits for the bank: it is on its way.
                ("move_id.payment_state", "not in", ("paid", "in_payment")),
                ("date_maturity", "<", today),
            ]
        )
        domain &= Domain("move_id.aftersales_dunning_pause", "=", False) | Domain(
            "move_id.aftersales_dunning_pause", "<", today
        )
        if partners is not None:
            domain &= Domain("move_id.commercial_partner_id", "in", partners.ids)
        rows = self.env["account.move.line"]._read_group(
            domain,
            ["move_id"],
            [
                "amount_residual:sum",
                "amount_residual_currency:sum",
                "date_maturity:min",
            ],
            having=[("amount_residual:sum", ">", 0)],
            order="date_maturity:min, move_id",
        )
        return rows

    @api.model
    def _read_credits(self, company, partners):
        """Return items for credit notes and payments of tickets not set off yet.

        :return: {customer: list of values of items, amounts negative}
        """
        tickets = Domain("move_id.aftersales_ticket_id", "!=", False) | Domain(
            "move_id.origin_payment_id.aftersales_ticket_id", "!=", False
        )
        rows = self.env["account.move.line"]._read_group(
            self._get_item_domain(company)
            & tickets
            & Domain("amount_residual", "<", 0)
            & Domain(
                "partner_id.commercial_partner_id", "in", [p.id for p in partners]
            ),
            ["move_id", "partner_id", "currency_id"],
            ["amount_residual:sum", "amount_residual_currency:sum", "date:min"],
        )
        found = defaultdict(list)
        for move, partner, currency, own, amount, date in rows:
            found[partner.commercial_partner_id].append(
                {
                    "move_id": move.id,
                    "date_due": date,
                    "currency_id": currency.id,
                    "amount": amount,
                    "amount_company": own,
                }
            )
        return found

    # -- Letters ----------------------------------------------------------------------

    @api.model
    def _begin(self, company, today, partners):
        """Bring the letters that wait for these customers up to date (in sudo).

        :return: the letters to be sent; those that nothing is due on any more are
            cancelled
        """
        plans = self._get_plans(company, today, partners)
        waiting = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("state", "=", "draft"),
            ]
        )
        waiting._fill(plans, today)
        new = [partner for partner in plans if partner not in waiting.partner_id]
        created = self.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    **self._prepare_letter(partner, plans[partner], today),
                }
                for partner in new
            ]
        )
        return waiting.filtered(lambda letter: letter.state == "draft") | created

    def _fill(self, plans, today):
        """Write these letters anew by ``plans``; cancel those without one (in sudo)."""
        for letter in self:
            plan = plans.get(letter.partner_id)
            if plan:
                letter.line_ids.unlink()
                letter.write(self._prepare_letter(letter.partner_id, plan, today))
            else:
                letter.state = "cancelled"

    @api.model
    def _prepare_letter(self, partner, plan, today):
        return {
            "contact_id": partner.address_get(["invoice"])["invoice"],
            "level_id": plan["level"].id,
            "date": today,
            "line_ids": [Command.create(line) for line in plan["lines"]],
        }
