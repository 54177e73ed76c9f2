from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What the salesperson says before he confirms.
SAID = {"commission", "note", "cancel_reason", "activity_ids"}


class AftersalesReferral(models.Model):
    """What a salesperson owes who told him of a purchase (R-INC-01, 信息费).

    Due when the customer has bought: the order is confirmed. The salesperson confirms
    his commission, Finance release the fee; it is taken from his payout and added to
    that of the informer. Amounts are in company currency.
    """

    _name = "aftersales.referral"
    _description = "Referral Fee"
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
            "confirmed_at",
            "confirmed_by_id",
            "released_at",
            "released_by_id",
            "informer_employee_id",
            "payer_employee_id",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("draft", "To be confirmed"),
            ("confirmed", "To be released"),
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
    intent_id = fields.Many2one(
        "aftersales.purchase.intent",
        "Purchase intent",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        "What was bought",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(related="intent_id.partner_id")
    ticket_id = fields.Many2one(
        related="intent_id.ticket_id", store=True, index="btree_not_null"
    )
    informer_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, help="Gets the fee."
    )
    payer_id = fields.Many2one(
        "res.users",
        "Salesperson",
        required=True,
        readonly=True,
        index=True,
        help="Pays the fee out of his commission.",
    )
    informer_employee_id = fields.Many2one(
        "hr.employee", readonly=True, copy=False, check_company=True
    )
    payer_employee_id = fields.Many2one(
        "hr.employee", readonly=True, copy=False, check_company=True
    )
    amount_order = fields.Monetary(
        "Untaxed amount", readonly=True, help="Of the order, in company currency."
    )
    commission = fields.Monetary(
        tracking=True,
        help="Of the salesperson for this sale; proposed by the percentage in the "
        "settings.",
    )
    percent = fields.Float(
        "Share (%)", readonly=True, help="Of the commission, as the settings were."
    )
    amount = fields.Monetary("Fee", compute="_compute_amount", store=True)
    note = fields.Text("Remarks")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Confirmed on", readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    released_at = fields.Datetime("Released on", readonly=True, copy=False)
    cancel_reason = fields.Char("Why it is cancelled", copy=False)

    _order_uniq = models.UniqueIndex(
        "(sale_order_id) WHERE state <> 'cancelled'",
        "There is a referral fee for this order already.",
    )
    _intent_uniq = models.UniqueIndex(
        "(intent_id) WHERE state <> 'cancelled'",
        "There is a referral fee for this purchase intent already.",
    )
    _two_parties = models.Constraint(
        "CHECK(informer_id <> payer_id)",
        "Who sells and who told of it are two people.",
    )
    _figures = models.Constraint(
        "CHECK(COALESCE(commission, 0) >= 0 AND COALESCE(percent, 0) BETWEEN 0 AND 100"
        " AND COALESCE(amount, 0) <= COALESCE(commission, 0))",
        "A referral fee is a share of the commission.",
    )
    _not_for_oneself = models.Constraint(
        "CHECK(confirmed_by_id IS DISTINCT FROM informer_id"
        " AND (released_by_id IS NULL OR (released_by_id <> informer_id"
        " AND released_by_id <> payer_id)))",
        "Nobody confirms a referral fee for himself, nor releases his own.",
    )
    _released_stamped = models.Constraint(
        "CHECK(state <> 'released' OR (confirmed_by_id IS NOT NULL"
        " AND released_by_id IS NOT NULL AND released_at IS NOT NULL"
        " AND informer_employee_id IS NOT NULL AND payer_employee_id IS NOT NULL"
        " AND amount > 0))",
        "A released referral fee names both parties, and who released it.",
    )
    _cancelled_told = models.Constraint(
        "CHECK(state <> 'cancelled' OR COALESCE(cancel_reason, '') <> '')",
        "Who cancels a referral fee says why.",
    )

    @api.depends("commission", "percent")
    def _compute_amount(self):
        for referral in self:
            currency = referral.currency_id or self.env.company.currency_id
            referral.amount = currency.round(
                referral.commission * referral.percent / 100
            )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("A referral fee follows from a purchase intent.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - SAID:
                raise AccessError(
                    self.env._(
                        "Who told, who sold and what was bought follow from the "
                        "purchase intent; commission and remarks are written."
                    )
                )
            if vals.keys() & {"commission", "note"}:
                self._check_payer("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("%(name)s is kept as a record; cancel it.", name=self[:1].name)
        )

    def _check_payer(self, *states):
        """Raise unless the user is the salesperson, or a manager who gets nothing."""
        self.check_access("read")
        self._check_state(*states)
        user = self.env.user
        manager = user.has_group("aftersales.group_aftersales_manager")
        for referral in self:
            if user == referral.informer_id or (
                user != referral.payer_id and not manager
            ):
                raise AccessError(
                    self.env._(
                        "%(name)s is confirmed by %(user)s, out of whose commission it "
                        "is paid.",
                        name=referral.name,
                        user=referral.payer_id.name,
                    )
                )
