from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.business_time import Clocks
from .aftersales_appointment import HOLD_STATES


class AftersalesAppointment(models.Model):
    """An appointment holds the team's time, and that is never promised twice."""

    _inherit = "aftersales.appointment"

    def _get_hold_domain(self, start, stop):
        """Return the domain of appointments that hold time between two moments.

        A customer who has arrived holds it until his ticket's jobs are planned.
        """
        waiting = Domain("state", "in", HOLD_STATES)
        arrived = (
            Domain("state", "=", "arrived")
            & Domain(
                "ticket_id.state",
                "in",
                ("new", "assigned", "diagnosed", "quoted", "approved"),
            )
            & Domain(
                "ticket_id.operation_ids", "not any", [("planned_start", "!=", False)]
            )
        )
        return (
            (waiting | arrived)
            & Domain("planned_start", "<", stop)
            & Domain("planned_stop", ">", start)
        )

    def _check_capacity(self):
        """Refuse a time that the team, or the bay, cannot keep (R-APPT-05).

        At no moment of its working time a team has more work than people. Of two
        advisers who agree on times with one team at the same moment, the second one
        is made to look again.

        :raises UserError: naming the appointment, and when the team is full
        """
        clocks = Clocks()
        for appointment in self:
            team, start = appointment.team_id, appointment.planned_start
            stop = appointment.planned_stop
            clock = team._get_clock(clocks)
            if not clock.is_working(start):
                # The first minute of work after it, less that minute.
                again = clock.add(start, 1) - timedelta(minutes=1)
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s: team %(team)s does not work at "
                        "that time. It works again from %(time)s on.",
                        appointment=appointment.name,
                        team=team.name,
                        time=self.env["ir.qweb.field.datetime"].value_to_html(
                            again, {"hide_seconds": True}
                        ),
                    )
                )
            # A new version of the row, unchanged: of two transactions that do this at
            # the same time one fails to serialize, and Odoo plays it once more.
            self.env.cr.execute(
                SQL(
                    "UPDATE aftersales_team SET sequence = sequence WHERE id = %s",
                    team.id,
                )
            )
            full = team._get_full_at(start, stop, appointment, clocks)
            if full:
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s: team %(team)s has no free hand "
                        "from %(time)s on. Choose another time or another team.",
                        appointment=appointment.name,
                        team=team.name,
                        time=self.env["ir.qweb.field.datetime"].value_to_html(
                            full, {"hide_seconds": True}
                        ),
                    )
                )
            if appointment.bay_id:
                appointment.bay_id._check_free(start, stop, appointment=appointment)


class AftersalesTeam(models.Model):
    _inherit = "aftersales.team"

    def _get_held_appointments(self, start, stop):
        """Return the appointments that hold time of these teams."""
        # sudo: how busy the team is, whoever asks
        Appointment = self.env["aftersales.appointment"].sudo()
        domain = Appointment._get_hold_domain(start, stop)
        return Appointment.search(domain & Domain("team_id", "in", self.ids))

    def _get_appointment_hours(self, start, stop, clocks=None):
        self.ensure_one()
        clock = self._get_clock(clocks)
        minutes = sum(
            clock.between(max(start, held.planned_start), min(stop, held.planned_stop))
            for held in self._get_held_appointments(start, stop)
        )
        return super()._get_appointment_hours(start, stop, clocks) + minutes / 60

    def _get_full_at(self, start, stop, appointment, clocks):
        """Return the first moment between two at which nobody is free, or False.

        Moments outside working time do not count.
        """
        self.ensure_one()
        clock = self._get_clock(clocks)
        # sudo: how busy the team is, whoever asks
        jobs = (
            self.env["aftersales.operation"]
            .sudo()
            .search_fetch(
                self._get_load_domain(start, stop), ["planned_start", "planned_stop"]
            )
        )
        held = self._get_held_appointments(start, stop) - appointment
        busy = [(row.planned_start, row.planned_stop) for row in (*jobs, *held)]
        members = len(self.member_ids)
        moments = {start, stop}
        for begin, end in busy:
            moments |= {max(start, begin), min(stop, end)}
        moments = sorted(moments)
        for begin, end in zip(moments, moments[1:], strict=False):
            taken = sum(first < end and last > begin for first, last in busy)
            if taken >= members and clock.between(begin, end) > 0:
                return begin
        return False


class AftersalesBay(models.Model):
    _inherit = "aftersales.bay"

    def _check_free(self, start, stop, operation=None, appointment=None):
        result = super()._check_free(start, stop, operation, appointment)
        # sudo: the bay is taken, whoever plans
        Appointment = self.env["aftersales.appointment"].sudo()
        domain = Appointment._get_hold_domain(start, stop)
        domain &= Domain("bay_id", "=", self.id)
        if appointment:
            domain &= Domain("id", "!=", appointment.id)
        if operation:
            domain &= Domain("ticket_id", "!=", operation.ticket_id.id)
        other = Appointment.search(domain, limit=1)
        if other:
            raise UserError(
                self.env._(
                    "Bay %(bay)s is kept for appointment %(appointment)s at that time. "
                    "Choose another bay or another time.",
                    bay=self.name,
                    appointment=other.display_name,
                )
            )
        return result
