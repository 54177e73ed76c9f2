from odoo import models


class AftersalesTrip(models.Model):
    """Kilometres of a company car are a cost of the tickets of the trip (R-EXP-07).

    Nobody is paid them back, and the car's bills are booked with the fleet: only
    analytic lines say what the tickets have cost, at the company's rate (R-EXP-03).
    """

    _inherit = "aftersales.trip"

    def _create_expenses(self):
        result = super()._create_expenses()
        self._cost_car()
        return result

    def action_reopen_costs(self):
        result = super().action_reopen_costs()
        # sudo: whoever may reopen takes what follows from it along; checked there
        self.env["account.analytic.line"].sudo().search(
            [("aftersales_trip_id", "in", self.ids)]
        ).unlink()
        return result

    def _cost_car(self):
        """Share what the company car's kilometres amount to by tickets (in sudo)."""
        self.ensure_one()
        tickets, total = self.ticket_ids, self._get_mileage()
        if self.means != "car" or not tickets or self.currency_id.is_zero(total):
            return
        company = self.company_id
        account = self.env["account.analytic.account"].browse(
            int(account) for account in company._aftersales_get_trip_distribution()
        )
        plan = account.plan_id._column_name()
        row = {
            "name": self.env._(
                "%(trip)s: %(car)s, %(distance)g km",
                trip=self.name,
                car=self.vehicle_id.display_name,
                distance=self.distance_driven,
            ),
            "date": self._get_local_date(self.returned_at),
            "company_id": company.id,
            plan: account.id,
            "user_id": self.driver_id.user_id.id,
            "aftersales_trip_id": self.id,
        }
        shares = tickets._split_cost(
            {"amount": -total, "unit_amount": self.distance_driven}, self.currency_id
        )
        self.env["account.analytic.line"].create([{**row, **share} for share in shares])
