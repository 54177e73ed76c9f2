from datetime import timedelta
from math import ceil

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DAY = timedelta(days=1)


class AftersalesTrip(models.Model):
    """What a trip costs: allowances by the standards, handed in as Odoo's expenses."""

    _inherit = "aftersales.trip"

    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_ids = fields.One2many("aftersales.trip.cost", "trip_id", string="Costs")
    amount_claimed = fields.Monetary("Claimed", compute="_compute_amounts", store=True)
    amount_allowed = fields.Monetary(
        "Paid back", compute="_compute_amounts", store=True
    )
    waiting_count = fields.Integer(
        "Waits for the leader", compute="_compute_amounts", store=True
    )
    expense_ids = fields.One2many(
        "hr.expense", "aftersales_trip_id", string="Expenses", readonly=True
    )
    expense_count = fields.Integer(
        "Number of expenses", compute="_compute_expense_count", compute_sudo=True
    )

    @api.depends("cost_ids.amount", "cost_ids.amount_allowed", "cost_ids.needs_grant")
    def _compute_amounts(self):
        for trip in self:
            trip.amount_claimed = sum(trip.cost_ids.mapped("amount"))
            trip.amount_allowed = sum(trip.cost_ids.mapped("amount_allowed"))
            trip.waiting_count = len(trip.cost_ids.filtered("needs_grant"))

    @api.depends("expense_ids")
    def _compute_expense_count(self):
        for trip in self:
            trip.expense_count = len(trip.expense_ids)

    # -- Standards --------------------------------------------------------------------

    def _get_dates(self):
        """Return the calendar days of this trip, as it was or is planned."""
        self.ensure_one()
        start = self.left_at or self.date_start
        if not start:
            return set()
        first = self._get_local_date(start)
        return {first + timedelta(days=number) for number in range(self.days)}

    def _get_meal_days(self):
        """Return the days of each person that have a meal allowance here (R-EXP-01).

        A day is paid once: by the trip that came back first.

        :return: dict of hr.employee -> number of days
        """
        self.ensure_one()
        # sudo: when colleagues were away; only numbers of days leave this method
        trip = self.sudo()
        dates = trip._get_dates()
        if not dates:
            return {}
        earlier = trip.search(
            [
                ("id", "!=", trip._origin.id),
                ("kind", "=", "trip"),
                ("state", "in", ("back", "settled")),
                ("employee_ids", "in", trip.employee_ids.ids),
                ("returned_at", "<=", trip.returned_at or fields.Datetime.now()),
                ("returned_at", ">=", (trip.left_at or trip.date_start) - DAY),
            ]
        )
        days = {}
        for employee in trip.employee_ids:
            mine = earlier.filtered(
                lambda other, employee=employee: employee in other.employee_ids
            )
            paid = set().union(*(other._get_dates() for other in mine))
            days[employee._origin] = len(dates - paid)
        return days

    def _get_room_nights(self):
        """Return how many rooms for how many nights: persons share (R-EXP-02)."""
        self.ensure_one()
        persons = self.company_id.aftersales_trip_room_persons or 1
        return ceil(self.person_count / persons) * self.nights

    def _get_lodging(self):
        """Return what lodging of all persons may cost, in company currency."""
        self.ensure_one()
        return self.company_id.aftersales_trip_lodging * self._get_room_nights()

    def _get_mileage(self):
        """Return what the kilometres of the car amount to (R-EXP-03)."""
        self.ensure_one()
        return self.currency_id.round(
            self.company_id.aftersales_trip_km_rate * self.distance_driven
        )

    def _share_lodging(self):
        """Return the share of each cost in the standard of lodging, to the cent."""
        costs = self.cost_ids.filtered(lambda cost: cost.kind == "lodging")
        total = sum(costs.mapped("amount"))
        shares, given, spent = {}, 0.0, 0.0
        for cost in costs:
            if not total:
                shares[cost] = 0.0 if shares else self._get_lodging()
                continue
            spent += cost.amount
            upto = self.currency_id.round(self._get_lodging() * spent / total)
            shares[cost] = upto - given
            given = upto
        return shares

    # -- Steps ------------------------------------------------------------------------

    def action_return(self):
        """Come back; the allowances are worked out at once (R-EXP-01 to 03)."""
        result = super().action_return()
        self._fill_allowances()
        return result

    def action_fill_allowances(self):
        """Work out the allowances anew from days, persons and kilometres."""
        self._check_traveller()
        self._check_state("back")
        self._fill_allowances()
        return True

    def _fill_allowances(self):
        """Write meals of each person, kilometres, and a row for lodging."""
        vals_list = []
        for trip in self.filtered(lambda trip: trip.kind == "trip"):
            # sudo: the rows belong to all travellers; the callers checked who asks
            mine = trip.sudo().cost_ids
            meal = trip.company_id.aftersales_trip_meal
            mine.filtered(
                lambda cost: (
                    cost.kind in ("meals", "mileage")
                    or (cost.kind == "lodging" and not cost.amount)
                )
            ).unlink()
            vals_list += [
                {
                    "trip_id": trip.id,
                    "kind": "meals",
                    "employee_id": employee.id,
                    "quantity": days,
                    "amount": meal * days,
                }
                for employee, days in trip._get_meal_days().items()
            ]
            if trip.distance_driven:
                vals_list.append(
                    {
                        "trip_id": trip.id,
                        "kind": "mileage",
                        "employee_id": trip.driver_id.id,
                        "quantity": trip.distance_driven,
                        "amount": trip._get_mileage(),
                    }
                )
            if trip.nights and not mine.exists().filtered(
                lambda cost: cost.kind == "lodging"
            ):
                vals_list.append(
                    {
                        "trip_id": trip.id,
                        "kind": "lodging",
                        "employee_id": trip.leader_id.id,
                        "quantity": trip._get_room_nights(),
                    }
                )
        # sudo: as above
        self.env["aftersales.trip.cost"].sudo().create(
            [vals for vals in vals_list if vals.get("amount", 1)]
        )

    def action_settle(self):
        """Hand the costs in: an expense for each person and kind, submitted (F48).

        What is over standard and not granted stays out. From there on Odoo's own way:
        approved, posted, paid.

        :raises UserError: while something without a receipt waits for the leader
        """
        self._check_traveller()
        self._lock()
        self._check_state("back")
        for trip in self:
            waiting = trip.cost_ids.filtered(
                lambda cost: cost.no_receipt and cost.needs_grant
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "Trip %(name)s: %(superior)s has not said yet how much is paid "
                        "back without a receipt.",
                        name=trip.name,
                        superior=trip.superior_id.name,
                    )
                )
            # sudo: expenses of all travellers, whose rights Odoo's own groups give; who
            # hands in, and the state, are checked above
            trip.sudo().with_company(trip.company_id)._create_expenses()
        # sudo: the state is not editable; as above
        self.sudo().state = "settled"
        return True

    def _create_expenses(self):
        """Make and submit the expenses of this trip (in sudo)."""
        self.ensure_one()
        groups = {}
        for cost in self.cost_ids:
            if not self.currency_id.is_zero(cost.amount_allowed):
                key = (cost.employee_id, cost.kind)
                groups[key] = groups.get(key, cost.browse()) | cost
        expenses = self.env["hr.expense"].create(
            [
                costs._prepare_expense_vals(employee, kind)
                for (employee, kind), costs in groups.items()
            ]
        )
        for expense, costs in zip(expenses, groups.values(), strict=True):
            costs.expense_id = expense
            for receipt in costs.receipt_ids:
                receipt.copy({"res_model": "hr.expense", "res_id": expense.id})
            if not expense.manager_id:
                # Else an expense without a superior in Odoo approves itself.
                expense.manager_id = self.superior_id
        if expenses:
            expenses.action_submit()

    def _get_allowed(self, employee):
        """Return what is paid back to ``employee`` by the costs of this trip."""
        self.ensure_one()
        costs = self.cost_ids.filtered(lambda cost: cost.employee_id == employee)
        return sum(costs.mapped("amount_allowed"))

    def _get_expensed(self, employee):
        """Return what ``employee`` gets by expenses of this trip, but refused ones."""
        self.ensure_one()
        expenses = self.expense_ids.filtered(
            lambda expense: (
                expense.employee_id == employee and expense.state != "refused"
            )
        )
        return sum(expenses.mapped("total_amount"))

    def action_reopen_costs(self):
        """Write the costs anew, when every expense has been refused.

        :raises AccessError: without the role Finance, or for a trip of one's own
        :raises UserError: when an expense is still on its way
        """
        self._check_role("finance")
        self._lock()
        self._check_state("settled")
        for trip in self:
            if trip._is_own(self.env.user):
                raise AccessError(
                    self.env._(
                        "Trip %(name)s is your own: somebody else opens it.",
                        name=trip.name,
                    )
                )
            # sudo: only whether they are refused
            if any(expense.state != "refused" for expense in trip.sudo().expense_ids):
                raise UserError(
                    self.env._(
                        "Trip %(name)s: refuse its expenses first.", name=trip.name
                    )
                )
        # sudo: the state is not editable; who and state are checked above
        trips = self.sudo()
        trips.cost_ids.expense_id = False
        trips.state = "back"
        return True

    # -- Buttons ----------------------------------------------------------------------

    def action_view_expenses(self):
        """Open the expenses of this trip that the user may see."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Expenses"),
            "res_model": "hr.expense",
            "views": [(False, "list"), (False, "form")],
            "domain": [("aftersales_trip_id", "=", self.id)],
        }

    def action_print_claim(self):
        """Print the travel claim (F48)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_travel_claim").report_action(self)
