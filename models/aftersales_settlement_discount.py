from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ASKED_FIELDS = {"payer", "kind", "percent", "amount_asked", "reason"}
MANAGER = "aftersales.group_aftersales_manager"


class AftersalesSettlementDiscount(models.Model):
    """A discount or another wish at the settlement, and who decided on it
    (R-SETT-08, D-10): a manager, never the one who asked."""

    _name = "aftersales.settlement.discount"
    _description = "Discount at Settlement"
    _order = "settlement_id, id"
    _rec_name = "reason"
    _check_company_auto = True

    settlement_id = fields.Many2one(
        "aftersales.settlement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="settlement_id.company_id", store=True, index=True, precompute=True
    )
    ticket_id = fields.Many2one(
        related="settlement_id.ticket_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="settlement_id.partner_id", string="Customer", store=True, index=True
    )
    payer = fields.Selection(
        [("customer", "Customer"), ("warranty", "Warranty"), ("insurer", "Insurer")],
        required=True,
        default="customer",
    )
    kind = fields.Selection(
        [
            ("percent", "Percent of the bill"),
            ("amount", "Amount, tax included"),
            ("other", "Another wish"),
        ],
        required=True,
        default="percent",
    )
    percent = fields.Float("%", digits="Discount")
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    amount_asked = fields.Monetary("Amount asked for", help="Tax included.")
    reason = fields.Char(required=True, help="What the customer says, or wishes.")
    state = fields.Selection(
        [("requested", "Asked for"), ("approved", "Granted"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )
    requested_by_id = fields.Many2one(
        "res.users",
        "Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    authorization = fields.Binary(
        "Written authorisation",
        attachment=True,
        help="Asked for above the company's percentage (D-10).",
    )
    amount = fields.Monetary(
        "Granted", readonly=True, help="Tax included; taken off the payer's bill."
    )
    sale_line_ids = fields.One2many(
        "sale.order.line", "aftersales_discount_id", string="On the Orders"
    )

    _four_eyes = models.Constraint(
        "CHECK(decided_by_id IS NULL OR decided_by_id != requested_by_id)",
        "Nobody decides on a discount he asked for himself.",
    )
    _decided_check = models.Constraint(
        "CHECK((state = 'requested') = (decided_by_id IS NULL))",
        "A discount is granted or refused by somebody.",
    )
    _percent_range = models.Constraint(
        "CHECK(kind != 'percent' OR (percent > 0 AND percent <= 100))",
        "A discount lies above 0 and up to 100 %.",
    )
    _amount_positive = models.Constraint(
        "CHECK(kind != 'amount' OR amount_asked > 0)",
        "The amount of a discount is more than zero.",
    )

    @api.depends("settlement_id", "payer")
    def _compute_currency_id(self):
        for discount in self:
            line = discount.settlement_id.line_ids.filtered(
                lambda line, payer=discount.payer: line.payer == payer
            )[:1]
            discount.currency_id = (
                line.currency_id
                or discount.settlement_id.currency_id
                or self.env.company.currency_id
            )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
        discounts = super().create(vals_list)
        discounts.settlement_id._check_draft({"discount_ids"})
        discounts._tell_manager()
        return discounts

    def write(self, vals):
        self._check_by_hand(vals)
        if (ASKED_FIELDS | {"settlement_id"}) & vals.keys() and not self.env.su:
            self._check_undecided()
            if any(line.requested_by_id != self.env.user for line in self):
                raise AccessError(
                    self.env._("Only who asked for a discount changes what he asked.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_undecided(self):
        self._check_undecided()

    def _check_by_hand(self, vals):
        """Refuse to write what a decision alone decides.

        :raises AccessError: unless a step writes it
        """
        allowed = ASKED_FIELDS | {"settlement_id", "authorization"}
        decided = {
            name
            for name in vals.keys() - allowed
            if not (name == "state" and vals[name] == "requested")
        }
        if decided and not self.env.su:
            raise AccessError(
                self.env._(
                    "Who asked for a discount, and who granted it, follows from the "
                    "steps: a manager grants or refuses it."
                )
            )

    def _check_undecided(self):
        """Raise UserError for what is granted or refused already."""
        for discount in self:
            if discount.state != "requested":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the discount “%(reason)s” is decided on. "
                        "Ask for another one.",
                        ticket=discount.ticket_id.name,
                        reason=discount.reason,
                    )
                )

    def _tell_manager(self):
        """Ask a manager of the company to decide, another than who asks."""
        # sudo: who the managers are is not everybody's to read
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        for discount in self:
            leader = discount.ticket_id.team_id.leader_id
            able = managers.filtered(
                lambda user, discount=discount: (
                    user != discount.requested_by_id
                    and user.active
                    and discount.company_id in user.company_ids
                )
            )
            manager = leader if leader in able else able[:1]
            if manager:
                # sudo: advisers plan no activities of managers' otherwise
                discount.settlement_id.sudo().activity_schedule(
                    "aftersales.activity_discount",
                    summary=self.env._(
                        "Discount for %(ticket)s", ticket=discount.ticket_id.name
                    ),
                    note=discount.reason,
                    user_id=manager.id,
                )

    # -- Steps ------------------------------------------------------------------------

    def _check_decision(self):
        """Let a manager decide who did not ask himself.

        :raises AccessError: without the role Manager
        :raises UserError: when it is decided, settled, or his own wish
        """
        for discount in self:
            discount.ticket_id._check_role("manager")
            discount.ticket_id._lock_step()
            discount.settlement_id._check_draft({"discount_ids"})
            if discount.requested_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: you asked for this discount yourself. "
                        "Another manager decides on it.",
                        ticket=discount.ticket_id.name,
                    )
                )
        self.invalidate_recordset(["state"])
        self._check_undecided()

    def action_approve(self):
        """Grant the discount: it is taken off the payer's orders (R-SETT-08).

        :raises AccessError: without the role Manager
        :raises UserError: by who asked for it, without the written authorisation that
            the company wants, or when it is more than the bill
        """
        self._check_decision()
        for discount in self:
            # sudo: managers of after-sales need no sales rights; role, person and
            # state are checked above
            discount.sudo()._grant()
        self._decide("approved")
        return True

    def action_refuse(self):
        """Refuse the discount (R-SETT-08)."""
        self._check_decision()
        self._decide("refused")
        return True

    def _decide(self, state):
        # sudo: stamps are not editable, role and person are checked by the steps
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        labels = dict(self._fields["state"]._description_selection(self.env))
        for discount in self.sudo():
            settlement = discount.settlement_id
            if not settlement.discount_ids.filtered(lambda d: d.state == "requested"):
                settlement.activity_unlink(["aftersales.activity_discount"])
            settlement._message_log(
                body=self.env._(
                    "%(user)s: discount “%(reason)s” %(state)s %(amount)s",
                    user=self.env.user.name,
                    reason=discount.reason,
                    state=labels[state],
                    amount=discount.currency_id.format(discount.amount)
                    if discount.amount
                    else "",
                )
            )
            if settlement.state == "checked":
                settlement.write(
                    {"state": "draft", "checked_by_id": False, "checked_at": False}
                )
            settlement._refresh()

    def _grant(self):
        """Put the discount on the payer's confirmed orders, in sudo."""
        self.ensure_one()
        if self.kind == "other":
            return
        orders = self.ticket_id.order_ids.filtered(
            lambda order: (
                order.state == "sale"
                and order.aftersales_payer == self.payer
                and order.currency_id == self.currency_id
            )
        )
        currency = self.currency_id
        due = {order: order._aftersales_to_settle() for order in orders}
        whole = currency.round(sum(due.values()))
        amount = currency.round(
            whole * self.percent / 100 if self.kind == "percent" else self.amount_asked
        )
        if not amount or currency.compare_amounts(amount, whole) > 0:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: a discount of %(amount)s cannot be given on "
                    "%(whole)s.",
                    ticket=self.ticket_id.name,
                    amount=currency.format(amount),
                    whole=currency.format(whole),
                )
            )
        self._check_authorized(amount, whole)
        self.amount = amount
        left = amount
        for order in orders.sorted(lambda order: due[order]):
            share = currency.round(amount * due[order] / whole)
            if order == orders.sorted(lambda order: due[order])[-1]:
                share = left
            left = currency.round(left - share)
            if share:
                order._aftersales_discount(self, share)

    def _check_authorized(self, amount, whole):
        """Above the company's percentage, want it in writing (D-10).

        :raises UserError: naming the percentage
        """
        limit = self.company_id.aftersales_discount_written_percent
        over = self.currency_id.compare_amounts(
            amount, self.currency_id.round(whole * limit / 100)
        )
        if limit and over > 0 and not self.authorization:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: a discount above %(limit)s %% of the bill "
                    "needs a written authorisation. Attach it first.",
                    ticket=self.ticket_id.name,
                    limit=f"{limit:g}",
                )
            )
