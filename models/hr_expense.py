from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HrExpense(models.Model):
    """Expenses that come from a trip: never more than its costs allow (R-EXP-06)."""

    _inherit = "hr.expense"

    aftersales_trip_id = fields.Many2one(
        "aftersales.trip",
        string="Trip",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        copy=False,
    )
    aftersales_cost_ids = fields.One2many(
        "aftersales.trip.cost", "expense_id", string="Travel costs", readonly=True
    )

    aftersales_shipment_ids = fields.One2many(
        "aftersales.part.shipment", "expense_id", string="Parcels", readonly=True
    )

    def _aftersales_get_tickets(self):
        """Return the tickets that these expenses were made for."""
        parcels = self.aftersales_shipment_ids
        return (
            self.aftersales_trip_id.ticket_ids
            | parcels.ticket_id
            | parcels.picking_ids.aftersales_ticket_id
        )

    @api.constrains("total_amount", "approval_state", "aftersales_trip_id")
    def _check_aftersales_allowed(self):
        for expense in self.filtered("aftersales_trip_id"):
            # sudo: what the travellers' costs allow, to compare with
            costs = expense.sudo().aftersales_cost_ids
            allowed = sum(costs.mapped("amount_allowed"))
            currency = expense.company_currency_id
            if costs and currency.compare_amounts(expense.total_amount, allowed) > 0:
                raise ValidationError(
                    self.env._(
                        "Expense %(name)s: trip %(trip)s allows %(allowed)s. More is "
                        "granted by the leader, on the costs of the trip.",
                        name=expense.name,
                        trip=expense.aftersales_trip_id.name,
                        allowed=currency.format(allowed),
                    )
                )
