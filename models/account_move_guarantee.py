from collections import defaultdict

from odoo import api, fields, models

# What a payer owes, and what he is given back.
GUARANTEED_TYPES = ("out_invoice", "out_receipt", "out_refund")


class AccountMove(models.Model):
    """How much of an invoice each guarantor answers for (R-PART-04, R-PAY-02)."""

    _inherit = "account.move"

    aftersales_guarantor_ids = fields.Many2many(
        "res.users",
        string="Guarantors",
        compute="_compute_aftersales_guarantor_ids",
        search="_search_aftersales_guarantor_ids",
        compute_sudo=True,
        help="Who answers for the money of lines of this invoice that went out unpaid "
        "(R-PART-04).",
    )

    @api.depends("invoice_line_ids.aftersales_guarantor_id")
    def _compute_aftersales_guarantor_ids(self):
        for move in self:
            move.aftersales_guarantor_ids = (
                move.invoice_line_ids.aftersales_guarantor_id
            )

    def _search_aftersales_guarantor_ids(self, operator, value):
        return [("invoice_line_ids.aftersales_guarantor_id", operator, value)]

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        # sudo: who posts need not see tickets; guarantors are written by steps only
        posted.sudo()._aftersales_stamp_guarantors()
        return posted

    def _aftersales_stamp_guarantors(self):
        """Write on each line of tickets' invoices who answers for it now (in sudo)."""
        by_guarantor = defaultdict(lambda: self.env["account.move.line"])
        moves = self.filtered(
            lambda move: (
                move.aftersales_ticket_id and move.move_type in GUARANTEED_TYPES
            )
        )
        for line in moves.invoice_line_ids:
            if line.display_type != "product":
                continue
            guarantor = line._aftersales_get_guarantor()
            if guarantor != line.aftersales_guarantor_id:
                by_guarantor[guarantor] |= line
        for guarantor, lines in by_guarantor.items():
            lines.aftersales_guarantor_id = guarantor
        changed = self.env["account.move.line"].union(*by_guarantor.values())
        changed.move_id._aftersales_after_guarantors()

    def _aftersales_after_guarantors(self):
        """Hook: others answer for lines of these posted entries now (in sudo)."""

    def _aftersales_is_customers(self):
        """Whether this invoice or credit note is the ticket's customer's own."""
        self.ensure_one()
        payers = self.line_ids.sale_line_ids.order_id.mapped("aftersales_payer")
        return not payers or "customer" in payers

    # -- Who owes how much ------------------------------------------------------------

    def _aftersales_guarantees(self):
        """Say who answers for what is still open on these invoices and credit notes.

        Money settles first what nobody answers for; what is left open is shared by
        the guarantors in proportion to their lines, tax included. A credit note
        lowers the claim on whose lines it takes back. Shares are whole cents and sum
        up exactly to the open amount, in either currency.

        :return: {move: {guarantor: (open amount in the move's currency, in the
            company's currency)}}; the empty user stands for what nobody answers for;
            amounts of credit notes are negative
        """
        return {move: move._aftersales_split_open() for move in self}

    def _aftersales_unpaid_guarantees(self):
        """Say the same of what is open or was written off: what nobody has paid.

        What was written off counts at the rate of the invoice.
        """
        return {
            move: move._aftersales_split_open(move._aftersales_written_off())
            for move in self
        }

    def _aftersales_split_open(self, written_off=0.0):
        """Return ``{guarantor: (amount, amount in company currency)}`` of this move.

        :param written_off: share this out as well, in the move's currency
        """
        self.ensure_one()
        if self.state != "posted" or self.move_type not in GUARANTEED_TYPES:
            return {}
        nobody = self.env["res.users"]
        residual = self.amount_residual + written_off
        unpaid = self.amount_residual_signed
        if written_off:
            unpaid += written_off * abs(self.amount_total_signed) / self.amount_total
        if self.move_type == "out_refund":
            shares = self._aftersales_share_out(
                -residual, self._aftersales_composition(), self.currency_id
            )
        else:
            claims = self._aftersales_claims()
            claims.pop(nobody, None)
            vouched = min(residual, sum(claims.values()))
            shares = self._aftersales_share_out(vouched, claims, self.currency_id)
            shares[nobody] = self.currency_id.round(residual - vouched)
        company = self._aftersales_share_out(
            unpaid,
            {user: abs(amount) for user, amount in shares.items()},
            self.company_id.currency_id,
        )
        return {
            user: (amount, company.get(user, 0.0))
            for user, amount in shares.items()
            if not self.currency_id.is_zero(amount)
        }

    def _aftersales_composition(self):
        """Return ``{guarantor: amount}`` of the whole move, tax included, never
        negative; the empty user stands for lines nobody answers for."""
        self.ensure_one()
        amounts = defaultdict(float)
        for line in self.invoice_line_ids:
            if line.display_type == "product":
                amounts[line.aftersales_guarantor_id] += line.price_total
        if not amounts:
            amounts[self.env["res.users"]] = self.amount_total
        # Tax rounded over the whole document may differ from the lines by a cent.
        largest = max(amounts, key=lambda user: (amounts[user], -user.id))
        amounts[largest] += self.amount_total - sum(amounts.values())
        return {user: max(amount, 0.0) for user, amount in amounts.items()}

    def _aftersales_claims(self):
        """Return ``{guarantor: amount}`` of this invoice less its credit notes."""
        self.ensure_one()
        claims = self._aftersales_composition()
        terms = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        for partial in terms.matched_credit_ids:
            refund = partial.credit_move_id.move_id
            if refund.move_type != "out_refund" or not refund.amount_total:
                continue
            parts = self._aftersales_share_out(
                partial.debit_amount_currency,
                refund._aftersales_composition(),
                self.currency_id,
            )
            for user, amount in parts.items():
                if user in claims:
                    claims[user] = max(claims[user] - amount, 0.0)
        return claims

    @api.model
    def _aftersales_share_out(self, total, weights, currency):
        """Share ``total`` in proportion to ``weights``, in whole cents that sum up.

        :return: dict of the keys of ``weights`` -> amount
        """
        whole = sum(weights.values())
        shares = {}
        reached = given = 0.0
        for key in sorted(weights, key=lambda user: (-weights[user], user.id)):
            reached += weights[key]
            upto = currency.round(total * reached / whole) if whole else 0.0
            shares[key] = currency.round(upto - given)
            given = upto
        return shares
