import logging
from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from .aftersales_settlement_batch import MONTHS

_logger = logging.getLogger(__name__)

BATCH = 20
# What is done; before that the bill may still change.
DONE = ("ready", "delivered", "closed")


class AftersalesSettlementBatch(models.Model):
    """The end of a cycle: found by the scheduled action, invoiced ticket by ticket."""

    _inherit = "aftersales.settlement.batch"

    @api.model
    def _cron_settle(self):
        """Invoice the cycles that have ended (R-PAY-09).

        Committed after each batch of dealers: killed and run again it goes on with
        what is left; what is invoiced is not invoiced again.
        """
        todo = []
        letters = self.env["aftersales.dunning.letter"]
        for company in self.env["res.company"].search([("active", "=", True)]):
            today = letters._get_today(company)
            for cycle in ("month", "quarter"):
                period = self._get_period(cycle, today)
                partners = self._get_dealers(company, cycle)
                todo += [
                    (company, cycle, period, ids)
                    for ids in split_every(BATCH, sorted(partners.ids))
                ]
        for company, cycle, period, ids in self.env["ir.cron"]._aftersales_rounds(
            "settlement", todo, lambda item: (item[0].id, MONTHS[item[1]], item[3][-1])
        ):
            try:
                with self.env.cr.savepoint():
                    self.with_company(company)._begin(
                        company, cycle, period, self.env["res.partner"].browse(ids)
                    )._invoice()
            except Exception:
                # One batch must not stop the others.
                _logger.exception("Settlement of dealers of %s", company.name)

    @api.model
    def _get_dealers(self, company, cycle):
        """Return who is settled by ``cycle`` with ``company``."""
        return (
            self.env["res.partner"]
            .with_company(company)
            .search(
                [
                    ("aftersales_settlement_cycle", "=", cycle),
                    ("parent_id", "=", False),
                ]
            )
        )

    @api.model
    def _begin(self, company, cycle, period, partners):
        """Make these dealers' sheets where there is something to settle (in sudo).

        :param period: first and last day
        :return: the sheets that are to be invoiced, new ones and those that wait
        """
        known = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("date_to", "=", period[1]),
                ("state", "!=", "cancelled"),
            ]
        )
        left = partners - known.partner_id
        orders = self._find_orders(company, left, period[1])
        moves = self._find_moves(company, left, *period)
        created = self.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "cycle": cycle,
                    "date_from": period[0],
                    "date_to": period[1],
                    "date_invoice": period[1],
                }
                for partner in left
                if partner in orders.partner_id.commercial_partner_id
                or partner in moves.commercial_partner_id
            ]
        )
        return known.filtered(lambda batch: batch.state == "draft") | created

    @api.model
    def _find_orders(self, company, partners, date_to):
        """Return these dealers' orders on account that were done up to and with
        ``date_to`` and are not invoiced."""
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        end = zone.localize(datetime.combine(date_to, time.max)).astimezone(utc)
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "child_of", partners.ids),
                ("aftersales_payer", "=", "customer"),
                ("aftersales_ticket_id.state", "in", DONE),
                ("aftersales_ticket_id.ready_at", "<=", end.replace(tzinfo=None)),
                ("state", "=", "sale"),
                ("invoice_status", "=", "to invoice"),
            ],
            order="id",
        )
        return orders.filtered(
            lambda order: order.aftersales_ticket_id._get_payment_rule() == "account"
        )

    @api.model
    def _find_moves(self, company, partners, date_from, date_to):
        """Return what these dealers were billed in a cycle and is on no sheet yet."""
        payer = Domain("aftersales_payer", "=", "customer") | Domain(
            "aftersales_payer", "=", False
        )
        return self.env["account.move"].search(
            payer
            & Domain(
                [
                    ("company_id", "=", company.id),
                    ("commercial_partner_id", "in", partners.ids),
                    ("aftersales_ticket_id", "!=", False),
                    ("move_type", "in", ("out_invoice", "out_refund")),
                    ("state", "=", "posted"),
                    ("invoice_date", ">=", date_from),
                    ("invoice_date", "<=", date_to),
                    ("aftersales_batch_id", "=", False),
                ]
            ),
            order="invoice_date, id",
        )

    def _invoice(self):
        """Invoice what these sheets are about, ticket by ticket (in sudo)."""
        for batch in self:
            company, partner = batch.company_id, batch.partner_id
            batch = batch.with_company(company)
            problems = []
            orders = batch._find_orders(company, partner, batch.date_to)
            for ticket, mine in orders.grouped("aftersales_ticket_id").items():
                try:
                    with self.env.cr.savepoint():
                        batch._invoice_ticket(ticket, mine)
                except UserError as error:
                    problems.append(f"{ticket.name}: {error}")
            found = batch._find_moves(company, partner, batch.date_from, batch.date_to)
            found.aftersales_batch_id = batch
            batch.problem = "\n".join(problems) or False
            if not problems:
                batch.write(
                    {
                        "state": "invoiced",
                        "invoiced_by_id": self.env.uid,
                        "invoiced_at": fields.Datetime.now(),
                    }
                )

    def _invoice_ticket(self, ticket, orders):
        """Invoice the orders of one ticket on the sheet's date, and post it.

        :raises UserError: in a closed period, or when more was delivered than agreed
        """
        ticket._lock_step()
        for order in orders:
            order._aftersales_check_agreed()
        invoices = orders._aftersales_invoice()
        locks = self.company_id._get_violated_lock_dates(
            self.date_invoice, False, invoices[:1].journal_id
        )
        if locks:
            raise UserError(
                self.env._(
                    "The books are closed until %(lock)s. Enter a later date on "
                    "%(batch)s, or move the lock date.",
                    lock=max(lock[0] for lock in locks),
                    batch=self.name,
                )
            )
        invoices.write({"invoice_date": self.date_invoice})
        invoices.action_post()
        invoices._aftersales_set_off()
        invoices.aftersales_batch_id = self
