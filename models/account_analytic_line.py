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
    aftersales_trip_id = fields.Many2one(
        "aftersales.trip",
        string="Trip",
        index="btree_not_null",
        check_company=True,
        readonly=True,
        ondelete="restrict",
        help="Whose company car was driven for the ticket.",
    )

    _aftersales_car_once = models.UniqueIndex(
        "(aftersales_trip_id, aftersales_ticket_id)"
        " WHERE aftersales_trip_id IS NOT NULL",
        "The kilometres of a trip are a cost of each of its tickets once.",
    )
