from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_hotline = fields.Char(
        string="Service Hotline",
        help="The one number customers call, day and night (R-INT-01). "
        "Printed on the service card and on every service document.",
    )
    aftersales_sales_user_id = fields.Many2one(
        "res.users",
        string="Purchase Intents To",
        domain=[("share", "=", False)],
        help="The salesperson who hears of customers that have none of their own and "
        "think of another vehicle (R-INT-16).",
    )
    aftersales_answer_rings = fields.Integer(
        string="Rings Before a Call Is Answered",
        default=3,
        help="An incoming call answered after more rings counts as answered late; "
        "0: not counted (R-INT-19).",
    )
    aftersales_duty_tolerance = fields.Integer(
        string="Minutes until a Turn of Duty Is Late",
        default=15,
        help="Whoever comes on duty more minutes after its begin counts as late "
        "(R-DISC-01).",
    )
    aftersales_duty_early = fields.Integer(
        string="Minutes before a Turn of Duty to Stamp It",
        default=60,
        help="So many minutes before its begin a turn can be stamped (R-DISC-01).",
    )

    _aftersales_answer_rings = models.Constraint(
        "CHECK(aftersales_answer_rings >= 0)",
        "The rings before a call is answered cannot be negative.",
    )
    _aftersales_duty_minutes = models.Constraint(
        "CHECK(aftersales_duty_tolerance >= 0 AND aftersales_duty_early >= 0)",
        "The minutes around the begin of a turn of duty cannot be negative.",
    )
