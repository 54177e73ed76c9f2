from odoo import api, fields, models


class AftersalesDeductionTie(models.TransientModel):
    """Deductions less refunds beside the account of guarantees held, to the cent
    (R-PAY-04, R-PAY-05)."""

    _name = "aftersales.deduction.tie"
    _description = "Deductions beside the Ledger"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(
        related="company_id.aftersales_deduction_account_id", string="Account"
    )
    amount_held = fields.Monetary("Held back so far", compute="_compute_tie")
    amount_refunded = fields.Monetary("Given back so far", compute="_compute_tie")
    amount_deductions = fields.Monetary("Still held", compute="_compute_tie")
    amount_ledger = fields.Monetary("On the account", compute="_compute_tie")
    amount_difference = fields.Monetary(
        "Difference",
        compute="_compute_tie",
        help="What stands on the account, less what is still held.",
    )
    difference_text = fields.Text("Explained", compute="_compute_tie")
    stray_ids = fields.Many2many(
        "account.move.line", string="Of no deduction", compute="_compute_tie"
    )
    differing_ids = fields.Many2many(
        "aftersales.deduction", string="Deductions that differ", compute="_compute_tie"
    )

    def _compute_display_name(self):
        for tie in self:
            tie.display_name = self.env._("Deductions beside the Ledger")

    @api.depends("company_id")
    def _compute_tie(self):
        for tie in self:
            found = tie.company_id._aftersales_deduction_tie()
            tie.amount_held = found["held"]
            tie.amount_refunded = found["refunded"]
            tie.amount_deductions = found["deductions"]
            tie.amount_ledger = found["ledger"]
            tie.amount_difference = found["difference"]
            tie.stray_ids = found["strays"]
            tie.differing_ids = found["differing"]
            tie.difference_text = "\n".join(found["reasons"])

    @api.model
    def action_open(self):
        """Compare deductions with their account, and show it (Finance).

        :return: action that opens the comparison
        """
        self.check_access("create")
        return self.create({})._get_records_action(
            name=self.env._("Deductions beside the Ledger")
        )
