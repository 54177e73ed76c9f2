from odoo import api, models


class AftersalesDeduction(models.Model):
    """A deduction stands on the payout statement of its month (R-INC-10)."""

    _name = "aftersales.deduction"
    _inherit = ["aftersales.deduction", "aftersales.payout.source.mixin"]

    @api.model
    def _collect_payout_lines(self, company, month):
        deductions = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("posted", "returned")),
                ("month", "<=", month),
                *self._get_payout_open_domain(),
            ]
        )
        return [
            {
                "employee_id": deduction.employee_id.id,
                "kind": "deduction",
                "amount": -deduction.amount,
                "source": deduction,
                "name": f"{deduction.name}: {deduction.move_id.name}",
                "ticket_id": deduction.ticket_id.id,
            }
            for deduction in deductions
        ]
