from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesPurchaseIntent(models.Model):
    """What after-sales heard about buying another vehicle, and who told it (R-INT-16).

    Passed on to a salesperson. Who told it is kept for good: a referral fee counts
    from here.
    """

    _name = "aftersales.purchase.intent"
    _description = "Purchase Intent"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "told_at desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
    )
    phone = fields.Char(related="partner_id.phone")
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="set null",
    )
    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        string="Present vehicle",
        index="btree_not_null",
        check_company=True,
    )
    description = fields.Text(
        required=True, help="What he wants to buy, when, and how we know."
    )
    provider_id = fields.Many2one(
        "res.users",
        string="Told by",
        required=True,
        index=True,
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        tracking=True,
        help="Who of after-sales asked the customer.",
    )
    told_at = fields.Datetime(
        "Told on", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        index="btree_not_null",
        domain=[("share", "=", False)],
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("passed", "With sales"),
            ("won", "Bought"),
            ("lost", "Not bought"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="new",
        tracking=True,
    )
    passed_at = fields.Datetime("Passed to sales", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)

    _open_per_ticket = models.UniqueIndex(
        "(ticket_id) WHERE state IN ('new', 'passed')",
        "The purchase intent of this ticket is with sales already.",
    )
    _salesperson = models.Constraint(
        "CHECK(state = 'new' OR user_id IS NOT NULL)",
        "A purchase intent that was passed on has a salesperson.",
    )
    _order_idx = models.Index("(told_at DESC, id DESC)")

    @api.depends("partner_id", "company_id")
    def _compute_user_id(self):
        for intent in self:
            intent.user_id = (
                intent.partner_id.user_id
                or intent.partner_id.commercial_partner_id.user_id
                or intent.company_id.aftersales_sales_user_id
                or intent.user_id
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                if vals.get("state", "new") != "new" or vals.get(
                    "provider_id", self.env.uid
                ) not in (False, self.env.uid):
                    raise self._make_guard_error()
        return super().create(vals_list)

    def write(self, vals):
        guarded = vals.keys() & {"provider_id", "told_at", "state", "passed_at"}
        if guarded and not self.env.su:
            raise self._make_guard_error()
        return super().write(vals)

    def _make_guard_error(self):
        return AccessError(
            self.env._(
                "Who told of a purchase intent, and when, stays as it was written "
                "down; its state follows from its buttons."
            )
        )

    def action_pass(self):
        """Pass the intent on to its salesperson, with a call to make today.

        :raises UserError: when it was passed on already, or nobody sells to this
            customer
        """
        self.check_access("write")
        for intent in self:
            intent._check_step("new")
            if not intent.user_id:
                raise UserError(
                    self.env._(
                        "Nobody sells to %(customer)s: set a salesperson on the "
                        "customer, or one for everybody under After-Sales, Settings.",
                        customer=intent.partner_id.display_name,
                    )
                )
            company, seller = intent.company_id, intent.user_id
            if company not in seller.company_ids or not (
                intent.with_user(seller)
                .with_context(allowed_company_ids=company.ids)
                .has_access("read")
            ):
                raise UserError(
                    self.env._(
                        "%(user)s cannot see the purchase intent of %(customer)s: it "
                        "goes to somebody with a role in Sales, in this company.",
                        user=intent.user_id.name,
                        customer=intent.partner_id.display_name,
                    )
                )
        # sudo: stamps are not editable; access and state are checked above
        passed = self.sudo()
        passed.write({"state": "passed", "passed_at": fields.Datetime.now()})
        for intent in passed:
            intent.activity_schedule(
                "mail.mail_activity_data_call",
                summary=self.env._(
                    "Purchase intent, told by %(user)s", user=intent.provider_id.name
                ),
                note=intent.description,
                user_id=intent.user_id.id,
            )

    def action_won(self):
        """State that the customer has bought; the salesperson's own word."""
        self._close("won")

    def action_lost(self):
        """State that the customer has not bought."""
        self._close("lost")

    def _close(self, state):
        """End intents.

        :raises AccessError: for anybody but the salesperson or a manager
        :raises UserError: by who told it, or when it is not with sales
        """
        self.check_access("write")
        user = self.env.user
        for intent in self:
            intent._check_step("passed")
            if user != intent.user_id and not user.has_group(
                "aftersales.group_aftersales_manager"
            ):
                raise AccessError(
                    self.env._(
                        "Whether %(customer)s has bought is said by %(user)s.",
                        customer=intent.partner_id.display_name,
                        user=intent.user_id.name,
                    )
                )
            if state == "won" and user == intent.provider_id:
                raise UserError(
                    self.env._(
                        "You told of %(customer)s yourself: somebody else says that "
                        "the vehicle was bought.",
                        customer=intent.partner_id.display_name,
                    )
                )
        # sudo: the state is not editable; role, access and state are checked above
        self.sudo().write({"state": state, "closed_at": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_call"])

    def _check_step(self, state):
        self.ensure_one()
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The purchase intent of %(customer)s is “%(state)s” already.",
                    customer=self.partner_id.display_name,
                    state=labels[self.state],
                )
            )
