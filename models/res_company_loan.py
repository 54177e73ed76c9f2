from odoo import fields, models


class ResCompany(models.Model):
    """How borrowers of parts are reminded."""

    _inherit = "res.company"

    aftersales_loan_reminder_days = fields.Integer(
        string="Loan reminded",
        default=1,
        help="Days before the day on which a part on loan is due (R-PART-17).",
    )
    aftersales_loan_repeat_days = fields.Integer(
        string="Loan reminded again",
        default=3,
        help="Days after which a borrower whose loan is overdue is reminded again; 0: "
        "once only.",
    )

    _aftersales_loan_reminders_check = models.Constraint(
        "CHECK((aftersales_loan_reminder_days IS NULL"
        " OR aftersales_loan_reminder_days >= 0)"
        " AND (aftersales_loan_repeat_days IS NULL"
        " OR aftersales_loan_repeat_days >= 0))",
        "Days around which borrowers are reminded cannot be negative.",
    )
