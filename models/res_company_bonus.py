from odoo import fields, models


class ResCompany(models.Model):
    """How dealers' bonuses are booked, and whether the books agree (R-PAY-10)."""

    _inherit = "res.company"

    aftersales_bonus_account_id = fields.Many2one(
        "account.account",
        "Dealers' Bonuses",
        check_company=True,
        help="What bonuses cost: their credit notes are booked on it, and only they.",
    )
    aftersales_bonus_product_id = fields.Many2one(
        "product.product",
        "Bonus as",
        check_company=True,
        help="Product on the credit note; its taxes are taken. Empty: without tax.",
    )
    aftersales_bonus_since = fields.Date(
        "Invoices since",
        required=True,
        default=fields.Date.today,
        help="Older invoices give no bonus.",
    )

    def _aftersales_bonus_tie(self):
        """Compare the account of bonuses with the bonuses that were credited.

        :return: dict: ``ledger`` what stands on the account, ``bonuses`` what was
            credited, ``difference``, ``strays`` entries on the account that belong to
            no bonus; company currency
        """
        self.ensure_one()
        entries = self.env["account.move.line"]
        domain = [
            ("company_id", "=", self.id),
            ("account_id", "=", self.aftersales_bonus_account_id.id),
            ("parent_state", "=", "posted"),
        ]
        [[ledger]] = entries._read_group(domain, [], ["balance:sum"])
        confirmed = self.env["aftersales.bonus"].search(
            [("company_id", "=", self.id), ("state", "=", "confirmed")]
        )
        bonuses = sum(
            confirmed.filtered(lambda bonus: bonus.refund_id.state == "posted").mapped(
                "amount"
            )
        )
        return {
            "ledger": ledger or 0.0,
            "bonuses": bonuses,
            "difference": self.currency_id.round((ledger or 0.0) - bonuses),
            "strays": entries.search(
                [*domain, ("move_id", "not in", confirmed.refund_id.ids)]
            ),
        }
