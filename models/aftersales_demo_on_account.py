from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

MONTH = relativedelta(months=1)
BRAKES = (
    ("demo_part_pads", {"quantity": 2, "credit": True}),
    ("demo_operation_brakes", {}),
)
PUMP = (("demo_part_pump", {"credit": True}), ("demo_operation_pump", {}))
SERVICE = (
    ("demo_part_wiper", {"quantity": 2, "credit": True}),
    ("demo_operation_service", {}),
)
# What was done for the dealer: months ago, vehicle, complaint, lines.
DONE = (
    (2, 51, "Brakes squeal, pedal goes soft", BRAKES),
    (2, 52, "Red warning lamp, coolant too hot", PUMP),
    (1, 51, "Yearly service is due", SERVICE),
    (1, 53, "Brakes squeal, pedal goes soft", BRAKES),
    (1, 52, "Checked before it is sold on", SERVICE),
)


class AftersalesDemo(models.AbstractModel):
    """Two dealers on account: one with months behind him, one at the gate."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_on_account(self):
        """Tell of two months of a dealer, and of two vehicles that are ready.

        One invoice is paid and brought him a bonus, one is overdue, so that his next
        vehicle waits; the other dealer's may leave. Called once, by the demo data.
        """
        finance = self._user("finance")
        company = finance.company_id
        dealer = self.env.ref("aftersales.demo_partner_harbour_truck")
        other = self.env.ref("aftersales.demo_partner_eastgate")
        for partner in (dealer, other):
            partner = partner.with_company(company)
            partner.aftersales_settlement_cycle = "month"
            partner.property_payment_term_id = self.env.ref(
                "account.account_payment_term_21days"
            )
        dealer.with_company(company).aftersales_bonus_percent = 2.0
        this_month = fields.Date.context_today(self).replace(day=1)
        for ago, vehicle, complaint, lines in DONE:
            days = (fields.Date.today() - (this_month - ago * MONTH)).days - 12
            ticket = self._finish(vehicle, days, complaint, lines)
            for step in ("deliver", "report_back", "close"):
                getattr(self, f"_step_{step}")(ticket, lines, {})
            # sudo: the demo's past
            ticket.sudo().ready_at = ticket.reported_at + timedelta(days=1)
        for vehicle in (53, 54):
            self._finish(vehicle, 1, "Yearly service is due", SERVICE)
        self._settle_months(company, dealer, this_month)
        self._state_dealer(company, dealer, this_month)

    def _finish(self, vehicle, days, complaint, lines):
        """Return a ticket whose vehicle is ready to leave, not billed."""
        ticket = self._play(vehicle, days, complaint, "inspect", lines=lines)
        self._take_over(ticket)
        return ticket

    def _settle_months(self, company, dealer, this_month):
        """Bill the dealer two months; the first ticket is paid and counts to a bonus,
        which is credited."""
        finance = self._user("finance")
        # sudo: what the scheduled action does
        batches = self.env["aftersales.settlement.batch"].with_user(finance).sudo()
        batches = batches.with_company(company)
        for ago in (2, 1):
            begin = this_month - ago * MONTH
            period = (begin, begin + MONTH - timedelta(days=1))
            batch = batches._begin(company, "month", period, dealer)
            batch._invoice()
            if ago == 1:
                break
            register = self.env["account.payment.register"].with_context(
                active_model="account.move",
                active_ids=batch.move_ids.sorted("id")[:1].ids,
            )
            register.create(
                {"payment_date": begin + MONTH + timedelta(days=8)}
            )._create_payments()
            bonuses = self.env["aftersales.bonus"].with_user(finance).sudo()
            bonus = bonuses.with_company(company)._propose(
                company, period, dealer.with_company(company)
            )
            bonus.action_confirm()

    def _state_dealer(self, company, dealer, this_month):
        """Let the dealer have agreed to the month before the last; the last one's
        statement waits for him."""
        Statement = self.env["aftersales.statement"]
        for ago in (2, 1):
            # sudo: what the scheduled action does
            begun = Statement.sudo()._begin(company, this_month - ago * MONTH)
            mine = begun.filtered(lambda statement: statement.partner_id == dealer)
            mine = mine.with_user(self._user("finance"))
            mine.action_send()
            if ago == 2:
                # sudo: the dealer signs in the portal
                asked = mine.sudo()
                asked._sign(dealer.name, self._get_signature(), asked._get_seen())
                mine.action_confirm_finance()
                mine.action_agree()
