from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_appointment_share = fields.Float(
        string="Kept for Appointments",
        default=30.0,
        help="Percent of a team's working time kept for appointments (R-APPT-05); "
        "proposed for each new team.",
    )
    aftersales_promise_buffer = fields.Float(
        string="Buffer of Promised Times",
        default=20.0,
        help="Percent added to the work still to be done when a time is promised "
        "(R-EST-08).",
    )
    aftersales_default_hours = fields.Float(
        string="Hours of an Operation",
        default=1.0,
        help="Planned for an operation that has no standard hours and is not sold by "
        "the hour.",
    )
    aftersales_takeover_rounding = fields.Integer(
        string="Take-Over Rounded to",
        default=10,
        help="Minutes to which the time of taking a vehicle over is written "
        "(R-DISP-02).",
    )
    aftersales_clock_max_hours = fields.Float(
        string="Longest Time on the Clock",
        default=12.0,
        help="A clock that was started outside working time and forgotten is stopped "
        "after so many hours (R-BEY-14).",
    )

    _aftersales_workshop_check = models.Constraint(
        "CHECK((aftersales_appointment_share IS NULL"
        " OR aftersales_appointment_share BETWEEN 0 AND 100)"
        " AND COALESCE(aftersales_promise_buffer, 0) >= 0"
        " AND COALESCE(aftersales_default_hours, 1) > 0"
        " AND COALESCE(aftersales_takeover_rounding, 1) > 0"
        " AND COALESCE(aftersales_clock_max_hours, 1) > 0)",
        "The workshop's share is a percentage; its other figures are more than zero.",
    )
