from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_followup_user_id = fields.Many2one(
        "res.users",
        string="Follow-up Clerk",
        domain=[("share", "=", False)],
        help="Makes the follow-ups of customers who have no designated person "
        "(R-FU-10).",
    )
    aftersales_followup_supervisor_id = fields.Many2one(
        "res.users",
        string="Follow-up Supervisor",
        domain=[("share", "=", False)],
        help="Is told of overdue follow-ups and of points not solved in time. Empty: "
        "the leader of the ticket's team, else a manager.",
    )
    aftersales_followup_issue_days = fields.Integer(
        string="Days to Solve a Point",
        default=2,
        help="Days after a follow-up within which a point that came up is solved; "
        "then it goes to the supervisor (R-FU-08).",
    )

    _aftersales_followup_issue_days = models.Constraint(
        "CHECK(aftersales_followup_issue_days >= 0)",
        "The days to solve a point cannot be negative.",
    )
