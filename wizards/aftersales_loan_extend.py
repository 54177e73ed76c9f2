from datetime import timedelta

from odoo import api, fields, models


class AftersalesLoanExtend(models.TransientModel):
    """More time for a borrower, and why (R-PART-17)."""

    _name = "aftersales.loan.extend"
    _description = "Extension of a Loan"

    picking_id = fields.Many2one(
        "stock.picking", string="Loan", required=True, readonly=True
    )
    borrower_id = fields.Many2one(
        related="picking_id.aftersales_guarantor_id", string="Borrower"
    )
    old_due_date = fields.Date(
        related="picking_id.aftersales_due_date", string="Due until now"
    )
    due_date = fields.Date(
        "Due on",
        required=True,
        compute="_compute_due_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    reason = fields.Char(required=True)

    @api.depends("picking_id")
    def _compute_due_date(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            slip = wizard.picking_id
            days = timedelta(days=slip.sudo().company_id.aftersales_loan_days)
            start = max(today, slip.aftersales_due_date or today)
            wizard.due_date = start + days

    def action_confirm(self):
        """Extend the loan.

        :raises UserError: to the borrower himself, or when the day is no later
        """
        self.ensure_one()
        self.picking_id._aftersales_extend_loan(self.due_date, self.reason)
        return {"type": "ir.actions.act_window_close"}
