from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.business_time import Clocks


class AftersalesTeam(models.Model):
    """What a team can do in a time, and what it has promised to do (R-DISP-04, 14)."""

    _inherit = "aftersales.team"

    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Time",
        check_company=True,
        help="Empty: the company's working time.",
    )
    bay_ids = fields.One2many("aftersales.bay", "team_id")
    appointment_share = fields.Float(
        compute="_compute_appointment_share",
        store=True,
        readonly=False,
        precompute=True,
        help="Percent of the team's working time that is kept for appointments "
        "(R-APPT-05). Walk-in customers are promised the rest only.",
    )
    planned_today = fields.Float("Planned today", compute="_compute_today")
    capacity_today = fields.Float("Capacity today", compute="_compute_today")

    _appointment_share_check = models.Constraint(
        "CHECK(appointment_share IS NULL OR appointment_share BETWEEN 0 AND 100)",
        "The share kept for appointments is a percentage between 0 and 100.",
    )

    @api.depends("company_id")
    def _compute_appointment_share(self):
        for team in self:
            team.appointment_share = team.company_id.aftersales_appointment_share

    def _compute_today(self):
        clocks = Clocks()
        now = fields.Datetime.now()
        for team in self:
            start, stop = team._get_clock(clocks).day_bounds(now)
            team.capacity_today = team._get_capacity_hours(start, stop, clocks)
            team.planned_today = team._get_load_hours(start, stop, clocks)

    # -- Capacity --------------------------------------------------------------------

    def _get_clock(self, clocks=None):
        """Return the `BusinessTime` the team works by."""
        self.ensure_one()
        clocks = Clocks() if clocks is None else clocks
        return clocks.of(self.resource_calendar_id, self.company_id)

    def _get_capacity_hours(self, start, stop, clocks=None):
        """Return how many hours of work the team's members have between two moments."""
        self.ensure_one()
        members = len(self.member_ids)
        return members * self._get_clock(clocks).between(start, stop) / 60

    def _get_load_domain(self, start, stop):
        """Return the domain of the operations planned between two moments."""
        return Domain(
            [
                ("team_id", "in", self.ids),
                ("state", "not in", ("done", "cancelled")),
                ("planned_start", "<", stop),
                ("planned_stop", ">", start),
            ]
        )

    def _get_load_hours(self, start, stop, clocks=None):
        """Return the hours of work planned for the team between two moments.

        An operation that reaches beyond them counts with the part that lies within.
        """
        self.ensure_one()
        clock = self._get_clock(clocks)
        # sudo: how busy the team is, not with what
        operations = (
            self.env["aftersales.operation"]
            .sudo()
            .search_fetch(
                self._get_load_domain(start, stop), ["planned_start", "planned_stop"]
            )
        )
        minutes = sum(
            clock.between(
                max(start, operation.planned_start), min(stop, operation.planned_stop)
            )
            for operation in operations
        )
        return minutes / 60 + self._get_appointment_hours(start, stop, clocks)

    def _get_appointment_hours(self, start, stop, clocks=None):
        """Hook: return the hours held by appointments that have not arrived yet."""
        return 0.0

    def _get_free_hours(self, start, stop, for_appointment=False, clocks=None):
        """Return the hours of work that can still be promised between two moments.

        :param for_appointment: also the share that is kept for appointments
        """
        self.ensure_one()
        clocks = Clocks() if clocks is None else clocks
        capacity = self._get_capacity_hours(start, stop, clocks)
        free = capacity - self._get_load_hours(start, stop, clocks)
        if not for_appointment:
            kept = capacity * self.appointment_share / 100
            held = self._get_appointment_hours(start, stop, clocks)
            free -= max(0.0, kept - held)
        return max(0.0, free)

    def _get_backlog_hours(self):
        """Return the hours of work the team has taken on and not clocked yet."""
        self.ensure_one()
        # sudo: how busy the team is, not with what
        [(planned, clocked)] = (
            self.env["aftersales.operation"]
            .sudo()
            ._read_group(
                [
                    ("team_id", "=", self.id),
                    ("state", "not in", ("done", "cancelled")),
                ],
                [],
                ["planned_hours:sum", "clocked_hours:sum"],
            )
        )
        return max(0.0, (planned or 0.0) - (clocked or 0.0))
