from odoo import api, fields, models


class AftersalesClaimTie(models.TransientModel):
    """Claims receivable beside the open claims, to the cent (R-BEY-09)."""

    _name = "aftersales.claim.tie"
    _description = "Claims beside the Ledger"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(related="company_id.aftersales_claim_account_id")
    amount_ledger = fields.Monetary("Open on the account", compute="_compute_tie")
    amount_claims = fields.Monetary("Open by the claims", compute="_compute_tie")
    amount_difference = fields.Monetary("Difference", compute="_compute_tie")
    stray_ids = fields.Many2many(
        "account.move.line",
        string="Entries without a claim",
        compute="_compute_tie",
    )
    claim_ids = fields.Many2many(
        "aftersales.warranty.claim", string="Open claims", compute="_compute_tie"
    )

    def _compute_display_name(self):
        for tie in self:
            tie.display_name = self.env._("Claims beside the Ledger")

    @api.depends("company_id")
    def _compute_tie(self):
        for tie in self:
            found = tie.company_id._aftersales_claim_tie()
            tie.amount_ledger = found["ledger"]
            tie.amount_claims = found["claims"]
            tie.amount_difference = found["difference"]
            tie.stray_ids = found["strays"]
            tie.claim_ids = self.env["aftersales.warranty.claim"].search(
                [
                    ("company_id", "=", tie.company_id.id),
                    ("kind", "=", "maker"),
                    ("amount_open", "!=", 0),
                ]
            )

    @api.model
    def action_open(self):
        """Compare the books with the claims now, and show it (Finance).

        :return: action that opens the comparison
        """
        self.check_access("create")
        return self.create({})._get_records_action(
            name=self.env._("Claims beside the Ledger")
        )
