from odoo import api, fields, models

from ..models.aftersales_statement import DAY


class AftersalesReceivableTie(models.TransientModel):
    """Statements of a month beside the receivable accounts, to the cent (R-PAY-03)."""

    _name = "aftersales.receivable.tie"
    _description = "Receivables beside the Ledger"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "As of the end of", required=True, default=lambda self: self._default_date()
    )
    amount_ledger = fields.Monetary("Receivable accounts", compute="_compute_tie")
    amount_other = fields.Monetary(
        "Other business",
        compute="_compute_tie",
        help="Open on receivable accounts without a service ticket.",
    )
    amount_open = fields.Monetary("Of after-sales", compute="_compute_tie")
    amount_stated = fields.Monetary(
        "On statements", compute="_compute_tie", help="Of customers and dealers."
    )
    amount_difference = fields.Monetary(
        "Difference",
        compute="_compute_tie",
        help="What is open for after-sales, less what is on statements.",
    )
    amount_vouched = fields.Monetary(
        "On guarantors' statements", compute="_compute_tie"
    )
    difference_text = fields.Text("Explained", compute="_compute_tie")
    other_ids = fields.Many2many(
        "account.move.line", string="Without a ticket", compute="_compute_tie"
    )
    changed_ids = fields.Many2many(
        "account.move.line", string="Items that differ", compute="_compute_tie"
    )

    @api.model
    def _default_date(self):
        return fields.Date.context_today(self).replace(day=1) - DAY

    def _compute_display_name(self):
        for tie in self:
            tie.display_name = self.env._("Receivables beside the Ledger")

    @api.depends("company_id", "date")
    def _compute_tie(self):
        for tie in self:
            found = tie.company_id._aftersales_receivable_tie(tie.date)
            tie.amount_ledger = found["ledger"]
            tie.amount_other = found["other"]
            tie.amount_open = found["open"]
            tie.amount_stated = found["stated"]
            tie.amount_vouched = found["vouched"]
            tie.amount_difference = found["difference"]
            tie.other_ids = found["strays"]
            tie.changed_ids = found["items"]
            tie.difference_text = "\n".join(found["reasons"])

    @api.model
    def action_open(self):
        """Compare the statements of last month with the books, and show it (Finance).

        :return: action that opens the comparison
        """
        self.check_access("create")
        return self.create({})._get_records_action(
            name=self.env._("Receivables beside the Ledger")
        )
