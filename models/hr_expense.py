from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


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
        # What was split off in Odoo is for the same.
        parcels = (self | self.split_expense_origin_id).aftersales_shipment_ids
        return (
            self.aftersales_trip_id.ticket_ids
            | parcels.ticket_id
            | parcels.picking_ids.aftersales_ticket_id
        )

    def write(self, vals):
        if not self.env.su and "aftersales_trip_id" in vals:
            raise AccessError(
                self.env._("Which trip an expense is of follows from the trip's costs.")
            )
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self.env.context.get("from_split_wizard"):
            # A part of it is of the same trip, and bounded by the same costs.
            for expense, vals in zip(self, vals_list, strict=True):
                vals["aftersales_trip_id"] = expense.aftersales_trip_id.id
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_without_trip(self):
        for expense in self.filtered("aftersales_trip_id"):
            raise UserError(
                self.env._(
                    "Expense %(name)s comes from trip %(trip)s: it is refused, not "
                    "deleted.",
                    name=expense.name,
                    trip=expense.sudo().aftersales_trip_id.name,
                )
            )

    @api.constrains("total_amount", "approval_state", "aftersales_trip_id")
    def _check_aftersales_allowed(self):
        # sudo: what the travellers' costs allow, and their other expenses, to compare
        for expense in self.sudo().filtered("aftersales_trip_id"):
            trip = expense.aftersales_trip_id
            costs = expense.aftersales_cost_ids
            allowed = sum(costs.mapped("amount_allowed"))
            wanted = expense.total_amount
            currency = expense.company_currency_id
            if not costs or currency.compare_amounts(wanted, allowed) <= 0:
                # Split, or handed in anew: all of a person's together.
                allowed = trip._get_allowed(expense.employee_id)
                wanted = trip._get_expensed(expense.employee_id)
            if currency.compare_amounts(wanted, allowed) > 0:
                raise ValidationError(
                    self.env._(
                        "Expense %(name)s: trip %(trip)s allows %(allowed)s. More is "
                        "granted by the leader, on the costs of the trip.",
                        name=expense.name,
                        trip=trip.name,
                        allowed=currency.format(allowed),
                    )
                )
