from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command

SINCE = relativedelta(months=3)


class AftersalesDemo(models.AbstractModel):
    """A customer who is settled by month, and a dealer's bonus to be confirmed."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_dealers(self):
        """Settle a month and propose a bonus. Called once, by demo data."""
        finance = self._user("finance")
        company = finance.company_id
        # sudo: the demo's past
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("aftersales_ticket_id", "!=", False),
                    ("aftersales_payer", "=", "customer"),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                ],
                order="invoice_date, id",
            )
        )
        old = moves[:1]
        paid = moves.filtered(
            lambda move: (
                move.payment_state in ("paid", "in_payment")
                and move.commercial_partner_id != old.commercial_partner_id
            )
        )[:1]
        if not old or not paid:
            return
        dealer = old.commercial_partner_id.with_company(company)
        dealer.aftersales_settlement_cycle = "month"
        begin = old.invoice_date.replace(day=1)
        period = (begin, begin + relativedelta(months=1, days=-1))
        batches = self.env["aftersales.settlement.batch"].with_user(finance).sudo()
        batches = batches.with_company(company)
        batches._begin(company, "month", period, dealer)._invoice()
        buyer = paid.commercial_partner_id.with_company(company)
        buyer.aftersales_bonus_percent = 2.0
        today = fields.Date.context_today(self)
        company.aftersales_bonus_since = today - SINCE
        bonuses = self.env["aftersales.bonus"].with_user(finance).sudo()
        bonuses.with_company(company)._propose(
            company, (today.replace(day=1), today), buyer
        )
        company.aftersales_bonus_account_id = self.env["account.account"].create(
            {
                "name": self.env._("Dealers' bonuses"),
                "code": "AFSB01",
                "account_type": "expense",
                "company_ids": [Command.set(company.ids)],
            }
        )
