from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Who may propose an assessment.
PROPOSERS = ("quality", "inspector", "dispatcher", "finance")


class AftersalesAssessment(models.Model):
    """What somebody pays for a fault, or gets for a merit (R-QUAL-05, F47).

    A responsible person proposes it by the standard, the person concerned may appeal,
    Finance issue it; from there it goes to the payout. Amounts are in company currency.
    """

    _name = "aftersales.assessment"
    _description = "Assessment"
    _inherit = [
        "aftersales.step.mixin",
        "aftersales.payout.source.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "answered_at",
            "answered_by_id",
            "appeal_until",
            "appealed_at",
            "issued_at",
            "issued_by_id",
            "proposed_at",
            "proposed_by_id",
            "concerned_id",
        }
    )

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "May be appealed"),
            ("appealed", "Appealed"),
            ("answered", "To be issued"),
            ("issued", "Document issued"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        "Responsible person",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        related="employee_id.user_id", store=True, index="btree_not_null"
    )
    standard_id = fields.Many2one(
        "aftersales.assessment.standard",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    department_id = fields.Many2one(related="standard_id.department_id")
    reason = fields.Text("What has happened", required=True)
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        "Service ticket",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        compute="_compute_ticket_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    nonconformity_id = fields.Many2one(
        "aftersales.nonconformity",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    part_return_id = fields.Many2one(
        "aftersales.part.return",
        "Old part",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="− is held back, + is an award.",
    )
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    proposed_at = fields.Datetime("Proposed on", readonly=True, copy=False)
    concerned_id = fields.Many2one(
        "res.users", "User of the person then", readonly=True, copy=False
    )
    appeal_until = fields.Date(
        "Appeal until", readonly=True, copy=False, help="The last day for an appeal."
    )
    appeal = fields.Text(copy=False)
    appealed_at = fields.Datetime("Appealed on", readonly=True, copy=False)
    answer = fields.Text("Joint review", copy=False, help="What the review has found.")
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_at = fields.Datetime("Reviewed on", readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    issued_at = fields.Datetime("Issued on", readonly=True, copy=False)
    cancel_reason = fields.Char("Why it is cancelled", copy=False)
    is_concerned = fields.Boolean(compute="_compute_is_concerned")
    can_answer = fields.Boolean(compute="_compute_is_concerned")

    _proposed_stamped = models.Constraint(
        "CHECK(state IN ('draft', 'cancelled') OR (proposed_by_id IS NOT NULL"
        " AND appeal_until IS NOT NULL AND COALESCE(amount, 0) <> 0))",
        "A proposed assessment says by whom, how much, and until when one may appeal.",
    )
    _issued_by_another = models.Constraint(
        "CHECK(issued_by_id IS NULL OR (issued_by_id <> proposed_by_id"
        " AND issued_by_id IS DISTINCT FROM concerned_id))",
        "Who issues an assessment has not proposed it, nor is it his own.",
    )
    _issued_stamped = models.Constraint(
        "CHECK(state <> 'issued'"
        " OR (issued_by_id IS NOT NULL AND issued_at IS NOT NULL))",
        "An issued assessment says by whom and when.",
    )
    _not_on_oneself = models.Constraint(
        "CHECK(proposed_by_id IS NULL OR proposed_by_id IS DISTINCT FROM concerned_id)",
        "Nobody proposes an assessment of himself.",
    )
    _answered_told = models.Constraint(
        "CHECK(answered_by_id IS NULL OR (COALESCE(answer, '') <> ''"
        " AND answered_by_id IS DISTINCT FROM concerned_id"
        " AND answered_by_id <> proposed_by_id))",
        "An appeal is answered in words, by neither side.",
    )
    _cancelled_told = models.Constraint(
        "CHECK(state <> 'cancelled' OR COALESCE(cancel_reason, '') <> '')",
        "Who cancels an assessment says why.",
    )

    @api.depends("nonconformity_id", "part_return_id")
    def _compute_ticket_id(self):
        for assessment in self:
            # sudo: the ticket of a record the user has chosen
            source = assessment.sudo()
            assessment.ticket_id = (
                source.nonconformity_id.ticket_id
                or source.part_return_id.ticket_id
                or assessment.ticket_id
            )

    @api.depends("standard_id")
    def _compute_amount(self):
        for assessment in self:
            assessment.amount = assessment.standard_id.amount or assessment.amount

    @api.depends_context("uid")
    @api.depends("user_id", "proposed_by_id")
    def _compute_is_concerned(self):
        for assessment in self:
            assessment.is_concerned = assessment.user_id == self.env.user
            assessment.can_answer = assessment._may_answer(self.env.user)

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_role(*PROPOSERS)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_writable(vals.keys() - {"activity_ids"})
        return super().write(vals)

    def _check_writable(self, names):
        """Raise unless the user may write ``names`` as things stand."""
        user = self.env.user
        for assessment in self:
            if names == {"appeal"}:
                assessment._check_state("proposed")
                allowed = assessment.is_concerned
            elif names <= {"answer", "amount"} and assessment.state == "appealed":
                allowed = assessment._may_answer(user)
            elif names == {"cancel_reason"}:
                assessment._check_role(*PROPOSERS)
                allowed = not assessment.is_concerned
            elif names:
                assessment._check_role(*PROPOSERS)
                assessment._check_state("draft")
                allowed = not assessment.is_concerned
            else:
                allowed = True
            if not allowed:
                raise AccessError(
                    self.env._(
                        "%(name)s: the person concerned writes his appeal, the review "
                        "its answer, who proposes it the rest.",
                        name=assessment.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        for assessment in self:
            if assessment.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s is kept as a record; cancel it.",
                        name=assessment.name,
                    )
                )

    def _may_answer(self, user):
        """Whether ``user`` may take part in the review: neither side, with a role."""
        self.ensure_one()
        return user not in (self.proposed_by_id, self.user_id) and (
            user.has_group("aftersales.group_aftersales_quality")
            or user.has_group("aftersales.group_aftersales_manager")
        )
