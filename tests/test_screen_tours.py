from odoo.tests import tagged

from .common import AftersalesCommon
from .common_tour import TourCommon


@tagged("post_install", "-at_install")
class TestScreenTours(AftersalesCommon, TourCommon):
    """Single errands in the browser."""

    def test_vehicles_come_in_by_the_import_screen(self):
        """R-VEH-03: a file made from the template, tried, corrected, imported."""
        Vehicle = self.env["aftersales.vehicle"]
        before = Vehicle.search([])
        self._tour(
            "advisor", "import_vehicles", "/odoo/aftersales-vehicles?view_type=list"
        )
        vehicles = (Vehicle.search([]) - before).sorted("license_plate")
        self.assertEqual(
            vehicles.mapped("license_plate"), ["IMP001", "IMP002", "IMP003"]
        )
        self.assertEqual(vehicles.mapped("odometer"), [1000, 2000, 3000])
        self.assertEqual(vehicles.model_id, self.vehicle_model)
        self.assertEqual(vehicles[0].partner_id, self.customer)
        self.assertEqual(vehicles[1:].partner_id.mapped("name"), ["Harbour Works"])

    def test_a_report_is_taken_on_a_phone(self):
        Ticket = self.env["aftersales.ticket"]
        before = Ticket.search([])
        self._tour("advisor", "report_on_phone", "/odoo/aftersales-tickets", phone=True)
        ticket = Ticket.search([]) - before
        self.assertEqual(ticket.state, "assigned")
        self.assertEqual(ticket.service_mode, "onsite")
        self.assertEqual(ticket.complaint, "Stands at the harbour, no drive")
        self.assertEqual(ticket.technician_id, self.user_technician)
        self.assertEqual(ticket.partner_id, self.customer)

    def test_a_form_left_untouched_is_no_ticket(self):
        """Leaving a page saves what its form allows to save: it must not allow it."""
        Ticket = self.env["aftersales.ticket"]
        before = Ticket.search_count([])
        self._tour("advisor", "blank_report", "/odoo/aftersales-tickets/new")
        self.assertEqual(Ticket.search_count([]), before)
