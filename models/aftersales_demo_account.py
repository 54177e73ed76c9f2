from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command


class AftersalesDemo(models.AbstractModel):
    """The accounts: a month closed, one submitted, last year and its profit share."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_accounts(self):
        """Account for the months of the story. Called once, by the demo data."""
        company = self._user("finance").company_id
        periods = self.env["aftersales.account.period"]
        this_month = fields.Date.today().replace(day=1)
        month = relativedelta(months=1)
        first, second = this_month - 2 * month, this_month - month
        self._book_last_year(company)
        year = company.compute_fiscalyear_dates(this_month)["date_from"]
        last = year - timedelta(days=1)
        begun = periods._begin(
            company,
            [
                ("year", company.compute_fiscalyear_dates(last)["date_from"], last),
                ("month", first, second - timedelta(days=1)),
                ("month", second, this_month - timedelta(days=1)),
            ],
        )
        begun._refresh()
        quality, finance = self._user("quality"), self._user("finance")
        begun[1:].with_user(quality).action_submit()
        begun[1].with_user(finance).action_close()
        # The months of last year were before the story.
        begun[0].month_ids.filtered(
            lambda period: period.state == "submitted"
        ).with_user(finance).action_close()
        begun[0].with_user(self._user("manager")).action_submit()
        begun[0].with_user(finance).action_close()
        self._share_last_year(begun[0])

    def _book_last_year(self, company):
        """Bring last year's revenue and cost forward, on accounts of after-sales."""
        accounts = self.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(company.ids)],
                }
                for name, code, kind in (
                    ("After-sales, brought forward", "4AS000", "income"),
                    ("Wages of the workshop", "6AS100", "expense"),
                    ("Rent of the workshop", "6AS200", "expense"),
                )
            ]
        )
        company.aftersales_operating_account_ids |= accounts
        today = fields.Date.today()
        begin = company.compute_fiscalyear_dates(today)["date_from"]
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        monthly = (0.0, 6200.0, 1800.0)
        days = {begin - timedelta(days=1): (-186000.0, 96000.0, 24000.0)}
        for back in (1, 2):
            end = today.replace(day=1) - relativedelta(months=back - 1)
            days.setdefault(end - timedelta(days=1), monthly)
        for day, amounts in days.items():
            lines = [
                Command.create({"account_id": account.id, "balance": amount})
                for account, amount in zip(accounts, amounts, strict=True)
                if amount
            ]
            lines.append(
                Command.create(
                    {
                        "account_id": bank.default_account_id.id,
                        "balance": -sum(amounts),
                    }
                )
            )
            self.env["account.move"].create(
                {"date": day, "company_id": company.id, "line_ids": lines}
            ).action_post()

    def _share_last_year(self, year):
        """Let Finance confirm who gets how much of last year's result."""
        share = (
            self.env["aftersales.profit.share"]
            .with_user(self._user("finance"))
            .create({"period_id": year.id, "company_id": year.company_id.id})
        )
        employees = [
            self._get_demo_employee(self._user(role))
            for role in ("technician", "technician_2")
        ]
        share.line_ids = [
            Command.create({"employee_id": employee.id, "weight": weight})
            for employee, weight in zip(employees, (3.0, 2.0), strict=True)
        ]
        share.action_confirm()
