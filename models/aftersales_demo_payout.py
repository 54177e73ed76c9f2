from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command

# What a fault costs or a merit earns in the demo, by the data's standards.
STANDARDS = {"rework": -50, "old_part": -100, "complaint": -80, "merit": 60}


class AftersalesDemo(models.AbstractModel):
    """Payouts: last month's released, this month's a draft, and what leads to them."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_payouts(self):
        """Tell of fees, assessments and payouts. Called once, by demo data."""
        company = self.env.company
        company.aftersales_commission_percent = 2
        people = [
            self._get_demo_employee(self._user(role))
            for role in ("technician", "technician_2", "manager")
        ]
        self._sell_truck()
        self._assess(people)
        Payout = self.env["aftersales.payout"]
        month = Payout._get_last_month()
        finance = self._user("finance")
        # sudo: collected by the scheduled action
        past = Payout.sudo()._collect(company, month).with_user(finance)
        for payout in past:
            payout.line_ids = [
                Command.create(
                    {
                        "kind": "reimbursement",
                        "name": self.env._("Telephone, month of duty"),
                        "amount": 30,
                    }
                )
            ]
        past.action_release()
        Payout.sudo()._collect(company, month + relativedelta(months=1))

    def _get_demo_employee(self, user):
        """Return the employee of ``user``, made where missing."""
        employees = self.env["hr.employee"]
        return employees.search([("user_id", "=", user.id)], limit=1) or (
            employees.create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "work_contact_id": user.partner_id.id,
                    "company_id": user.company_id.id,
                }
            )
        )

    def _sell_truck(self):
        """Let the customer of whom a technician told buy, and the fee be released."""
        intent = self.env["aftersales.purchase.intent"].search(
            [("state", "=", "passed")], limit=1
        )
        if not intent or intent.user_id == intent.provider_id:
            return
        truck = self.env["product.product"].create(
            {"name": self.env._("Electric truck, 18 t"), "type": "consu"}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": intent.partner_id.id,
                "user_id": intent.user_id.id,
                "order_line": [
                    Command.create({"product_id": truck.id, "price_unit": 186000})
                ],
            }
        )
        order.action_confirm()
        intent.sale_order_id = order
        intent.with_user(intent.user_id).action_won()
        fee = intent.referral_id
        fee.with_user(intent.user_id).action_confirm()
        fee.with_user(self._user("finance")).action_release()

    def _assess(self, people):
        """Propose three assessments: one issued last month, a merit, one appealed."""
        standards = {
            key: self.env.ref(f"aftersales.assessment_standard_{key}")
            for key in STANDARDS
        }
        for key, amount in STANDARDS.items():
            standards[key].amount = amount
        tickets = self.env["aftersales.ticket"].search(
            [("technician_id", "in", [people[0].user_id.id, people[1].user_id.id])],
            order="id",
            limit=3,
        )
        found = [
            self._assess_one(people[0], standards["rework"], tickets[:1]),
            self._assess_one(people[0], standards["merit"], tickets[1:2]),
            self._assess_one(people[1], standards["old_part"], tickets[2:3]),
        ]
        finance = self._user("finance")
        now = fields.Datetime.now()
        # sudo: days pass
        found[0].sudo().appeal_until = now - timedelta(days=1)
        found[0].with_user(finance).action_issue()
        found[0].sudo().issued_at = now.replace(day=1) - timedelta(days=9)
        found[1].with_user(finance).action_issue()
        appealed = found[2].with_user(people[1].user_id)
        appealed.appeal = self.env._("It was handed to the store on the same day.")
        appealed.action_appeal()

    def _assess_one(self, employee, standard, ticket):
        """Return an assessment proposed by quality."""
        assessment = (
            self.env["aftersales.assessment"]
            .with_user(self._user("quality"))
            .create(
                {
                    "employee_id": employee.id,
                    "standard_id": standard.id,
                    "ticket_id": ticket.id,
                    "reason": f"{standard.name}: {ticket.name}",
                }
            )
        )
        assessment.action_propose()
        return assessment
