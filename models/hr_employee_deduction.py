from odoo import fields, models


class HrEmployee(models.Model):
    """What limits a month's deductions of an employee (R-PAY-04)."""

    _inherit = "hr.employee"

    aftersales_wage_base = fields.Monetary(
        "Wage Base of Deductions",
        groups="hr.group_hr_user",
        help="A month's wage, in the company's currency, of which at most the share in "
        "the settings of After-Sales is held back.",
    )
    aftersales_deduction_ids = fields.One2many(
        "aftersales.deduction",
        "employee_id",
        string="Deductions",
        groups="hr.group_hr_user",
    )

    _aftersales_wage_base_check = models.Constraint(
        "CHECK(aftersales_wage_base IS NULL OR aftersales_wage_base >= 0)",
        "A wage is not negative.",
    )
