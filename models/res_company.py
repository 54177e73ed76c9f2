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

    _aftersales_answer_rings = models.Constraint(
        "CHECK(aftersales_answer_rings >= 0)",
        "The rings before a call is answered cannot be negative.",
    )
