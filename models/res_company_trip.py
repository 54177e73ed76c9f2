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

    _aftersales_trip_near_check = models.Constraint(
        "CHECK(COALESCE(aftersales_trip_near_km, 0) >= 0)",
        "A distance cannot be negative.",
    )
