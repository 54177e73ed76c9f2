from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime


class AftersalesTrip(models.Model):
    """Nobody is at two places at once, unless it is said how."""

    _inherit = "aftersales.trip"

    overlap_reason = fields.Char(
        "Why on two trips",
        copy=False,
        help="Required when somebody is on another trip in this time.",
    )

    def _find_overlaps(self):
        """Return the trips asked for or under way that share people and time."""
        self.ensure_one()
        if not self.date_start or not self.date_stop:
            return self.browse()
        planned = Domain("state", "in", ("submitted", "approved", "underway")) & Domain(
            "date_stop", ">", self.date_start
        )
        # Who has not come back is away, whatever was expected.
        late = Domain("state", "=", "underway") & Domain(
            "date_stop", "<=", self.date_start
        )
        if self.date_start > fields.Datetime.now():
            late = Domain.FALSE
        # sudo: when colleagues are away; number and time leave this method
        return self.sudo().search(
            Domain("id", "!=", self.id)
            & Domain("employee_ids", "in", self.employee_ids.ids)
            & Domain("date_start", "<", self.date_stop)
            & (planned | late)
        )

    def _get_problems(self):
        problems = super()._get_problems()
        if self.overlap_reason:
            return problems
        for other in self._find_overlaps():
            both = self.sudo().employee_ids & other.employee_ids
            problems.append(
                self.env._(
                    "%(people)s: on trip %(other)s until %(stop)s. Choose another time "
                    "or person, or write why on two trips.",
                    people=", ".join(both.mapped("name")),
                    other=other.name,
                    stop=format_datetime(
                        self.env,
                        other.date_stop,
                        tz=self.env.user.tz,
                        dt_format="short",
                    ),
                )
            )
        return problems
