from odoo import fields, models
from odoo.exceptions import UserError

# What an after-sales person answers for is deducted from his pay only where a company
# has chosen so: wage law may forbid it.
ACCOUNT_TYPES = (
    "asset_receivable",
    "asset_current",
    "liability_current",
    "liability_payable",
)


class ResCompany(models.Model):
    """When and how guarantors are held to their word (R-PAY-04, R-PAY-05)."""

    _inherit = "res.company"

    aftersales_deduction = fields.Boolean(
        "Deduct from Guarantors' Pay",
        help="Customers' debts that are overdue beyond the limit are held back from "
        "the pay of who vouched for them, and given back when the customer pays "
        "(R-PAY-04). Ask a lawyer first: wage law limits it.",
    )
    aftersales_deduction_from = fields.Selection(
        [
            ("issue", "Parts issued"),
            ("invoice", "Invoice date"),
            ("due", "Due date"),
        ],
        string="Days Count from",
        required=True,
        default="invoice",
    )
    aftersales_deduction_cap = fields.Float(
        "At Most",
        help="Percent of an employee's wage base that a month's deductions may reach; "
        "the rest is carried over. 0: no limit.",
    )
    aftersales_deduction_account_id = fields.Many2one(
        "account.account",
        "Guarantees Held",
        check_company=True,
        domain=[("account_type", "in", ("liability_current", "liability_payable"))],
        help="What was held back from guarantors and is not given back yet.",
    )
    aftersales_payroll_account_id = fields.Many2one(
        "account.account",
        "Payroll Clearing",
        check_company=True,
        domain=[("account_type", "in", ACCOUNT_TYPES)],
        help="What payroll has to hold back or pay out.",
    )
    aftersales_deduction_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Deductions",
        check_company=True,
        domain=[("type", "=", "general")],
    )

    _aftersales_deduction_figures = models.Constraint(
        "CHECK(aftersales_deduction_cap IS NULL"
        " OR aftersales_deduction_cap BETWEEN 0 AND 100)",
        "The limit of deductions is a percentage between 0 and 100.",
    )

    def _aftersales_get_deduction_books(self):
        """Return journal, account of guarantees held and payroll clearing account.

        :raises UserError: naming what the settings lack
        """
        self.ensure_one()
        company = self.sudo()  # sudo: settings of the company, whoever posts
        books = [
            company.aftersales_deduction_journal_id,
            company.aftersales_deduction_account_id,
            company.aftersales_payroll_account_id,
        ]
        if not all(books):
            missing = [
                self._fields[name]._description_string(self.env)
                for name in (
                    "aftersales_deduction_journal_id",
                    "aftersales_deduction_account_id",
                    "aftersales_payroll_account_id",
                )
                if not company[name]
            ]
            raise UserError(
                self.env._(
                    "%(company)s: enter %(missing)s in the settings of After-Sales, "
                    "block Guarantees.",
                    company=self.name,
                    missing=", ".join(missing),
                )
            )
        return books
