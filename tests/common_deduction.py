from datetime import date, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import AftersalesCommon

# Day 0 of all stories: a Monday, so that day 41 is in the next month.
START = date(2026, 3, 2)


class DeductionCommon(AftersalesCommon):
    """Invoices that two people vouch for, and the books of deductions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_hr = new_test_user(
            cls.env, "hr_officer", groups="hr.group_hr_user", company_id=cls.company.id
        )
        cls.people = {"A": cls.user_advisor, "B": cls.user_technician}
        cls.env["hr.employee"].search(
            [("user_id", "in", [user.id for user in cls.people.values()])]
        ).unlink()
        cls.employees = {
            key: cls.env["hr.employee"].create(
                {"name": user.name, "user_id": user.id, "company_id": cls.company.id}
            )
            for key, user in cls.people.items()
        }
        accounts = cls.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for name, code, kind in (
                    ("Guarantees held", "GUAR1", "liability_current"),
                    ("Payroll clearing", "PAYR1", "asset_current"),
                )
            ]
        )
        journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.company.write(
            {
                "aftersales_deduction": True,
                "aftersales_deduction_account_id": accounts[0].id,
                "aftersales_payroll_account_id": accounts[1].id,
                "aftersales_deduction_journal_id": journal.id,
            }
        )
        cls.income = cls.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", cls.company.ids)],
            limit=1,
        )
        cls.ticket = cls._ticket()
        cls.cron = cls.env.ref("aftersales.cron_deduction")

    def _day(self, number):
        """Return the frozen time of day ``number``, noon."""
        return freeze_time(f"{START + timedelta(days=number)} 04:00:00")

    def _invoice(self, parts, days=0, currency=None, post=True):
        """Return a posted invoice of day 0; ``parts`` is ``{"A": 300, "N": 100}``."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": START,
                "invoice_date_due": START + timedelta(days=days),
                "aftersales_ticket_id": self.ticket.id,
                "currency_id": (currency or self.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": key,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": False,
                            "account_id": self.income.id,
                        }
                    )
                    for key, amount in parts.items()
                ],
            }
        )
        move.action_post()
        self._vouch(move)
        return move

    def _vouch(self, move, **changed):
        """Write who vouches for the lines, by their names; ``changed`` renames."""
        for line in move.invoice_line_ids:
            key = changed.get(line.name, line.name)
            line.aftersales_guarantor_id = self.people.get(key, False)
        move._aftersales_after_guarantors()

    def _money(self, move, amount):
        """Book money of the customer and set it off against ``move``."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": move.partner_id.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": amount,
                "currency_id": move.currency_id.id,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        lines = (payment.move_id | move).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        lines.reconcile()
        return payment

    def _find(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _deductions(self, *states):
        return self.env["aftersales.deduction"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "in", states or ("proposed", "confirmed", "posted")),
            ]
        )

    def _confirm(self):
        proposed = self._deductions("proposed")
        proposed.with_user(self.user_hr).action_confirm()
        return proposed

    def _hold_back(self):
        """Let both offices take their step."""
        deductions = self._confirm()
        for deduction in deductions:
            deduction.date = max(deduction.month, date.today())
        deductions.with_user(self.user_finance).action_post()
        return deductions

    def _refunds(self, state="due"):
        return self.env["aftersales.deduction.refund"].search(
            [("company_id", "=", self.company.id), ("state", "=", state)]
        )

    def _assert_tied(self):
        tie = self.company._aftersales_deduction_tie()
        self.assertEqual(tie["difference"], 0.0)
        self.assertFalse(tie["strays"])
