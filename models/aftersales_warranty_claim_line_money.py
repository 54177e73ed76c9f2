from odoo import api, fields, models

# +1: they owe us more, -1: less.
SIGNS = {"out_invoice": 1, "out_refund": -1, "in_refund": 1, "in_invoice": -1}


class AftersalesWarrantyClaimLine(models.Model):
    """What the books say about a line: posted and paid beside claimed and approved."""

    _inherit = "aftersales.warranty.claim.line"

    move_line_ids = fields.One2many(
        "account.move.line", "aftersales_claim_line_id", string="Entries"
    )
    amount_posted = fields.Monetary(
        "Posted",
        compute="_compute_money",
        store=True,
        compute_sudo=True,
        help="Invoiced less credited, without tax; for what we bear ourselves the cost "
        "of the parts that left.",
    )
    amount_paid = fields.Monetary(
        "Paid",
        compute="_compute_money",
        store=True,
        compute_sudo=True,
        help="The share of the posted amount that is settled, without tax.",
    )
    difference_destiny = fields.Selection(
        [
            ("goodwill", "Our goodwill"),
            ("internal", "Our cost"),
            ("customer", "Billed to the customer"),
        ],
        string="Who bears the difference",
        copy=False,
    )
    customer_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Billed as",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        help="The line of the ticket by which the customer is asked to bear it.",
    )

    @api.depends(
        "kind",
        "claim_state",
        "ticket_line_id.move_ids.state",
        "ticket_line_id.move_ids.value",
        "move_line_ids.parent_state",
        "move_line_ids.price_subtotal",
        "move_line_ids.move_id.amount_residual",
    )
    def _compute_money(self):
        shares = {}
        for line in self:
            if line.kind == "own":
                line.amount_posted = line.amount_paid = line._get_cost()
                continue
            posted, claim = line._get_posted(), line.claim_id
            if claim not in shares:
                # A credit note for one line is set off against the invoice of all.
                moves = claim._get_moves()[:1]
                group = moves._aftersales_claim_group() if moves else moves
                shares[claim] = group._aftersales_paid_share()
            line.amount_posted = line.currency_id.round(posted)
            line.amount_paid = line.currency_id.round(posted * shares[claim])

    def _get_posted(self, field="price_subtotal"):
        """Return what is posted for this line, less what was credited."""
        self.ensure_one()
        return sum(
            SIGNS.get(entry.move_type, 0) * entry[field]
            for entry in self.move_line_ids
            if entry.parent_state == "posted"
        )

    def _get_cost(self):
        """Return the cost of the parts that left for this line and did not return."""
        self.ensure_one()
        signs = {"issue": 1, "return": -1}
        return sum(
            signs.get(move.picking_id.aftersales_kind, 0) * move.value
            for move in self.ticket_line_id.move_ids
            if move.state == "done"
        )

    def _get_refund_taxes(self, account):
        """Return the taxes of a supplier's refund for this line, as when it is bought.

        Those of the part, else of ``account``, as the supplier's fiscal position maps
        them.
        """
        self.ensure_one()
        company, supplier = self.company_id, self.provider_id
        taxes = self.product_id.supplier_taxes_id or account.tax_ids.filtered(
            lambda tax: tax.type_tax_use == "purchase"
        )
        taxes = taxes._filter_taxes_by_company(company)
        position = self.env["account.fiscal.position"].with_company(company)
        return position._get_fiscal_position(supplier).map_tax(taxes)
