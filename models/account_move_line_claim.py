from odoo import fields, models


class AccountMoveLine(models.Model):
    """The line of a claim that a line of an invoice bills or takes back."""

    _inherit = "account.move.line"

    aftersales_claim_line_id = fields.Many2one(
        "aftersales.warranty.claim.line",
        string="Warranty Claim",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _compute_account_id(self):
        result = super()._compute_account_id()
        for line in self:
            if line.display_type == "payment_term":
                account = line.move_id._aftersales_get_claim_account()
                if account:
                    line.account_id = account
        return result

    def _aftersales_link_claims(self):
        """Say of these lines of makers' invoices which claim they bill (in sudo)."""
        for line in self:
            if line.aftersales_claim_line_id:
                continue
            claimed = line.sale_line_ids.aftersales_line_ids.claim_line_ids.filtered(
                lambda claimed: (
                    claimed.kind == "maker" and claimed.claim_state != "cancelled"
                )
            )
            if claimed:
                line.aftersales_claim_line_id = claimed[0]
