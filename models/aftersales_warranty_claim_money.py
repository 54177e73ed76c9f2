from odoo import api, fields, models


class AftersalesWarrantyClaim(models.Model):
    """Claimed, approved, posted and paid side by side (R-BEY-09)."""

    _inherit = "aftersales.warranty.claim"

    amount_posted = fields.Monetary(
        "Posted",
        compute="_compute_money",
        store=True,
        compute_sudo=True,
        help="Invoiced less credited, without tax.",
    )
    amount_paid = fields.Monetary(
        "Paid",
        compute="_compute_money",
        store=True,
        compute_sudo=True,
        help="The share of the posted amount that is settled, without tax.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Our currency"
    )
    amount_open = fields.Monetary(
        "Open",
        currency_field="company_currency_id",
        compute="_compute_amount_open",
        store=True,
        compute_sudo=True,
        help="What the books say is still owed for it, with tax, in our currency.",
    )
    paid_date = fields.Date(
        "Paid on", readonly=True, copy=False, help="Settled, and nothing open any more."
    )
    move_count = fields.Integer(compute="_compute_move_count", compute_sudo=True)

    @api.depends("line_ids.amount_posted", "line_ids.amount_paid")
    def _compute_money(self):
        for claim in self:
            claim.amount_posted = sum(claim.line_ids.mapped("amount_posted"))
            claim.amount_paid = sum(claim.line_ids.mapped("amount_paid"))

    @api.depends(
        "line_ids.move_line_ids.parent_state",
        "line_ids.move_line_ids.price_total",
        "line_ids.move_line_ids.move_id.amount_residual_signed",
    )
    def _compute_amount_open(self):
        for claim in self:
            moves = claim._get_moves()
            claim.amount_open = moves._aftersales_open_by_claim().get(claim, 0.0)

    def _get_moves(self):
        """Return the posted invoices and credit notes of these claims."""
        return self.line_ids.move_line_ids.move_id.filtered(
            lambda move: move.state == "posted"
        )

    def _compute_move_count(self):
        for claim in self:
            claim.move_count = len(claim.line_ids.move_line_ids.move_id)

    def action_view_moves(self):
        """Open the invoices and credit notes of this claim (smart button)."""
        self.ensure_one()
        self.check_access("read")
        # sudo: which they are; they open with the rights of the user
        moves = self.sudo().line_ids.move_line_ids.move_id
        return moves.with_env(self.env)._get_records_action(name=self.env._("Entries"))

    def _update_paid_date(self):
        """Write when these claims were paid in full, and start the clocks (in sudo)."""
        today = fields.Date.context_today(self)
        for claim in self:
            currency = claim.company_id.currency_id
            paid = claim.state == "settled" and currency.is_zero(claim.amount_open)
            if paid != bool(claim.paid_date):
                claim.paid_date = today if paid else False
                claim._after_paid()

    def _after_paid(self):
        """Hook: ``paid_date`` of this claim was written or taken back."""
