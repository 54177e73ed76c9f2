from odoo import fields, models


class AccountAnalyticLine(models.Model):
    """A cost that was made for a ticket."""

    _inherit = "account.analytic.line"

    aftersales_ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Service ticket",
        index="btree_not_null",
        check_company=True,
        readonly=True,
    )
