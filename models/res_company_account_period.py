from odoo import fields, models


class ResCompany(models.Model):
    """Who compiles the statistics, and what else is after-sales' own (R-PAY-06)."""

    _inherit = "res.company"

    aftersales_statistics_user_id = fields.Many2one(
        "res.users",
        "Statistics Compiled by",
        help="Who sends the statistics sheet of a month to Finance. Empty: who has the "
        "role Quality.",
    )
    aftersales_operating_account_ids = fields.Many2many(
        "account.account",
        "aftersales_operating_account_rel",
        "company_id",
        "account_id",
        string="After-Sales' Own Accounts",
        help="Accounts of income and expenses that belong to after-sales as a whole, "
        "as wages and rent of the workshop. What stands there counts to its result.",
    )
    aftersales_hour_cost = fields.Monetary(
        "Cost of an Hour of Work",
        currency_field="currency_id",
        help="What an hour that is clocked on a ticket costs the company, for the "
        "report on the cost of service.",
    )
    aftersales_profit_share_percent = fields.Float(
        "Share of After-Sales in Its Result (%)",
        default=40.0,
        help="What after-sales staff get of the result of a year.",
    )

    _aftersales_profit_share_check = models.Constraint(
        "CHECK(aftersales_profit_share_percent BETWEEN 0 AND 100)",
        "The share of after-sales in its result is between 0 and 100 %.",
    )
