from collections import defaultdict
from datetime import date
from importlib import import_module
from inspect import getmembers, isclass, ismodule
from unittest.mock import patch

from odoo.fields import Command

from .common_billing import SIGNATURE
from .common_deduction import DeductionCommon

JUNE = date(2026, 6, 10)


class ChartMixin:
    """A company with the chart of accounts of ``chart``, whatever is installed."""

    chart = "generic_coa"
    chart_module = None
    country = None

    @classmethod
    def setup_independent_company(cls, **kwargs):
        if not cls.country:
            return super().setup_independent_company(**kwargs)
        return cls._create_company(
            name="Station", country_id=cls.env.ref(f"base.{cls.country}").id
        )

    @classmethod
    def _setup_books(cls, company):
        if not cls.chart_module:
            return super()._setup_books(company)
        # As if its module were installed, until the end of the test.
        module = cls.env["ir.module.module"].search([("name", "=", cls.chart_module)])
        cls.env.cr.execute(
            "UPDATE ir_module_module SET state = 'installed' WHERE id = %s", [module.id]
        )
        module.invalidate_recordset()
        Chart = cls.env.registry["account.chart.template"]
        register = defaultdict(lambda: defaultdict(list))
        known = cls.env["account.chart.template"]._template_register
        for code, models in known.items():
            for model, functions in models.items():
                register[code][model] += functions
        for function in cls._get_chart_functions():
            code, model = function._l10n_template
            if function not in register[code][model]:
                register[code][model].append(function)
        patcher = patch.object(Chart, "_template_register", register)
        cls.startClassPatcher(patcher)
        cls.env["account.chart.template"].try_loading(
            cls.chart, company, install_demo=False
        )
        return None

    @classmethod
    def _get_chart_functions(cls):
        python = import_module(f"odoo.addons.{cls.chart_module}.models")
        return [
            function
            for __, file in getmembers(python, ismodule)
            for __, model in getmembers(file, isclass)
            for __, function in getmembers(model, callable)
            if hasattr(function, "_l10n_template")
        ]


class ChartCommon(ChartMixin, DeductionCommon):
    """Its books of deductions."""


class MonthCommon(ChartCommon):
    """March and what follows, as Finance lives it: from invoices to empty accounts.

    Of eight invoices four are paid in March, three in April, and one only in June; who
    vouched for that one has it held back in between.
    """

    invoice_count = 24

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.env.ref("base.EUR")
        cls.foreign.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.foreign.id,
                    "name": day,
                    "rate": rate,
                    "company_id": cls.company.id,
                }
                for day, rate in (("2026-01-01", 0.128), ("2026-04-01", 0.131))
            ]
        )
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(6)]
        )
        cls.customers[0].aftersales_dealer_level_id = cls.env[
            "aftersales.dealer.level"
        ].create({"name": "Gold"})
        cls.tickets = cls.env["aftersales.ticket"].union(
            *(cls._ticket(partner_id=customer.id) for customer in cls.customers)
        )
        cls.Statement = cls.env["aftersales.statement"]

    def _bill_march(self):
        """Return the invoices of March, posted, every tenth in euro."""
        tax = self.company.account_sale_tax_id
        tickets = {ticket.partner_id: ticket for ticket in self.tickets}
        people = (self.people["A"], self.people["B"], self.env["res.users"])
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": customer.id,
                    "aftersales_ticket_id": tickets[customer].id,
                    "invoice_date": date(2026, 3, 1 + number % 28),
                    "date": date(2026, 3, 1 + number % 28),
                    "invoice_payment_term_id": False,
                    "invoice_date_due": date(2026, 3, 1 + number % 28),
                    "currency_id": (
                        self.foreign if number % 10 == 0 else self.company.currency_id
                    ).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Parts and labour",
                                "price_unit": 100 + number * 1.37,
                                "tax_ids": [Command.set(tax.ids)],
                            }
                        )
                    ],
                }
                for number in range(self.invoice_count)
                for customer in [self.customers[number % 6]]
            ]
        )
        moves.action_post()
        self.groups = defaultdict(lambda: self.env["account.move"])
        vouched = defaultdict(lambda: self.env["account.move.line"])
        for number, move in enumerate(moves):
            vouched[people[number // 8 % 3]] |= move.invoice_line_ids
            when = "june" if number % 8 == 0 else "april" if number % 2 else "march"
            self.groups[when] |= move
        for user, lines in vouched.items():
            lines.aftersales_guarantor_id = user
        return moves

    def _pay(self, moves, day):
        """Let every customer pay all of these invoices at once, in their currency."""
        self._help_the_planner()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        ).create(
            {
                "payment_date": day,
                "journal_id": self.bank.id,
                "group_payment": True,
            }
        )._create_payments()

    def _agree(self, statements):
        """Let both sides confirm all statements; one customer says an item differs."""
        statements = statements.with_user(self.user_finance)
        statements.action_send()
        line = statements.filtered("partner_id").line_ids[0]
        reason = self.env.ref("aftersales.statement_reason_credit")
        line.statement_id.sudo()._say_difference(
            line.id, line.amount - 10, reason.id, "Discount promised"
        )
        for statement in statements:
            if statement.user_id:
                statement.with_user(statement.user_id).action_confirm_own()
            else:
                asked = statement.sudo()
                asked._sign("Mr Lin", SIGNATURE, asked._get_seen())
        statements.action_confirm_finance()
        statements.action_agree()
        return line

    def _balance(self, account):
        """Return what stands on an account, or on the accounts of a type."""
        field = "account_id.account_type" if isinstance(account, str) else "account_id"
        value = account if isinstance(account, str) else account.id
        [[balance]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                (field, "=", value),
            ],
            [],
            ["balance:sum"],
        )
        return self.company.currency_id.round(balance or 0.0)

    def _assert_month_tied(self, expected):
        """March's statements are the receivable accounts as of its end."""
        tie = self.company._aftersales_receivable_tie(date(2026, 3, 31))
        self.assertEqual(tie["difference"], 0.0, tie["reasons"])
        self.assertEqual((tie["other"], tie["stated"]), (0.0, tie["ledger"]))
        self.assertAlmostEqual(tie["ledger"], expected, 2)

    def _live_the_month(self):
        """Play it all; every step is checked against the ledger."""
        moves = self._bill_march()
        self._pay(self.groups["march"], date(2026, 3, 30))
        open_then = moves - self.groups["march"]
        expected = sum(open_then.mapped("amount_total_signed"))

        # On the first the statements are there, by the fifth they are agreed.
        with self._day(31):
            statements = self.Statement._begin(self.company, date(2026, 3, 1))
            self._assert_month_tied(expected)
            self.assertEqual(
                sum(statements.filtered("user_id").mapped("line_count")),
                len(open_then.filtered("aftersales_guarantor_ids")),
            )
            line = self._agree(statements)
        self.assertEqual(set(statements.mapped("state")), {"agreed"})
        self.assertEqual(set(statements.deadline_ids.mapped("state")), {"met"})
        self.assertEqual(line.amount_difference, -10.0)

        # The month is closed; what comes after it does not reach it.
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        self._pay(self.groups["april"], date(2026, 4, 20))
        self._assert_month_tied(expected)

        # What is open beyond the limit is held back, of each what he vouched for.
        late = self.groups["june"].filtered("amount_residual")
        with self._day(79):
            self._find()
        deductions = self._deductions("proposed")
        self.assertEqual(deductions.move_id, late.filtered("aftersales_guarantor_ids"))
        self.assertEqual(
            self.company.currency_id.round(sum(deductions.mapped("amount"))),
            self.company.currency_id.round(
                sum(deductions.move_id.mapped("amount_residual_signed"))
            ),
        )
        with self._day(92):
            self._hold_back()
        self._assert_tied()
        held = self.company.aftersales_deduction_account_id
        payroll = self.company.aftersales_payroll_account_id
        self.assertEqual(
            (-self._balance(held), self._balance(payroll)),
            (self.company.currency_id.round(sum(deductions.mapped("amount"))),) * 2,
        )

        # At last everybody pays, and all that was held goes back.
        with self._day(100):
            self._pay(late, JUNE)
            refunds = self._refunds()
            self.assertEqual(refunds.deduction_id, deductions)
            refunds.with_user(self.user_finance).action_post()
        self._assert_tied()
        self.assertEqual(set(deductions.mapped("state")), {"returned"})
        self.assertEqual(set(moves.mapped("amount_residual")), {0.0})
        for account in (held, payroll, "asset_receivable"):
            self.assertEqual(self._balance(account), 0.0, account)
        self.assertFalse(
            self.env["aftersales.receivable"].search(
                [("company_id", "=", self.company.id)]
            )
        )
        self._assert_month_tied(expected)
