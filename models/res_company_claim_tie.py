from odoo import models


class ResCompany(models.Model):
    """Whether the books and the claims say the same (R-BEY-09)."""

    _inherit = "res.company"

    def _aftersales_claim_tie(self):
        """Compare the account of claims receivable with the claims.

        :return: dict: ``ledger`` what is open on the account, ``claims`` what is open
            by the claims, ``difference``, ``strays`` the open entries on the account
            that belong to no claim; amounts in the company's currency
        """
        self.ensure_one()
        entries = self.env["account.move.line"]
        account = self.aftersales_claim_account_id
        domain = [
            ("company_id", "=", self.id),
            ("account_id", "=", account.id),
            ("parent_state", "=", "posted"),
            ("amount_residual", "!=", 0),
        ]
        [[ledger]] = entries._read_group(domain, [], ["amount_residual:sum"])
        [[claims]] = self.env["aftersales.warranty.claim"]._read_group(
            [("company_id", "=", self.id), ("kind", "=", "maker")],
            [],
            ["amount_open:sum"],
        )
        strays = entries.search(
            [
                *domain,
                (
                    "move_id.invoice_line_ids",
                    "not any",
                    [("aftersales_claim_line_id", "!=", False)],
                ),
            ]
        )
        ledger = ledger or 0.0
        claims = claims or 0.0
        return {
            "ledger": ledger,
            "claims": claims,
            "difference": self.currency_id.round(ledger - claims),
            "strays": strays,
        }
