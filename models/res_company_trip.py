from odoo import fields, models


class ResCompany(models.Model):
    """How the company's people travel for after-sales."""

    _inherit = "res.company"

    aftersales_trip_near_km = fields.Float(
        string="Nearby",
        default=100.0,
        help="Up to this distance, in kilometres one way, a destination is nearby "
        "(R-TRIP-01).",
    )
    aftersales_trip_copy_ids = fields.Many2many(
        "res.users",
        "res_company_trip_copy_rel",
        "company_id",
        "user_id",
        string="Copy of the out register",
        domain=[("share", "=", False)],
        help="Administration: gets a copy of each approved trip (R-TRIP-04).",
    )
    aftersales_trip_helper_ids = fields.Many2many(
        "res.users",
        "res_company_trip_helper_rel",
        "company_id",
        "user_id",
        string="Help with itinerary",
        domain=[("share", "=", False)],
        help="Information centre: follows each trip that is asked for, and helps with "
        "itinerary and reimbursement (R-TRIP-06).",
    )

    aftersales_trip_meal = fields.Monetary(
        string="Meals",
        default=30.0,
        help="Meal allowance of a person and day (R-EXP-01).",
    )
    aftersales_trip_lodging = fields.Monetary(
        string="Lodging",
        default=150.0,
        help="What a room may cost a night (R-EXP-02).",
    )
    aftersales_trip_room_persons = fields.Integer(
        string="Persons to a room",
        default=2,
        help="How many share a room; the last room may be shared by fewer (R-EXP-02).",
    )
    aftersales_trip_km_rate = fields.Monetary(
        string="Car kilometre",
        default=1.0,
        help="What a kilometre by car is charged at; paid back to who drove his own "
        "car (R-EXP-03).",
    )
    aftersales_trip_fine_percent = fields.Float(
        string="Driver's share of fines",
        default=50.0,
        help="How much of a traffic fine the driver bears, in percent; the company "
        "bears the rest (R-EXP-04).",
    )

    aftersales_trip_account_id = fields.Many2one(
        "account.analytic.account",
        string="Costs on the road",
        check_company=True,
        help="Analytic account of trips and freight; each line names its ticket. "
        "Empty: one is made when it is needed first (R-EXP-07).",
    )

    _aftersales_trip_near_check = models.Constraint(
        "CHECK(COALESCE(aftersales_trip_near_km, 0) >= 0)",
        "A distance cannot be negative.",
    )
    _aftersales_trip_standards_check = models.Constraint(
        "CHECK(COALESCE(aftersales_trip_meal, 0) >= 0"
        " AND COALESCE(aftersales_trip_lodging, 0) >= 0"
        " AND COALESCE(aftersales_trip_km_rate, 0) >= 0"
        " AND COALESCE(aftersales_trip_room_persons, 1) >= 1"
        " AND COALESCE(aftersales_trip_fine_percent, 0) BETWEEN 0 AND 100)",
        "Standards of trips: no amount is negative, a room has one person at least, "
        "and the driver's share is a percentage between 0 and 100.",
    )

    def _aftersales_get_trip_distribution(self):
        """Return the analytic distribution of costs on the road (R-EXP-07).

        One account a company in Odoo's own first plan: the ticket stands on the lines,
        so that ten thousand tickets do not make ten thousand accounts.
        """
        self.ensure_one()
        # sudo: a technician who hands in his costs has no right to analytic accounts
        company = self.sudo()
        if not company.aftersales_trip_account_id:
            plan, __ = self.env["account.analytic.plan"].sudo()._get_all_plans()
            company.aftersales_trip_account_id = company.env[
                "account.analytic.account"
            ].create(
                {
                    "name": self.env._("After-sales: costs on the road"),
                    "plan_id": plan.id,
                    "company_id": company.id,
                }
            )
        return {str(company.aftersales_trip_account_id.id): 100}
