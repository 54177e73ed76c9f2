from datetime import date, datetime, timedelta

from freezegun import freeze_time
from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.aftersales.tests.common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestVehicleTicket(AftersalesCommon):
    """What a ticket finds in the vehicle's file, and what it leaves there."""

    def test_the_history_of_a_vehicle(self):
        self.assertEqual(self.vehicle.ticket_count, 0)
        first = self._ticket()
        second = self._ticket()
        vehicle = self.vehicle.with_user(self.user_advisor)
        self.assertEqual(vehicle.ticket_ids, first | second)
        self.assertEqual((vehicle.ticket_count, vehicle.open_ticket_count), (2, 2))
        first._set_state("closed")
        self.env.flush_all()
        vehicle.invalidate_recordset()
        self.assertEqual((vehicle.ticket_count, vehicle.open_ticket_count), (2, 1))

    def test_a_ticket_from_the_file(self):
        action = self._as("advisor", self.vehicle).action_new_ticket()
        tickets = self.env["aftersales.ticket"].with_user(self.user_advisor)
        with Form(tickets.with_context(**action["context"])) as form:
            form.complaint = "Rattles"
        ticket = form.save()
        self.assertEqual(ticket.vehicle_id, self.vehicle)
        self.assertEqual(ticket.partner_id, self.vehicle.partner_id)

    def test_another_companys_vehicle(self):
        """The refusal says whose it is and what to do; no ticket is made."""
        other = self.env["res.company"].create({"name": "South Branch"})
        self.customer.company_id = False
        theirs = self.env["aftersales.vehicle"].create(
            {
                "serial_number": "SOUTH-1",
                "model_id": self.vehicle_model.id,
                "partner_id": self.customer.id,
                "company_id": other.id,
            }
        )
        before = self.env["aftersales.ticket"].search_count([])
        with (
            self.assert_refused(
                ValidationError, "SOUTH-1 is in the files of South Branch.*Enter the"
            ),
            self.env.cr.savepoint(),
        ):
            self._ticket(vehicle_id=theirs.id)
        self.assertEqual(self.env["aftersales.ticket"].search_count([]), before)

    def test_a_new_visit_is_announced_while_it_is_typed(self):
        """Open tickets, wrong people and due dates show before anything is saved
        (R-BEY-15, R-CUST-10, R-VEH-12)."""
        first = self._ticket()
        self.vehicle.annual_inspection_date = date.today() - timedelta(days=1)
        self.vehicle.secondary_maintenance_date = date.today() + timedelta(days=60)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        form = Form(self.env["aftersales.ticket"].with_user(self.user_advisor))
        self.assertFalse(form.other_open_ticket_ids[:])
        form.vehicle_id = self.vehicle
        self.assertEqual(form.other_open_ticket_ids[:], first)
        self.assertIn("Annual Inspection overdue since", form.vehicle_due)
        self.assertNotIn("Secondary", form.vehicle_due)
        form.partner_id = self.customer
        self.assertFalse(form.user_warning)
        form.contact_id = stranger
        self.assertIn("Stranger is not in the file", form.user_warning)
        form.contact_id = self.driver
        self.assertFalse(form.user_warning)
        form.partner_id = stranger
        self.assertIn("Stranger is not in the file", form.user_warning)

    def test_the_reporter_becomes_the_user_of_the_vehicle(self):
        """What the caller said goes into the files from the ticket (R-CUST-11)."""
        self.vehicle.driver_id = False
        ticket = self._ticket(reporter_name="Ms Wu", reporter_phone="+86 555 0277")
        ticket.action_update_vehicle_user()
        user = self.vehicle.driver_id
        self.assertEqual((user.name, user.phone), ("Ms Wu", "+86 555 0277"))
        self.assertEqual(user.parent_id, self.customer)
        self.assertEqual(ticket.contact_id, user)
        # Calls again, from another number: no second contact.
        self.vehicle.driver_id = False
        again = self._ticket(reporter_name="ms wu", reporter_phone="+86 555 0288")
        again.action_update_vehicle_user()
        self.assertEqual(self.vehicle.driver_id, user)
        nobody = self._ticket(partner_id=False, reporter_name="Ms Wu")
        with self.assertRaisesRegex(UserError, "Enter the customer first"):
            nobody.action_update_vehicle_user()

    def test_files_not_complete_and_late_are_listed(self):
        """Late files are flagged (R-CUST-01)."""
        ticket = self._ticket()
        ticket.action_assign()
        tickets = self.env["aftersales.ticket"]
        view = self.env.ref("aftersales.ticket_view_search_vehicle")

        def found(name):
            node = etree.fromstring(view.arch).find(f".//filter[@name='{name}']")
            return tickets.search(safe_eval(node.get("domain")))

        self.assertIn(ticket, found("file_incomplete"))
        self.assertNotIn(ticket, found("file_late"))
        with freeze_time(datetime.now() + timedelta(days=4)):
            self.assertIn(ticket, found("file_late"))
            self.customer.street = "Dock Road 1"
            self.vehicle.vehicle_kind = "truck"
            ticket.action_complete_file()
            self.assertNotIn(ticket, found("file_late"))
            self.assertNotIn(ticket, found("file_incomplete"))

    def test_invoices_of_its_tickets(self):
        ticket = self._ticket()
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "aftersales_ticket_id": ticket.id,
            }
        )
        self.assertEqual(self.vehicle.invoice_count, 1)
        technician = self.vehicle.with_user(self.user_technician)
        self.assertEqual(technician.invoice_count, 0, "no book is open to him")
        found = self.env["account.move"].search(
            self.vehicle.action_open_invoices()["domain"]
        )
        self.assertEqual(found.aftersales_ticket_id, ticket)

    def test_a_reading_comes_in_with_the_ticket_and_once(self):
        ticket = self._ticket(odometer=1200, engine_hours=80)
        self.assertEqual(self.vehicle.odometer, 1200)
        self.assertEqual(self.vehicle.engine_hours, 80)
        self.assertEqual(self.vehicle.reading_ids.ticket_id, ticket)
        self.assertEqual(len(self.vehicle.reading_ids), 2)
        ticket.odometer = 1200
        self.assertEqual(len(self.vehicle.reading_ids), 2)
        # Mistyped: the technician corrects it downwards without any reason.
        ticket.with_user(self.user_technician).odometer = 1020
        self.assertEqual(self.vehicle.odometer, 1020)
        every = self.vehicle.with_context(active_test=False).reading_ids
        self.assertEqual(len(every), 3, "the first one stays to be seen")

    def test_an_odd_reading_stops_the_ticket_until_it_is_explained(self):
        self.vehicle._add_reading(50000, date.today() - timedelta(days=1))
        with self.assert_refused(ValidationError, "is below the earlier one"):
            self._ticket(odometer=20)
        ticket = self._ticket(odometer=20, odometer_reason="meter_swapped")
        self.assertEqual(self.vehicle.odometer, 20)
        self.assertEqual(self.vehicle.odometer_offset, 49980)
        self.assertEqual(
            self.vehicle.reading_ids.filtered("ticket_id").plausibility, "below"
        )
        self.assertEqual(ticket.odometer, 20)

    def test_a_reading_follows_the_ticket_to_another_vehicle(self):
        other = self.env["aftersales.vehicle"].create(
            {"vin": VINS[1], "partner_id": self.customer.id}
        )
        ticket = self._ticket(odometer=900)
        ticket.vehicle_id = other
        self.assertEqual(other.odometer, 900)
        self.assertEqual(self.vehicle.odometer, 0)

    def test_maintenance_done_is_what_the_next_counts_from(self):
        ticket = self._ticket(ticket_type="maintenance", odometer=9000)
        ticket._set_state("delivered")
        self.assertEqual(self.vehicle.last_service_date, date.today())
        self.assertEqual(self.vehicle.last_service_odometer, 9000)
        self.assertEqual(self.vehicle.next_service_odometer, 19000)
        repair = self._ticket(odometer=9500)
        repair._set_state("delivered")
        self.assertEqual(self.vehicle.last_service_odometer, 9000)

    def test_work_not_done_is_shown_at_the_next_visit(self):
        ticket = self._ticket()
        declined = self._line(ticket, self.brake_pads)
        deferred = self._line(ticket, self.labour)
        self._line(ticket, self.mirror)
        declined.sudo().approval = "declined"
        deferred._defer()
        ticket._set_state("delivered")
        works = self.vehicle.recommendation_ids
        self.assertEqual(works.product_id, self.brake_pads | self.labour)
        self.assertEqual(works.ticket_id, ticket)
        ticket._update_vehicle_files()
        self.assertEqual(len(self.vehicle.recommendation_ids), 2, "once a line")
        visit = self._ticket()
        self.assertEqual(visit.open_recommendation_ids, works)
        works[0].with_user(self.user_technician).action_done()
        visit.invalidate_recordset(["open_recommendation_ids"])
        self.assertEqual(visit.open_recommendation_ids, works[1])

    def test_a_new_customer_is_told_from_an_old_one(self):
        ticket = self._ticket()
        self.assertTrue(ticket.is_new_customer)
        self._ticket()._set_state("delivered")
        self.env.invalidate_all()
        self.assertFalse(ticket.is_new_customer)
        self.assertFalse(
            self.driver.with_user(self.user_technician).aftersales_is_new_customer,
            "his people are no newer than he is",
        )

    def test_the_file_is_complete_when_somebody_says_so_and_it_is(self):
        ticket = self._ticket()
        with self.assert_refused(UserError, "still lacks: .*address of the owner"):
            ticket.action_complete_file()
        self.assertFalse(ticket.file_completed_at)
        self.customer.street = "Dock Road 1"
        self.vehicle.vehicle_kind = "truck"
        with self.assertRaises(AccessError):
            ticket.with_user(self.user_technician).action_complete_file()
        ticket.action_complete_file()
        at = ticket.file_completed_at
        self.assertEqual(ticket.file_completed_by_id, self.user_advisor)
        row = ticket.deadline_ids.filtered(lambda d: d.milestone == "file_completed")
        self.assertNotIn("open", row.mapped("state"))
        ticket.with_user(self.user_manager).action_complete_file()
        self.assertEqual(ticket.file_completed_at, at)

    def test_the_user_on_the_ticket_goes_into_the_file(self):
        user = self.env["res.partner"].create({"name": "Mrs Wu"})
        ticket = self._ticket(contact_id=user.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.user_technician).action_update_vehicle_user()
        ticket.action_update_vehicle_user()
        self.assertEqual(self.vehicle.driver_id, user)

    def test_the_form_of_a_ticket_opens_for_every_role(self):
        ticket = self._ticket()
        for role, user in self.ticket_users.items():
            with self.subTest(role):
                self.assertEqual(Form(ticket.with_user(user)).name, ticket.name)

    def test_a_vehicle_with_a_ticket_stays(self):
        self._ticket()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.vehicle.with_user(self.user_manager).unlink()
