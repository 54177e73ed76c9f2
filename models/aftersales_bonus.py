from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

SETTLED = ("paid", "in_payment", "reversed")


class AftersalesBonus(models.Model):
    """What a dealer is credited on what he has paid in one cycle (R-PAY-10).

    The bonus is a credit note that is not set off against anything: Finance uses it up
    on invoices of parts by Odoo's own reconciliation. Each invoice counts once: it
    names the bonus it counted to.
    """

    _name = "aftersales.bonus"
    _description = "Dealer Bonus"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "amount",
            "amount_base",
            "company_id",
            "confirmed_at",
            "confirmed_by_id",
            "date_from",
            "date_to",
            "invoice_ids",
            "partner_id",
            "percent",
            "refund_id",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Dealer",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    state = fields.Selection(
        [
            ("draft", "To confirm"),
            ("confirmed", "Credited"),
            ("cancelled", "Not granted"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    percent = fields.Float(digits="Discount", required=True, readonly=True)
    amount_base = fields.Monetary(
        "Paid, without tax",
        compute="_compute_amounts",
        store=True,
        help="Invoices of service tickets that are paid, less credit notes.",
    )
    amount = fields.Monetary(
        "Bonus", compute="_compute_amounts", store=True, tracking=True
    )
    amount_unused = fields.Monetary(
        "Not used yet", compute="_compute_amount_unused", compute_sudo=True
    )
    invoice_ids = fields.One2many(
        "account.move", "aftersales_bonus_id", string="Counted"
    )
    refund_id = fields.Many2one(
        "account.move",
        "Credit note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)

    _dealer_uniq = models.UniqueIndex(
        "(company_id, partner_id, date_to)",
        "This dealer has a bonus for the cycle already.",
    )
    _refund_uniq = models.UniqueIndex(
        "(refund_id) WHERE refund_id IS NOT NULL",
        "A credit note stands for one bonus.",
    )
    _confirmed_credited = models.Constraint(
        "CHECK((state = 'confirmed') = (refund_id IS NOT NULL))",
        "A bonus that is confirmed is in the books, and no other is.",
    )
    _percent_range = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100)",
        "A bonus is a percentage between 0 and 100.",
    )

    @api.depends(
        "invoice_ids.amount_untaxed_signed",
        "invoice_ids.state",
        "invoice_ids.payment_state",
        "invoice_ids.amount_residual",
        "percent",
    )
    def _compute_amounts(self):
        for bonus in self:
            # What was credited stays as it was.
            if bonus.state == "confirmed":
                continue
            counted = bonus.invoice_ids - bonus._get_unpaid()
            base = sum(counted.mapped("amount_untaxed_signed"))
            bonus.amount_base = base
            bonus.amount = bonus.currency_id.round(base * bonus.percent / 100)

    def _get_unpaid(self):
        """Return the invoices that were paid when they were counted, and are not now:
        the payment was undone, or they were cancelled."""
        return self.invoice_ids.filtered(
            lambda move: (
                move.state != "posted"
                or move.payment_state not in SETTLED
                or not move.currency_id.is_zero(move.amount_residual)
            )
        )

    @api.depends("refund_id.amount_residual_signed")
    def _compute_amount_unused(self):
        for bonus in self:
            bonus.amount_unused = -bonus.refund_id.amount_residual_signed

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "%(name)s is kept as a record. Cancel it instead.", name=self[:1].name
            )
        )

    # -- Steps ------------------------------------------------------------------------

    def action_confirm(self):
        """Credit these dealers their bonus: a credit note each, posted (Finance).

        :raises UserError: without a bonus account in the settings, without a bonus, or
            while the books are closed
        """
        self._check_role("finance")
        self._check_state("draft")
        # sudo: credit notes arise from the bonus; role and state are checked above
        bonuses = self.sudo()
        bonuses.lock_for_update()
        for bonus in bonuses:
            if bonus.currency_id.compare_amounts(bonus.amount, 0) <= 0:
                raise UserError(
                    self.env._("%(bonus)s comes to nothing.", bonus=bonus.name)
                )
            # When they are paid after all, they count to the next one.
            bonus._get_unpaid().aftersales_bonus_id = False
            bonus.write(
                {
                    "refund_id": bonus._create_refund().id,
                    "state": "confirmed",
                    "confirmed_by_id": self.env.uid,
                    "confirmed_at": fields.Datetime.now(),
                }
            )
        return True

    def _create_refund(self):
        """Post the credit note of this bonus (in sudo)."""
        self.ensure_one()
        company = self.company_id
        account = company.aftersales_bonus_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s: enter the account of dealers' bonuses in the "
                    "settings of After-Sales.",
                    company=company.name,
                )
            )
        product = company.aftersales_bonus_product_id
        taxes = product.taxes_id._filter_taxes_by_company(company)
        refund = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner_id.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "ref": self.name,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "name": self._get_bonus_words(),
                                "quantity": 1,
                                "price_unit": self.amount,
                                "account_id": account.id,
                                "tax_ids": [Command.set(taxes.ids)],
                            }
                        )
                    ],
                }
            )
        )
        today = fields.Date.context_today(self)
        locks = company._get_violated_lock_dates(today, bool(taxes), refund.journal_id)
        if locks:
            # Odoo would book it in another month, without a word.
            raise UserError(
                self.env._(
                    "%(bonus)s cannot be credited on %(date)s: the books are closed "
                    "until %(lock)s. Credit it later, or move the lock date.",
                    bonus=self.name,
                    date=fields.Date.to_string(today),
                    lock=max(lock[0] for lock in locks),
                )
            )
        refund.action_post()
        return refund

    def _get_bonus_words(self):
        self.ensure_one()
        lang = self.partner_id.lang or self.env.lang
        return self.with_context(lang=lang).env._(
            "Bonus %(percent)s %% on %(base)s, %(begin)s – %(end)s",
            percent=f"{self.percent:g}",
            base=self.currency_id.format(self.amount_base),
            begin=fields.Date.to_string(self.date_from),
            end=fields.Date.to_string(self.date_to),
        )

    def action_cancel(self):
        """Do not grant these bonuses; what counted to them counts no more (Finance)."""
        self._check_role("finance")
        self._check_state("draft")
        # sudo: invoices' bonuses are written by steps only; checked above
        self.sudo()._get_unpaid().aftersales_bonus_id = False
        # sudo: the state is written by steps only; role and state are checked above
        self.sudo().state = "cancelled"
        return True

    @api.readonly
    def action_view_invoices(self):
        """Open what these bonuses were counted from."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.account_move_action_ticket"
        )
        action["domain"] = [("aftersales_bonus_id", "in", self.ids)]
        return action

    @api.readonly
    def action_view_refund(self):
        """Open the credit note of this bonus."""
        self.ensure_one()
        self.check_access("read")
        return self.refund_id._get_records_action()
