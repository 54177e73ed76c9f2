from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesDeductionRefund(models.Model):
    """What a guarantor gets back because the customer has paid (R-PAY-05).

    Made when money arrives, in proportion to it; posted by Finance within the working
    days the policy says (two).
    """

    _name = "aftersales.deduction.refund"
    _description = "Refund of a Guarantee Deduction"
    _inherit = ["aftersales.role.mixin", "aftersales.deadline.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _deadline_field = "deduction_refund_id"

    deduction_id = fields.Many2one(
        "aftersales.deduction",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="deduction_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    guarantor_id = fields.Many2one(
        related="deduction_id.guarantor_id", store=True, index=True
    )
    employee_id = fields.Many2one(
        related="deduction_id.employee_id", store=True, index=True
    )
    move_id = fields.Many2one(
        related="deduction_id.move_id", string="Invoice", store=True, index=True
    )
    ticket_id = fields.Many2one(related="deduction_id.ticket_id")
    amount = fields.Monetary(required=True, readonly=True, tracking=True)
    state = fields.Selection(
        [("due", "Due"), ("posted", "Given back"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="due",
        index=True,
        tracking=True,
    )
    date = fields.Date("Entry date", help="Empty: the day it is posted.", copy=False)
    entry_id = fields.Many2one(
        "account.move",
        "Journal entry",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    posted_by_id = fields.Many2one("res.users", readonly=True)
    posted_at = fields.Datetime("Given back on", readonly=True)
    paid_at = fields.Datetime(
        "Customer paid",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it became due.",
    )
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    deadline_ids = fields.One2many("aftersales.deadline", "deduction_refund_id")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "What is given back is more than nothing."
    )
    _posted_entry = models.Constraint(
        "CHECK(state != 'posted' OR entry_id IS NOT NULL)",
        "What is given back is in the books.",
    )
    _one_due = models.UniqueIndex(
        "(deduction_id) WHERE state = 'due'",
        "A deduction has one refund that is due.",
    )

    @api.depends("deduction_id.name", "amount")
    def _compute_display_name(self):
        for refund in self:
            refund.display_name = self.env._(
                "Refund of %(deduction)s", deduction=refund.deduction_id.name
            )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Refunds follow from the payments of customers.")
            )
        refunds = super().create(vals_list)
        for company, mine in refunds.grouped("company_id").items():
            mine.policy_id = self.env["aftersales.policy"]._get_document_policy(
                "deduction_refund", company
            )
        refunds._deadline_create()
        return refunds

    def write(self, vals):
        if not self.env.su and vals.keys() - {"date"}:
            raise AccessError(
                self.env._(
                    "%(refund)s: what goes back follows from what the customer paid. "
                    "Register his payment; just the date is written.",
                    refund=self[:1].display_name,
                )
            )
        if not self.env.su and "date" in vals:
            for refund in self:
                if refund.state != "due":
                    raise UserError(
                        self.env._(
                            "%(refund)s is not due any more: its date stays. Put its "
                            "journal entry right in Accounting.",
                            refund=refund.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("%(refund)s is kept as a record.", refund=self[:1].display_name)
        )

    # -- Deadlines --------------------------------------------------------------------

    def _deadline_start(self):
        self.ensure_one()
        return self.paid_at

    # -- Steps ------------------------------------------------------------------------

    def action_post(self):
        """Give these amounts back: a journal entry each (Finance, R-PAY-05).

        :raises UserError: when it was given back before, or the books are closed
        """
        self._check_role("finance")
        self.deduction_id._check_not_own()
        # sudo: entries arise from the refund; the role is checked above
        refunds = self.sudo()
        refunds.deduction_id.lock_for_update()
        refunds.deduction_id._update_refunds()
        for refund in refunds:
            if refund.state != "due":
                raise UserError(
                    self.env._(
                        "%(refund)s is not due: it was given back, or the payment was "
                        "undone.",
                        refund=refund.display_name,
                    )
                )
            refund._post()
        refunds._deadline_reach("deduction_refunded")
        return True

    def _post(self):
        """Make and post the entry of one refund (in sudo)."""
        self.ensure_one()
        deduction = self.deduction_id
        date = self.date or deduction._get_today(self.company_id)
        entry = deduction._create_entry(date, -self.amount, self.display_name)
        self.write(
            {
                "state": "posted",
                "entry_id": entry.id,
                "posted_by_id": self.env.uid,
                "posted_at": fields.Datetime.now(),
            }
        )
        refunded = self.currency_id.round(deduction.amount_refunded + self.amount)
        done = not self.currency_id.compare_amounts(refunded, deduction.amount)
        deduction.write(
            {
                "amount_refunded": refunded,
                "state": "returned" if done else "posted",
            }
        )

    def _withdraw(self):
        """Take back refunds whose payment was undone before they were posted."""
        if not self:
            return
        self.write({"state": "withdrawn"})
        self._deadline_cancel()
