from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesSettlementLine(models.Model):
    """What one payer approved against what he is billed (R-SETT-06, R-BEY-20)."""

    _name = "aftersales.settlement.line"
    _description = "Settlement of a Payer"
    _order = "settlement_id, id"
    _check_company_auto = True

    settlement_id = fields.Many2one(
        "aftersales.settlement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="settlement_id.company_id", store=True, index=True, precompute=True
    )
    payer = fields.Selection(
        [
            ("customer", "Customer"),
            ("warranty", "Warranty"),
            ("goodwill", "Goodwill"),
            ("internal", "Internal"),
            ("insurer", "Insurer"),
        ],
        required=True,
        readonly=True,
    )
    payer_label = fields.Char(compute="_compute_payer_label")
    partner_id = fields.Many2one(
        "res.partner", string="Billed to", readonly=True, check_company=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_estimate = fields.Monetary(
        "Approved estimate", readonly=True, help="First orders, tax included."
    )
    amount_additions = fields.Monetary(
        "Approved additions",
        readonly=True,
        help="Orders for what was agreed later, tax included (R-ADD-03).",
    )
    amount_discount = fields.Monetary(
        "Discounts granted",
        readonly=True,
        help="By a manager, tax included (R-SETT-08).",
    )
    amount_expected = fields.Monetary(
        "Approved in all",
        compute="_compute_expected",
        store=True,
        help="Estimate and additions, less discounts, tax included.",
    )
    amount_unused = fields.Monetary(
        "Agreed, not used",
        readonly=True,
        help="Parts that came back, and operations that were not done.",
    )
    amount_rounding = fields.Monetary(
        "Tax rounding",
        readonly=True,
        help="Cents between taxes rounded on the orders and on the invoices.",
    )
    amount_billed = fields.Monetary(
        "Billed",
        readonly=True,
        help="Invoices less credit notes, deposits set off, and what is still to be "
        "invoiced, tax included.",
    )
    amount_difference = fields.Monetary(
        "Difference", compute="_compute_expected", store=True
    )
    amount_deposit = fields.Monetary(
        "of that in advance", readonly=True, help="Invoiced in advance and set off."
    )
    amount_paid = fields.Monetary("Paid", readonly=True)
    amount_due = fields.Monetary(
        "Still to pay",
        readonly=True,
        help="Open on the posted invoices, and what is not invoiced yet.",
    )
    is_known = fields.Boolean(
        compute="_compute_expected",
        store=True,
        help="The difference is just what was agreed and not used, or tax rounding.",
    )
    is_explained = fields.Boolean(
        compute="_compute_is_explained",
        store=True,
        help="Billed as approved; or the difference has its reason.",
    )
    reason = fields.Char("Reason for the difference")
    reason_by_id = fields.Many2one("res.users", "Reason by", readonly=True)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_at = fields.Datetime(readonly=True)

    _payer_uniq = models.Constraint(
        "UNIQUE(settlement_id, payer, currency_id)",
        "A payer stands once in a settlement.",
    )
    _four_eyes = models.Constraint(
        "CHECK(approved_by_id IS NULL OR approved_by_id != reason_by_id)",
        "Nobody approves a difference he gave the reason for himself.",
    )

    @api.depends("payer")
    def _compute_payer_label(self):
        labels = dict(self._fields["payer"]._description_selection(self.env))
        for line in self:
            line.payer_label = labels.get(line.payer)

    @api.depends("settlement_id.name", "payer")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.settlement_id.name} – {line.payer_label}"

    def _get_expected(self):
        """Return what this payer approved in all."""
        self.ensure_one()
        return self.amount_estimate + self.amount_additions - self.amount_discount

    @api.depends(
        "amount_estimate",
        "amount_additions",
        "amount_discount",
        "amount_unused",
        "amount_rounding",
        "amount_billed",
    )
    def _compute_expected(self):
        for line in self:
            currency = line.currency_id
            line.amount_expected = currency.round(line._get_expected())
            difference = currency.round(line.amount_billed - line.amount_expected)
            line.amount_difference = difference
            line.is_known = currency.is_zero(
                difference + line.amount_unused - line.amount_rounding
            )

    @api.depends("amount_difference", "is_known", "reason", "approved_by_id")
    def _compute_is_explained(self):
        for line in self:
            line.is_explained = (
                line.currency_id.is_zero(line.amount_difference)
                or (line.is_known and bool(line.reason))
                or bool(line.approved_by_id)
            )

    def _in_company_currency(self, amount):
        """Return ``amount`` of this payer in the company's currency."""
        self.ensure_one()
        company = self.company_id
        if not self.currency_id or self.currency_id == company.currency_id:
            return amount
        return self.currency_id._convert(
            amount, company.currency_id, company, fields.Date.context_today(self)
        )

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"reason"}:
                raise AccessError(
                    self.env._(
                        "The totals of a settlement follow from orders and invoices; "
                        "just the reason of a difference is written."
                    )
                )
            self.settlement_id._check_draft(vals.keys())
            if "reason" in vals:
                # sudo: who wrote the reason is not editable; a new reason needs a
                # new approval
                self.sudo().write(
                    {
                        "reason_by_id": self.env.uid,
                        "approved_by_id": False,
                        "approved_at": False,
                    }
                )
        changed = self.browse()
        if {
            "amount_billed",
            "amount_estimate",
            "amount_additions",
            "amount_discount",
        } & vals.keys():
            changed = self.filtered("reason")
        before = {line: line.amount_difference for line in changed}
        result = super().write(vals)
        for line, difference in before.items():
            if line.currency_id.compare_amounts(difference, line.amount_difference):
                # Another difference needs another reason.
                line.write(
                    {
                        "reason": False,
                        "reason_by_id": False,
                        "approved_by_id": False,
                        "approved_at": False,
                    }
                )
        return result

    def _explain_unused(self):
        """Say in words what was agreed and not used, or that taxes were rounded."""
        for line in self:
            if (
                not line.is_known
                or line.reason
                or line.currency_id.is_zero(line.amount_difference)
            ):
                continue
            unused = line.settlement_id.ticket_id._get_unused_lines(line.payer)
            line.reason = (
                self.env._(
                    "Agreed, not used: %(lines)s",
                    lines="; ".join(
                        f"{sold.name} {sold.qty_delivered:g}/{sold.product_uom_qty:g} "
                        f"{sold.product_uom_id.name}"
                        for sold in unused
                    ),
                )
                if unused
                else self.env._("Tax rounded over several documents")
            )

    def action_approve_difference(self):
        """Approve that this payer is billed something else than he approved
        (R-SETT-06, R-SETT-08).

        :raises AccessError: without the role Manager
        :raises UserError: without a reason, or by the one who gave it
        """
        for line in self:
            ticket = line.settlement_id.ticket_id
            ticket._check_role("manager")
            line.settlement_id._check_draft({"approved_by_id"})
            if not line.reason:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s, %(payer)s: write the reason for the "
                        "difference first.",
                        ticket=ticket.name,
                        payer=line.payer_label,
                    )
                )
            if line.reason_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s, %(payer)s: you gave the reason yourself. "
                        "Another manager approves it.",
                        ticket=ticket.name,
                        payer=line.payer_label,
                    )
                )
        # sudo: stamps are not editable, role and person are checked above
        self.sudo().write(
            {"approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()}
        )
        for line in self.sudo():
            line.settlement_id._message_log(
                body=self.env._(
                    "%(user)s approved that %(payer)s is billed %(billed)s instead of "
                    "%(expected)s: %(reason)s",
                    user=self.env.user.name,
                    payer=line.payer_label,
                    billed=line.currency_id.format(line.amount_billed),
                    expected=line.currency_id.format(line.amount_expected),
                    reason=line.reason,
                )
            )
        return True
