from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_patrol_rounds = fields.Integer(
        string="Rounds of a Shift",
        default=4,
        help="How often the dispatcher walks the workshop in a shift, at least "
        "(R-DISP-06).",
    )
    aftersales_patrol_minutes = fields.Integer(
        string="Minutes of a Round", default=25, help="At least (R-DISP-06)."
    )
    aftersales_patrol_shift_hours = fields.Float(
        string="Hours of That Shift",
        default=4.0,
        help="A longer or shorter shift has rounds in proportion.",
    )

    _aftersales_shop_check = models.Constraint(
        "CHECK(COALESCE(aftersales_patrol_rounds, 0) >= 0"
        " AND COALESCE(aftersales_patrol_minutes, 0) >= 0"
        " AND COALESCE(aftersales_patrol_shift_hours, 1) > 0)",
        "Rounds and minutes are not negative, the hours of a shift more than zero.",
    )

    def _aftersales_get_rounds(self, start, stop):
        """Return how many rounds are due between two moments, one at least."""
        self.ensure_one()
        if not self.aftersales_patrol_rounds:
            return 0
        hours = (stop - start).total_seconds() / 3600
        share = hours / self.aftersales_patrol_shift_hours
        return max(1, round(self.aftersales_patrol_rounds * share))
