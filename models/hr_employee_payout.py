from odoo import fields, models


class HrEmployee(models.Model):
    """The payout statements of an employee (R-INC-10)."""

    _inherit = "hr.employee"

    aftersales_payout_ids = fields.One2many(
        "aftersales.payout",
        "employee_id",
        string="Payout Statements",
        groups="hr.group_hr_user",
    )
    aftersales_payout_count = fields.Integer(
        "Number of Payout Statements",
        compute="_compute_aftersales_payout_count",
        groups="hr.group_hr_user",
    )

    def _compute_aftersales_payout_count(self):
        counts = dict(
            self.env["aftersales.payout"]._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["__count"]
            )
        )
        for employee in self:
            employee.aftersales_payout_count = counts.get(employee, 0)

    def action_aftersales_payouts(self):
        """Open the payout statements of this employee that the user may read."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payout Statements"),
            "res_model": "aftersales.payout",
            "view_mode": "list,form",
            "domain": [("employee_id", "=", self.id)],
        }
