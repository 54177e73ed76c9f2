from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What Finance writes by hand, while it is a draft; the reason of a cancellation later.
BY_HAND = {"line_ids", "note", "cancel_reason", "activity_ids"}


class AftersalesPayout(models.Model):
    """What an employee gets or is held back besides his wage, in a month (R-INC-10).

    Collected from what was decided elsewhere (deductions and refunds, fines, referral
    fees, assessments, shares of profit), looked through and released by Finance, then
    handed to payroll. Released it never changes: the database refuses it as well
    (``aftersales_payout_freeze.py``). Amounts are in company currency.
    """

    _name = "aftersales.payout"
    _description = "Payout Statement"
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
            "cancelled_at",
            "cancelled_by_id",
            "released_at",
            "released_by_id",
            "released_for_id",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        related="employee_id.user_id", store=True, index="btree_not_null"
    )
    month = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="First day of the month of the wage.",
    )
    state = fields.Selection(
        [
            ("draft", "To be released"),
            ("released", "Released"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    line_ids = fields.One2many("aftersales.payout.line", "payout_id")
    line_count = fields.Integer("Items", compute="_compute_amounts", store=True)
    amount_plus = fields.Monetary(
        "Paid out", compute="_compute_amounts", store=True, help="Sum of what is due."
    )
    amount_minus = fields.Monetary(
        "Held back", compute="_compute_amounts", store=True, help="A negative sum."
    )
    amount_total = fields.Monetary(
        "Total",
        compute="_compute_amounts",
        store=True,
        help="Added to the wage; a negative amount is held back from it.",
    )
    is_own = fields.Boolean(compute="_compute_is_own")
    note = fields.Text("Remarks")
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    released_for_id = fields.Many2one(
        "res.users", "User of the employee then", readonly=True, copy=False
    )
    released_at = fields.Datetime("Released on", readonly=True, copy=False)
    cancel_reason = fields.Char("Why it is cancelled", copy=False)
    cancelled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    cancelled_at = fields.Datetime("Cancelled on", readonly=True, copy=False)

    _employee_uniq = models.UniqueIndex(
        "(company_id, employee_id, month) WHERE state <> 'cancelled'",
        "There is a payout statement of this employee for the month already.",
    )
    _month_begins = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month) = 1)", "A month is named by its first day."
    )
    _released_stamped = models.Constraint(
        "CHECK(state <> 'released'"
        " OR (released_by_id IS NOT NULL AND released_at IS NOT NULL))",
        "A released payout statement says by whom and when.",
    )
    _two_people = models.Constraint(
        "CHECK(released_by_id IS NULL"
        " OR released_by_id IS DISTINCT FROM released_for_id)",
        "Nobody releases his own payout statement.",
    )
    _cancelled_told = models.Constraint(
        "CHECK(state <> 'cancelled' OR (cancelled_by_id IS NOT NULL"
        " AND COALESCE(cancel_reason, '') <> ''))",
        "Who cancels a payout statement says why.",
    )

    @api.depends("name", "month", "employee_id")
    def _compute_display_name(self):
        for payout in self:
            month = payout.month.strftime("%Y-%m") if payout.month else ""
            # sudo: the name of an employee is public
            employee = payout.employee_id.sudo().name or ""
            payout.display_name = f"{payout.name} {month} {employee}".strip()

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_own(self):
        for payout in self:
            payout.is_own = payout.user_id == self.env.user

    @api.depends("line_ids.amount")
    def _compute_amounts(self):
        for payout in self:
            amounts = payout.line_ids.mapped("amount")
            payout.line_count = len(amounts)
            payout.amount_plus = sum(amount for amount in amounts if amount > 0)
            payout.amount_minus = sum(amount for amount in amounts if amount < 0)
            payout.amount_total = sum(amounts)

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Payout statements are begun by Collect Payouts.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - BY_HAND:
                raise AccessError(
                    self.env._(
                        "A payout statement is collected from what was decided "
                        "elsewhere; by hand lines are added."
                    )
                )
            if vals.keys() & {"line_ids", "note"}:
                self._check_finance("draft")
            elif "cancel_reason" in vals:
                self._check_finance("draft", "released")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "%(payout)s is kept as a record; cancel it.",
                payout=self[:1].display_name,
            )
        )

    def _check_finance(self, *states):
        """Raise unless the user is of Finance, these are in ``states``, none his own.

        :raises AccessError: without the role
        :raises UserError: in another state, or on one's own statement
        """
        self._check_role("finance")
        self._check_state(*states)
        if self.env.su:
            return
        for payout in self:
            if payout.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(payout)s is your own: somebody else of Finance takes this "
                        "step.",
                        payout=payout.display_name,
                    )
                )
