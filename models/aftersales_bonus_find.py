import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from .aftersales_bonus import SETTLED

_logger = logging.getLogger(__name__)

BATCH = 20


class AftersalesBonus(models.Model):
    """What counts to a bonus: found when a cycle has ended, never twice."""

    _inherit = "aftersales.bonus"

    @api.model
    def _cron_find(self):
        """Propose the bonuses of the cycles that have ended (R-PAY-10).

        Committed after each batch of dealers: killed and run again it goes on with
        what is left. A dealer who is settled each order gets his bonus monthly.
        """
        todo = []
        letters = self.env["aftersales.dunning.letter"]
        batches = self.env["aftersales.settlement.batch"]
        for company in self.env["res.company"].search([("active", "=", True)]):
            today = letters._get_today(company)
            by_cycle = self._get_dealers(company).grouped(
                lambda dealer: (
                    "quarter"
                    if dealer.aftersales_settlement_cycle == "quarter"
                    else "month"
                )
            )
            for cycle, dealers in by_cycle.items():
                period = batches._get_period(cycle, today)
                todo += [
                    (company, period, ids)
                    for ids in split_every(BATCH, sorted(dealers.ids))
                ]
        for company, period, ids in self.env["ir.cron"]._aftersales_rounds(
            "bonus", todo, lambda item: (item[0].id, item[1][0].month, item[2][-1])
        ):
            try:
                with self.env.cr.savepoint():
                    dealers = self.env["res.partner"].browse(ids)
                    self.with_company(company)._propose(
                        company, period, dealers.with_company(company)
                    )
            except Exception:
                # One batch must not stop the others.
                _logger.exception("Bonuses of dealers of %s", company.name)

    @api.model
    def _get_dealers(self, company):
        """Return who gets a bonus from ``company``, read as by that company."""
        levels = self.env["aftersales.dealer.level"].search(
            [("company_id", "=", company.id), ("bonus_percent", ">", 0)]
        )
        return (
            self.env["res.partner"]
            .with_company(company)
            .search(
                Domain("parent_id", "=", False)
                & (
                    Domain("aftersales_dealer_level_id", "in", levels.ids)
                    | Domain("aftersales_bonus_percent", ">", 0)
                )
            )
        )

    @api.model
    def _propose(self, company, period, dealers):
        """Propose a bonus to each of these dealers on what he has paid (in sudo).

        What was billed up to the end of the cycle, is paid now and counted to no bonus
        yet; so what is paid late counts to the next one, and credit notes lower it.

        :param period: first and last day
        :return: the new bonuses
        """
        known = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", dealers.ids),
                ("date_to", "=", period[1]),
            ]
        )
        left = dealers - known.partner_id
        payer = Domain("aftersales_payer", "=", "customer") | Domain(
            "aftersales_payer", "=", False
        )
        moves = self.env["account.move"].search(
            payer
            & Domain(
                [
                    ("company_id", "=", company.id),
                    ("commercial_partner_id", "in", left.ids),
                    ("aftersales_ticket_id", "!=", False),
                    ("move_type", "in", ("out_invoice", "out_refund")),
                    ("state", "=", "posted"),
                    ("payment_state", "in", SETTLED),
                    # A payment without an entry may be less than the invoice.
                    ("amount_residual", "=", 0),
                    ("invoice_date", ">=", company.aftersales_bonus_since),
                    ("invoice_date", "<=", period[1]),
                    ("aftersales_bonus_id", "=", False),
                ]
            )
        )
        counted = [
            (dealer.with_company(company), mine)
            for dealer, mine in moves.grouped("commercial_partner_id").items()
            if company.currency_id.compare_amounts(
                sum(mine.mapped("amount_untaxed_signed")), 0
            )
            > 0
        ]
        bonuses = self.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": dealer.id,
                    "date_from": period[0],
                    "date_to": period[1],
                    "percent": dealer._get_aftersales_bonus_percent(),
                }
                for dealer, __ in counted
            ]
        )
        for bonus, (__, mine) in zip(bonuses, counted, strict=True):
            mine.aftersales_bonus_id = bonus
        return bonuses
