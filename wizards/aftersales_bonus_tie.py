from odoo import api, fields, models


class AftersalesBonusTie(models.TransientModel):
    """Dealers' bonuses beside their account, to the cent (R-PAY-10)."""

    _name = "aftersales.bonus.tie"
    _description = "Bonuses beside the Ledger"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_ledger = fields.Monetary("On the account", compute="_compute_tie")
    amount_bonuses = fields.Monetary("Credited", compute="_compute_tie")
    amount_difference = fields.Monetary("Difference", compute="_compute_tie")
    stray_ids = fields.Many2many(
        "account.move.line", string="Entries without a bonus", compute="_compute_tie"
    )

    def _compute_display_name(self):
        for tie in self:
            tie.display_name = self.env._("Bonuses beside the Ledger")

    @api.depends("company_id")
    def _compute_tie(self):
        for tie in self:
            found = tie.company_id._aftersales_bonus_tie()
            tie.amount_ledger = found["ledger"]
            tie.amount_bonuses = found["bonuses"]
            tie.amount_difference = found["difference"]
            tie.stray_ids = found["strays"]

    @api.model
    def action_open(self):
        """Compare the bonuses with the books, and show it (Finance).

        :return: action that opens the comparison
        """
        self.check_access("create")
        return self.create({})._get_records_action(
            name=self.env._("Bonuses beside the Ledger")
        )
