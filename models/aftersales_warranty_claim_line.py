from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ANSWERS = [
    ("approved", "Approved"),
    ("part", "Approved in part"),
    ("rejected", "Rejected"),
    ("back", "Sent back"),
]
# What the answer to a claim writes, and what is done about the rest.
ANSWER_FIELDS = {"answer", "amount_approved", "reason_id", "answer_note"}
DESTINY_FIELDS = {"difference_destiny"}
STEP_FIELDS = {"claim_id", "ticket_line_id", "first_answer", "customer_line_id"}


class AftersalesWarrantyClaimLine(models.Model):
    """One part or operation of a claim, and its answer (R-BEY-09)."""

    _name = "aftersales.warranty.claim.line"
    _description = "Warranty Claim Line"
    _order = "claim_id, sequence, id"
    _check_company_auto = True

    claim_id = fields.Many2one(
        "aftersales.warranty.claim",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(
        related="claim_id.currency_id", store=True, precompute=True
    )
    kind = fields.Selection(related="claim_id.kind", store=True, precompute=True)
    claim_state = fields.Selection(
        related="claim_id.state", store=True, precompute=True, string="Claim status"
    )
    ticket_id = fields.Many2one(
        related="claim_id.ticket_id", store=True, index=True, precompute=True
    )
    vehicle_id = fields.Many2one(related="claim_id.vehicle_id")
    provider_id = fields.Many2one(related="claim_id.provider_id")
    category = fields.Selection(related="claim_id.category")
    sequence = fields.Integer(default=10)
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('ticket_id', '=', ticket_id), ('payer', '=', 'warranty'),"
        " ('approval', '=', 'approved')]",
    )
    line_type = fields.Selection(related="ticket_line_id.line_type")
    product_id = fields.Many2one(
        related="ticket_line_id.product_id", store=True, index=True, precompute=True
    )
    quantity = fields.Float(
        compute="_compute_claimed",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Unit",
        help="Used, not merely agreed.",
    )
    product_uom_id = fields.Many2one(related="ticket_line_id.product_uom_id")
    causal_product_id = fields.Many2one(
        "product.product",
        string="Causal part",
        check_company=True,
        ondelete="restrict",
        help="Whose failure made this line necessary; empty: that of the claim.",
    )
    complaint = fields.Text(help="Empty: that of the claim.")
    cause = fields.Text(help="Empty: that of the claim.")
    correction = fields.Text(help="Empty: that of the claim.")
    duplicate_reason = fields.Char(
        "Why once more",
        help="Why the same part or operation is claimed again for the same vehicle.",
    )
    amount_claimed = fields.Monetary(
        "Claimed",
        compute="_compute_claimed",
        store=True,
        readonly=False,
        precompute=True,
        help="Without tax.",
    )
    answer = fields.Selection(ANSWERS, copy=False)
    first_answer = fields.Selection(
        ANSWERS,
        readonly=True,
        copy=False,
        help="What was answered to the first submission.",
    )
    amount_approved = fields.Monetary("Approved", copy=False, help="Without tax.")
    amount_difference = fields.Monetary(
        "Difference", compute="_compute_difference", store=True
    )
    reason_id = fields.Many2one(
        "aftersales.claim.reason",
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="Why less was approved than claimed.",
    )
    answer_note = fields.Char("Their words", copy=False)

    _one_live_claim = models.UniqueIndex(
        "(ticket_line_id, kind) WHERE claim_state <> 'cancelled'",
        "A line of this ticket is on a claim already. Open that claim instead.",
    )
    _amounts = models.Constraint(
        "CHECK(amount_claimed >= 0 AND (amount_approved IS NULL"
        " OR (amount_approved >= 0 AND amount_approved <= amount_claimed)))",
        "No more can be approved than was claimed, and nothing below zero.",
    )
    _reason_of_difference = models.Constraint(
        "CHECK(answer IS NULL OR answer = 'approved' OR reason_id IS NOT NULL)",
        "Give the reason of each line that is not approved in full.",
    )
    _answer_fits = models.Constraint(
        "CHECK(answer IS NULL"
        " OR (answer = 'approved' AND amount_approved = amount_claimed)"
        " OR (answer = 'part' AND amount_approved > 0"
        " AND amount_approved < amount_claimed)"
        " OR (answer IN ('rejected', 'back') AND COALESCE(amount_approved, 0) = 0))",
        "Approved is all, rejected is nothing, and in part is between the two.",
    )

    # -- Computed ----------------------------------------------------------------------

    @api.depends("claim_id", "ticket_line_id")
    def _compute_claimed(self):
        for line in self:
            # sudo: clerks have no rights on orders and moves; quantity and price only
            quantity, amount = line.sudo()._get_claimed()
            line.quantity = quantity
            line.amount_claimed = amount

    @api.depends("ticket_line_id", "claim_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.claim_id.name}: {line.ticket_line_id.name}"

    @api.depends("answer", "amount_claimed", "amount_approved")
    def _compute_difference(self):
        for line in self:
            answered = line.answer and line.answer != "back"
            line.amount_difference = (
                line.amount_claimed - line.amount_approved if answered else 0.0
            )

    @api.onchange("answer")
    def _onchange_answer(self):
        for line in self:
            if line.answer == "approved":
                line.amount_approved = line.amount_claimed
                line.reason_id = False
            elif line.answer in ("rejected", "back"):
                line.amount_approved = 0.0

    def _get_claimed(self):
        """Return what was used and what it is worth: (quantity, amount without tax).

        To the maker: at the price his order bills. To ourselves: at cost. To a
        supplier: at cost, with the uplift agreed with him.
        """
        self.ensure_one()
        source, claim = self.ticket_line_id, self.claim_id
        used = source.qty_used if source._is_stock_part() else source.quantity
        if not source:
            return 0.0, 0.0
        uom, unit = source.product_uom_id, source.product_id.uom_id
        if claim.kind == "maker":
            billed = source.sale_line_id
            price = billed.price_subtotal if billed else source.price_subtotal
            agreed = billed.product_uom_qty if billed else source.quantity
            amount = price * used / agreed if agreed else 0.0
        else:
            product = source.product_id.with_company(claim.company_id)
            amount = product.standard_price * uom._compute_quantity(
                used, unit, round=False
            )
            if claim.kind == "supplier":
                amount *= 1 + claim._get_uplift() / 100
        currency = claim.currency_id or claim.company_id.currency_id
        return used, currency.round(amount) if currency else amount

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines._check_draft()
            if any(
                ANSWER_FIELDS & {k for k, v in vals.items() if v} for vals in vals_list
            ):
                raise AccessError(
                    self.env._("A claim is answered after it was submitted.")
                )
        return lines

    def write(self, vals):
        vals = self._complete_answer(vals)
        if not self.env.su:
            self._check_write(vals)
        return super().write(vals)

    def _complete_answer(self, vals):
        """Return ``vals`` with the amount that an answer in full or none implies."""
        answer = vals.get("answer")
        if "amount_approved" in vals or not answer:
            return vals
        if answer in ("rejected", "back"):
            return {**vals, "amount_approved": 0.0}
        claimed = set(self.mapped("amount_claimed"))
        if answer == "approved" and len(claimed) == 1:
            return {**vals, "amount_approved": claimed.pop(), "reason_id": False}
        return vals

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        self._check_draft()

    def _check_draft(self):
        """Raise UserError unless the claims of these lines are being written."""
        for line in self:
            if line.claim_id.state != "draft" or line.first_answer not in (
                False,
                "back",
            ):
                raise UserError(
                    self.env._(
                        "Claim %(claim)s, %(line)s: what was claimed stays as it is. "
                        "Have the line sent back to correct it.",
                        claim=line.claim_id.name,
                        line=line.ticket_line_id.name,
                    )
                )

    def _check_write(self, vals):
        """Refuse what does not belong to the claims' state or to the user's role.

        :raises AccessError: what only steps write
        :raises UserError: naming the claim
        """
        keys = set(vals)
        if STEP_FIELDS & keys:
            raise AccessError(self.env._("The lines of a claim come from its ticket."))
        if keys - ANSWER_FIELDS - DESTINY_FIELDS:
            self._check_draft()
        if keys & ANSWER_FIELDS:
            for claim in self.claim_id:
                claim._check_may_answer()
        if keys & DESTINY_FIELDS:
            self.claim_id._check_state("submitted", "answered")
