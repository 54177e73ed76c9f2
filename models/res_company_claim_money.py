from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Where warranty claims stand in the books (R-BEY-09)."""

    _inherit = "res.company"

    aftersales_claim_account_id = fields.Many2one(
        "account.account",
        string="Claims Receivable",
        check_company=True,
        domain=[("account_type", "=", "asset_receivable")],
        help="What makers owe for warranty work. Empty: their receivable account; then "
        "it cannot be compared with the claims.",
    )
    aftersales_claim_difference_account_id = fields.Many2one(
        "account.account",
        string="Claim Differences",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_other", "income"))],
        help="What was claimed and not approved. Empty: the account of the cost of "
        "warranty.",
    )

    def _aftersales_get_warranty_account(self):
        """Return the account that takes the cost of warranty.

        :raises UserError: when none is set
        """
        self.ensure_one()
        # sudo: settings of the company, whatever the rights of who settles
        account = self.sudo()._get_aftersales_location("warranty").valuation_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account for the cost of warranty. Enter it in "
                    "the settings, block Parts.",
                    company=self.name,
                )
            )
        return account

    def _aftersales_get_difference_account(self):
        """Return the account of what was claimed and not approved."""
        self.ensure_one()
        return (
            self.sudo().aftersales_claim_difference_account_id  # sudo: a setting
            or self._aftersales_get_warranty_account()
        )
