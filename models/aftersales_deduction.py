from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("proposed", "Proposed"),
    ("confirmed", "Confirmed"),
    ("posted", "Held back"),
    ("returned", "Given back"),
    ("cancelled", "Cancelled"),
]


class AftersalesDeduction(models.Model):
    """A customer's debt held back from the pay of who vouched for it (R-PAY-04).

    Found by the scheduled action, confirmed by Human Resources, posted by Finance, and
    given back when the customer pays (R-PAY-05). Amounts are in company currency.
    """

    _name = "aftersales.deduction"
    _description = "Guarantee Deduction"
    _inherit = [
        "aftersales.month.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "amount",
            "amount_refunded",
            "amount_vouched",
            "company_id",
            "confirmed_at",
            "confirmed_by_id",
            "employee_id",
            "entry_id",
            "guarantor_id",
            "month",
            "move_id",
            "overdue_since",
            "posted_by_id",
            "refund_ids",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="proposed",
        index=True,
        tracking=True,
        copy=False,
    )
    guarantor_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        index=True,
        help="Who vouched for the customer.",
    )
    employee_id = fields.Many2one(
        "hr.employee", readonly=True, index=True, check_company=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
    )
    ticket_id = fields.Many2one(
        related="move_id.aftersales_ticket_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        related="move_id.commercial_partner_id", string="Customer"
    )
    month = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="First day of the month whose wage it is held back from.",
    )
    overdue_since = fields.Date(
        readonly=True, help="First day on which it was open longer than the limit."
    )
    amount_vouched = fields.Monetary(
        "Vouched for",
        required=True,
        readonly=True,
        help="What of the invoice was open on the guarantor's word when it was held "
        "back.",
    )
    amount = fields.Monetary(required=True, readonly=True, tracking=True)
    amount_refunded = fields.Monetary("Given back", readonly=True, copy=False)
    amount_held = fields.Monetary(
        "Still held", compute="_compute_amount_held", store=True
    )
    date = fields.Date("Entry date", help="Empty: the day it is posted.", copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    entry_id = fields.Many2one(
        "account.move",
        "Journal entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    refund_ids = fields.One2many("aftersales.deduction.refund", "deduction_id")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0 AND amount <= amount_vouched)",
        "No more is held back than was vouched for.",
    )
    _refund_bounded = models.Constraint(
        "CHECK(COALESCE(amount_refunded, 0) BETWEEN 0 AND amount)",
        "No more is given back than was held back.",
    )
    _month_begins = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month) = 1)", "A month is named by its first day."
    )
    _posted_entry = models.Constraint(
        "CHECK(state NOT IN ('posted', 'returned') OR entry_id IS NOT NULL)",
        "What is held back is in the books.",
    )
    _once_a_month = models.UniqueIndex(
        "(move_id, guarantor_id, month) WHERE state != 'cancelled'",
        "An invoice is held back from its guarantor once a month.",
    )

    @api.depends("amount", "amount_refunded", "state")
    def _compute_amount_held(self):
        for deduction in self:
            held = deduction.state in ("posted", "returned")
            deduction.amount_held = held and deduction.amount - (
                deduction.amount_refunded
            )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Deductions are proposed by the scheduled action.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if "date" in vals and not self.env.su:
            self._check_role("finance")
            self._check_state("proposed", "confirmed")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "%(name)s is kept as a record. Cancel it instead.", name=self[:1].name
            )
        )

    # -- Steps ------------------------------------------------------------------------

    def _check_not_own(self):
        """Raise AccessError where the user decides about his own pay."""
        for deduction in self:
            if deduction.guarantor_id == self.env.user and not self.env.su:
                raise AccessError(
                    self.env._(
                        "%(name)s is held back from your own pay: somebody else "
                        "decides on it.",
                        name=deduction.name,
                    )
                )

    def _check_hr(self):
        """Raise AccessError unless the user is of Human Resources."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("hr.group_hr_user"):
            raise AccessError(
                self.env._(
                    "%(name)s: Human Resources confirm what is held back from a wage.",
                    name=", ".join(self.mapped("name")),
                )
            )

    def action_confirm(self):
        """Confirm that the wage bears these deductions (Human Resources, D-13).

        :raises UserError: when the employee or his wage base is missing, or a month's
            deductions exceed the limit of the settings
        """
        self._check_hr()
        self._check_not_own()
        self._check_state("proposed")
        # sudo: stamps are not editable; role and state are checked above
        deductions = self.sudo()
        deductions.lock_for_update()
        deductions._find_employees()
        deductions.write(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        deductions._check_cap()
        return True

    def _find_employees(self):
        """Name the employees of guarantors who were none before (in sudo)."""
        for company, mine in self.grouped("company_id").items():
            without = mine.filtered(lambda deduction: not deduction.employee_id)
            employees = self._get_employees(company, without.guarantor_id)
            for deduction in without:
                deduction.employee_id = employees.get(deduction.guarantor_id)

    def _check_cap(self):
        """Raise UserError where a month's deductions exceed the limit (in sudo)."""
        for deduction in self:
            if not deduction.employee_id:
                raise UserError(
                    self.env._(
                        "%(name)s: %(user)s is no employee of %(company)s. Link his "
                        "user to his employee record first.",
                        name=deduction.name,
                        user=deduction.guarantor_id.name,
                        company=deduction.company_id.name,
                    )
                )
        capped = self.filtered("company_id.aftersales_deduction_cap")
        sums = self._get_month_sums(capped, ("confirmed", "posted", "returned"))
        for deduction in capped:
            employee = deduction.employee_id
            limit = deduction._get_cap()
            if not employee.aftersales_wage_base:
                raise UserError(
                    self.env._(
                        "%(name)s: enter the wage base of %(employee)s, which limits "
                        "what is held back.",
                        name=deduction.name,
                        employee=employee.name,
                    )
                )
            total = sums.get((employee, deduction.month), 0.0)
            if deduction.currency_id.compare_amounts(total, limit) > 0:
                raise UserError(
                    self.env._(
                        "%(name)s: %(total)s would be held back from %(employee)s in "
                        "%(month)s, at most %(limit)s is allowed. Press Recalculate.",
                        name=deduction.name,
                        total=deduction.currency_id.format(total),
                        employee=employee.name,
                        month=deduction.month.strftime("%Y-%m"),
                        limit=deduction.currency_id.format(limit),
                    )
                )

    def _get_cap(self):
        """Return what may be held back from the employee in a month."""
        self.ensure_one()
        return self.currency_id.round(
            self.employee_id.aftersales_wage_base
            * self.company_id.aftersales_deduction_cap
            / 100
        )

    @api.model
    def _get_month_sums(self, deductions, states):
        """Return ``{(employee, month): amount}`` of the months of ``deductions``."""
        return {
            (employee, month): total
            for employee, month, total in self._read_group(
                [
                    ("employee_id", "in", deductions.employee_id.ids),
                    ("month", "in", list(set(deductions.mapped("month")))),
                    ("state", "in", states),
                ],
                ["employee_id", "month:day"],
                ["amount:sum"],
            )
        }

    def action_cancel(self):
        """Withdraw deductions that are not posted yet (Finance)."""
        self._check_role("finance")
        self._check_not_own()
        self._check_state("proposed", "confirmed")
        # sudo: the state is written by steps only; role and state are checked above
        self.sudo().write({"state": "cancelled"})
        return True

    @api.readonly
    def action_view_entries(self):
        """Open the journal entries of these deductions and their refunds."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        # sudo: which entries they are; what of them is seen follows from own rights
        entries = self.sudo().entry_id | self.sudo().refund_ids.entry_id
        action["domain"] = [("id", "in", entries.ids)]
        action["context"] = {"create": False}
        return action
