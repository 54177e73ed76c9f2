from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesProfitShare(models.Model):
    """After-sales staff's share of a year's result (R-INC-02).

    Of the result of a closed year goes the percentage of the settings (40 %) to those
    named here, by their weights. Finance confirms it, a manager approves it: two
    people, neither of whom has a part in it. Amounts are in company currency.
    """

    _name = "aftersales.profit.share"
    _description = "Profit Share of After-Sales"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "amount_total",
            "approved_at",
            "approved_by_id",
            "confirmed_at",
            "confirmed_by_id",
            "percent",
        }
    )

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_id = fields.Many2one(
        "aftersales.account.period",
        "Year",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('kind', '=', 'year'), ('state', '=', 'closed'),"
        " ('company_id', '=', company_id)]",
    )
    state = fields.Selection(
        [
            ("draft", "To be confirmed"),
            ("confirmed", "To be approved"),
            ("approved", "Approved"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    amount_profit = fields.Monetary(
        "Result of the year", related="period_id.amount_profit"
    )
    percent = fields.Float("Share (%)", readonly=True, copy=False)
    amount_total = fields.Monetary(
        "To be shared", compute="_compute_amount_total", store=True
    )
    line_ids = fields.One2many("aftersales.profit.share.line", "share_id")
    person_count = fields.Integer(compute="_compute_person_count")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    note = fields.Text("Remarks")

    _year_once = models.UniqueIndex(
        "(period_id) WHERE state <> 'cancelled'",
        "The result of a year is shared once.",
    )
    _percent_check = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "A share is between 0 and 100 %."
    )
    _two_people = models.Constraint(
        "CHECK(approved_by_id IS NULL OR approved_by_id <> confirmed_by_id)",
        "Who confirms a profit share does not approve it.",
    )
    _approved_stamped = models.Constraint(
        "CHECK((state <> 'approved' OR approved_by_id IS NOT NULL)"
        " AND (state NOT IN ('confirmed', 'approved') OR confirmed_by_id IS NOT NULL))",
        "A profit share says who confirmed and approved it.",
    )

    @api.depends("period_id", "percent")
    def _compute_amount_total(self):
        for share in self:
            currency = share.currency_id or self.env.company.currency_id
            profit = max(share.amount_profit, 0.0)
            share.amount_total = currency.round(profit * share.percent / 100)

    @api.depends("line_ids")
    def _compute_person_count(self):
        for share in self:
            share.person_count = len(share.line_ids)

    @api.depends("name", "period_id.date_to")
    def _compute_display_name(self):
        for share in self:
            # sudo: the year in a name
            end = share.sudo().period_id.date_to
            year = end.strftime("%Y") if end else ""
            share.display_name = f"{share.name} {year}".strip()

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        shares = super().create(vals_list)
        for share in shares:
            # sudo: the settings' percentage is not editable here
            share.sudo().percent = share.company_id.aftersales_profit_share_percent
        shares._check_year()
        return shares

    def write(self, vals):
        if not self.env.su and vals.keys() - {"note", "activity_ids"}:
            self._check_state("draft")
        result = super().write(vals)
        if "period_id" in vals:
            self._check_year()
        return result

    def _check_year(self):
        """Raise UserError unless the periods are years whose accounts are closed."""
        for share in self:
            # sudo: state and kind of the period, whoever asks
            period = share.sudo().period_id
            if period.kind != "year" or period.state != "closed":
                raise UserError(
                    self.env._(
                        "%(period)s: the result of a year is shared when its accounts "
                        "are closed.",
                        period=period.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for share in self:
            if share.state != "draft":
                raise UserError(
                    self.env._(
                        "%(share)s is kept as a record; cancel it.",
                        share=share.display_name,
                    )
                )

    # -- Steps ------------------------------------------------------------------------

    def action_propose_staff(self):
        """Name everybody who works for after-sales, in equal parts (Finance)."""
        self._check_role("finance")
        self._check_state("draft")
        group = self.env.ref("aftersales.group_aftersales_user")
        for share in self:
            # sudo: who works for after-sales follows from rights nobody else reads
            employees = (
                self.env["hr.employee"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", share.company_id.id),
                        ("user_id.all_group_ids", "in", group.ids),
                        ("id", "not in", share.sudo().line_ids.employee_id.ids),
                    ]
                )
            )
            self.env["aftersales.profit.share.line"].create(
                [
                    {"share_id": share.id, "employee_id": employee.id}
                    for employee in employees
                ]
            )
        return True

    def _check_not_own(self):
        """Raise AccessError where the user has a part in it himself."""
        for share in self:
            # sudo: whose parts they are
            if self.env.user in share.sudo().line_ids.employee_id.user_id:
                raise AccessError(
                    self.env._(
                        "%(share)s: you have a part in it, so somebody else decides.",
                        share=share.display_name,
                    )
                )

    def action_confirm(self):
        """Confirm who gets how much (Finance, R-INC-02).

        :raises UserError: when there is nothing to share, or nobody to share it with
        :raises AccessError: by who has a part in it
        """
        self._check_role("finance")
        self._check_state("draft")
        self._check_not_own()
        for share in self:
            if not share.amount_total or not sum(share.line_ids.mapped("weight")):
                raise UserError(
                    self.env._(
                        "%(share)s: enter who gets a part, with a weight above zero; "
                        "a year without a profit is not shared.",
                        share=share.display_name,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        shares = self.sudo()
        shares.lock_for_update()
        shares.write(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        return True

    def action_approve(self):
        """Approve it; the parts go on the next payout statements (manager).

        :raises AccessError: by who has confirmed it, or has a part in it
        """
        self._check_role("manager")
        self._check_state("confirmed")
        self._check_not_own()
        for share in self:
            if share.confirmed_by_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "%(share)s was confirmed by you: another manager approves it.",
                        share=share.display_name,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        shares = self.sudo()
        shares.lock_for_update()
        self.env.flush_all()
        shares.write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_at": fields.Datetime.now(),
            }
        )
        return True

    def action_back_to_draft(self):
        """Take it back to change weights, before it is approved (Finance)."""
        self._check_role("finance")
        self._check_state("confirmed")
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {"state": "draft", "confirmed_by_id": False, "confirmed_at": False}
        )
        return True

    def action_cancel(self):
        """Give it up before it is approved; another may take its place (Finance)."""
        self._check_role("finance")
        self._check_state("draft", "confirmed")
        # sudo: the state is not editable; role and state are checked above
        self.sudo().write({"state": "cancelled"})
        return True
