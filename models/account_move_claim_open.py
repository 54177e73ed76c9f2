from odoo import models

from .aftersales_warranty_claim_line_money import SIGNS


class AccountMove(models.Model):
    """What is open on invoices and credit notes, claim by claim."""

    _inherit = "account.move"

    def _aftersales_paid_share(self):
        """Return which share of these posted invoices less credit notes is settled."""
        total = sum(self.mapped("amount_total_signed"))
        residual = sum(self.mapped("amount_residual_signed"))
        currency = self.company_id.currency_id
        if not self or currency.is_zero(total):
            return 1.0 if self and currency.is_zero(residual) else 0.0
        return (total - residual) / total

    def _aftersales_open_by_claim(self):
        """Share what is open on these moves among the claims they bill.

        Invoices and credit notes of one claim count together, so a credit note lowers
        the claim it is for. Shares are whole cents that sum up to the open amount.

        :return: {claim: amount in the company's currency}; the empty claim stands for
            lines that belong to none
        """
        result = {}
        done = self.browse()
        for move in self:
            if move in done:
                continue
            group = move._aftersales_claim_group()
            done |= group
            weights = {}
            for line in group.invoice_line_ids:
                if line.display_type == "product":
                    claim = line.aftersales_claim_line_id.claim_id
                    sign = SIGNS.get(line.move_type, 0)
                    weights[claim] = weights.get(claim, 0.0) + sign * line.price_total
            weights = {claim: max(weight, 0.0) for claim, weight in weights.items()}
            if not any(weights.values()):
                weights = dict.fromkeys(weights, 1.0)
            shares = self._aftersales_share_out(
                sum(group.mapped("amount_residual_signed")),
                weights,
                move.company_id.currency_id,
            )
            for claim, amount in shares.items():
                result[claim] = result.get(claim, 0.0) + amount
        return result

    def _aftersales_claim_group(self):
        """Return this move with all that bill its claims, or claims beside them."""
        self.ensure_one()
        group, claims = self, self.env["aftersales.warranty.claim"]
        while True:
            found = group.invoice_line_ids.aftersales_claim_line_id.claim_id
            if found == claims:
                return group
            claims = found
            group |= claims._get_moves()
