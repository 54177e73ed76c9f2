from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_tour import TourCommon
from .common_workshop import WorkshopCommon

JOBS = 52


@tagged("post_install", "-at_install")
class TestBoardTour(WorkshopCommon, TourCommon):
    """The dispatcher drags jobs on a board of more than fifty (R-DISP-04)."""

    def test_jobs_are_dragged_to_person_and_bay(self):
        self.technician_2.name = "Second Technician"
        people = self.user_technician | self.technician_2
        tickets = self.env["aftersales.ticket"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "vehicle_id": self.vehicle.id,
                    "complaint": "No drive",
                    "team_id": self.team.id,
                    "technician_id": people[number % 2].id,
                }
                for number in range(JOBS)
            ]
        )
        lines = self.env["aftersales.ticket.line"].create(
            [
                {"ticket_id": ticket.id, "product_id": self.labour.id}
                for ticket in tickets[1:]
            ]
        )
        wanted = self.env["aftersales.ticket.line"].create(
            {"ticket_id": tickets[0].id, "product_id": self.labour_2.id}
        )
        start = fields.Datetime.now() - timedelta(days=1)
        jobs = self.env["aftersales.operation"].create(
            [
                {
                    "line_id": line.id,
                    "ticket_id": line.ticket_id.id,
                    "team_id": self.team.id,
                    "technician_id": line.ticket_id.technician_id.id,
                    "state": "assigned",
                    "planned_hours": 1,
                    "planned_start": start + timedelta(hours=number),
                }
                for number, line in enumerate(wanted | lines)
            ]
        )
        self.assertEqual(len(jobs), JOBS)
        self._tour("dispatcher", "dispatch_board", "/odoo/aftersales-board")
        self.assertEqual(jobs[0].technician_id, self.technician_2)
        self.assertEqual(jobs[0].bay_id, self.bay_2)
        self.assertEqual(jobs[0].dispatched_by_id, self.user_dispatcher)
