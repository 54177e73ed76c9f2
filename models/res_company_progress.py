from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_progress_percent = fields.Float(
        string="Progress Asked at",
        default=70.0,
        help="Percent of the planned duration after which the workshop is asked how "
        "far the work is (R-PROG-01).",
    )
    aftersales_progress_late_percent = fields.Float(
        string="Progress Asked until",
        default=80.0,
        help="Percent of the planned duration after which that question is late.",
    )
    aftersales_notice_hours = fields.Float(
        string="Ready Notice",
        default=1.0,
        help="Hours before the promised time at which the customer is told that his "
        "vehicle is ready, or will be late (R-SETT-03).",
    )
    aftersales_notice_hours_long = fields.Float(
        string="Ready Notice of Long Jobs",
        default=4.0,
        help="The same for a job that takes long.",
    )
    aftersales_notice_long_days = fields.Float(
        string="Long Job",
        default=2.0,
        help="Days from which on a job takes long.",
    )

    _aftersales_progress_check = models.Constraint(
        "CHECK(COALESCE(aftersales_progress_percent, 70)"
        " <= COALESCE(aftersales_progress_late_percent, 80)"
        " AND COALESCE(aftersales_progress_percent, 70) > 0"
        " AND COALESCE(aftersales_progress_late_percent, 80) <= 100"
        " AND COALESCE(aftersales_notice_hours, 0) >= 0"
        " AND COALESCE(aftersales_notice_hours_long, 0) >= 0"
        " AND COALESCE(aftersales_notice_long_days, 0) >= 0)",
        "Progress is asked between two shares of the planned duration, the first not "
        "above the second; notices come ahead, not after.",
    )
