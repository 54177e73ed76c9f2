from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command

# Money still open of earlier work: age in days, net amount, who answers for it.
OPEN = (
    (1, 640.0, None),
    (12, 380.0, "advisor"),
    (24, 1150.0, "technician_2"),
    (37, 220.0, None),
    (52, 960.0, "advisor"),
    (74, 540.0, "technician_2"),
    (118, 1480.0, "advisor"),
)


class AftersalesDemo(models.AbstractModel):
    """Receivables of every age, the statements of two months, guarantees called in."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_money(self):
        """Let Finance look after what is open. Called once, by the demo data."""
        tickets = self.env["aftersales.ticket"].search(
            [("state", "in", ("delivered", "closed"))], order="id desc", limit=4
        )
        if not tickets:
            return
        moves = self._bill_earlier_work(tickets)
        self._set_deduction_books(tickets.company_id)
        self._call_in(tickets.company_id, moves)
        self._state_months(tickets.company_id)

    def _bill_earlier_work(self, tickets):
        """Return invoices of earlier days, vouched for as OPEN says."""
        today = fields.Date.today()
        owner = self.env.ref("aftersales.demo_partner_lin_freight")
        moves = self.env["account.move"]
        for number, (age, amount, who) in enumerate(OPEN):
            ticket = tickets[number % len(tickets)]
            partner = owner if number % 2 else ticket.partner_id
            day = today - timedelta(days=age)
            move = moves.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "aftersales_ticket_id": ticket.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_payment_term_id": False,
                    "invoice_date_due": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": self.env._("Parts taken along earlier"),
                                "price_unit": amount,
                            }
                        )
                    ],
                }
            )
            move.action_post()
            if who:
                # sudo: written by steps only; the demo's past
                lines = move.sudo().invoice_line_ids
                lines.aftersales_guarantor_id = self._user(who)
            moves |= move
        return moves

    def _set_deduction_books(self, company):
        """Enter the accounts that deductions need, and let them be found."""
        accounts = self.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(company.ids)],
                }
                for name, code, kind in (
                    (self.env._("Guarantees held"), "224190", "liability_current"),
                    (self.env._("Payroll clearing"), "122190", "asset_current"),
                )
            ]
        )
        company.write(
            {
                "aftersales_deduction": True,
                "aftersales_deduction_account_id": accounts[0].id,
                "aftersales_payroll_account_id": accounts[1].id,
                "aftersales_deduction_journal_id": self.env["account.journal"]
                .search(
                    [("type", "=", "general"), ("company_id", "=", company.id)],
                    limit=1,
                )
                .id,
            }
        )

    def _call_in(self, company, moves):
        """Propose deductions; hold the oldest back, of which the customer then pays a
        part: a refund is given back, and another is due."""
        advisor = self._user("advisor")
        if not advisor.employee_id:
            self.env["hr.employee"].create(
                {
                    "name": advisor.name,
                    "user_id": advisor.id,
                    "work_contact_id": advisor.partner_id.id,
                    "company_id": company.id,
                }
            )
        Deduction = self.env["aftersales.deduction"]
        today = fields.Date.today()
        found = Deduction._propose(
            company, Deduction._find_overdue(company, today), today
        )
        due = found.filtered(
            lambda deduction: deduction.month <= today and deduction.employee_id
        )
        due.action_confirm()
        oldest = due.filtered(lambda deduction: deduction.move_id in moves)
        oldest = oldest.sorted("overdue_since")[:1]
        if not oldest:
            return
        oldest.with_user(self._user("finance")).action_post()
        for share in (4, 3):
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=oldest.move_id.ids
            )
            wizard.create(
                {
                    "amount": oldest.company_id.currency_id.round(
                        oldest.move_id.amount_total / share
                    ),
                    "payment_difference_handling": "open",
                }
            )._create_payments()
            due = oldest.refund_ids.filtered(lambda refund: refund.state == "due")
            if share == 4:
                due.with_user(self._user("finance")).action_post()

    def _state_months(self, company):
        """Begin the statements of two months: the first agreed, of the last one sent,
        one signed with a difference, the others still to be looked at."""
        Statement = self.env["aftersales.statement"]
        this_month = fields.Date.today().replace(day=1)
        finance = self._user("finance")
        reason = self.env.ref("aftersales.statement_reason_credit")
        for age in (2, 1):
            month = this_month - relativedelta(months=age)
            mine = Statement._begin(company, month).filtered(
                lambda statement: statement.user_id != finance
            )
            if age == 1:
                mine = mine.filtered("user_id")[:1] + mine.filtered("partner_id")[:2]
            statements = mine.with_user(finance)
            statements.action_send()
            for statement in statements.filtered("partner_id")[age == 1 :]:
                asked = statement.sudo()
                line = asked.line_ids[:1]
                asked._say_difference(
                    line.id,
                    line.amount - 20,
                    reason.id,
                    self.env._("Discount promised by phone"),
                )
                asked._sign(
                    statement.partner_id.name, self._get_signature(), asked._get_seen()
                )
            if age == 2:
                for statement in statements.filtered("user_id"):
                    statement.with_user(statement.user_id).action_confirm_own()
                statements.action_confirm_finance()
                statements.action_agree()
