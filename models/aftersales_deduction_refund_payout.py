from odoo import api, models


class AftersalesDeductionRefund(models.Model):
    """A refund stands on the payout statement of the month it was posted (R-INC-10)."""

    _name = "aftersales.deduction.refund"
    _inherit = ["aftersales.deduction.refund", "aftersales.payout.source.mixin"]

    @api.model
    def _collect_payout_lines(self, company, month):
        end = self.env["aftersales.payout"]._get_month_end(company, month)
        refunds = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("posted_at", "<", end),
                *self._get_payout_open_domain(),
            ]
        )
        return [
            {
                "employee_id": refund.employee_id.id,
                "kind": "refund",
                "amount": refund.amount,
                "source": refund,
                "name": f"{refund.deduction_id.name}: {refund.move_id.name}",
                "ticket_id": refund.ticket_id.id,
            }
            for refund in refunds
        ]
