from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_trip import TripCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestTrip(TripCommon):
    """Planned, allowed, under way, back (R-TRIP-03, 04, 05, R-DISC-03)."""

    def test_one_trip_for_several_tickets(self):
        first = self._visit()
        second = self._visit(technician_id=self.technician_2.id)
        same_town = self._visit()
        elsewhere = self._visit(
            partner_id=self.env["res.partner"]
            .create({"name": "Far", "city": "Harbin"})
            .id
        )
        tickets = self._as("dispatcher", first | second)
        trip = tickets.env["aftersales.trip"].browse(
            tickets.action_plan_trip()["res_id"]
        )
        self.assertEqual(trip.ticket_ids, first | second)
        self.assertEqual(trip.employee_ids, self.employee | self.employee_2)
        self.assertEqual(trip.destination, "Wuxi")
        self.assertEqual(trip.superior_id, self.user_inspector)
        self.assertIn("+86 555 0200", trip.contact_note)
        trip.action_add_tickets()
        self.assertEqual(trip.ticket_ids, first | second | same_town)
        self.assertNotIn(elsewhere, trip.ticket_ids)
        with self.assert_refused(UserError, "no further visit"):
            trip.action_add_tickets()
        self.assertEqual(first.trip_count, 1)
        self.assertEqual(first.action_view_trips()["res_id"], trip.id)
        with self.assert_refused(UserError, "not a visit"):
            self._ticket().with_user(self.user_advisor)._set_state("assigned")
            other = self._ticket()
            other.action_assign()
            other.action_plan_trip()

    def test_filled_in_before_it_is_asked_for(self):
        trip = self._trip()
        trip.write(
            {
                "destination": False,
                "date_stop": False,
                "ticket_ids": [Command.clear()],
                "employee_ids": [Command.clear()],
            }
        )
        with self.assert_refused(
            UserError, "who goes.*destination.*expected back.*tickets of the trip"
        ):
            # Of several lines
            try:
                trip.action_submit()
            except UserError as error:
                raise UserError(str(error).replace("\n", " ")) from error

    def test_out_register(self):
        clerk = new_test_user(
            self.env, "office", groups="base.group_user", company_id=self.company.id
        )
        helper = new_test_user(
            self.env, "info", groups="base.group_user", company_id=self.company.id
        )
        self.company.aftersales_trip_copy_ids = clerk
        self.company.aftersales_trip_helper_ids = helper
        with Form(
            self.env["aftersales.trip"]
            .with_user(self.user_technician)
            .with_context(default_kind="outing"),
            "aftersales.trip_view_form",
        ) as form:
            form.reason = "Fetch documents"
            form.destination = "Vehicle office"
            form.date_start = "2026-03-02 01:00:00"
            form.date_stop = "2026-03-02 04:00:00"
        outing = form.record
        self.assertEqual(outing.employee_ids, self.employee)
        self.assertEqual(outing.superior_id, self.user_inspector)
        with self.assert_refused(UserError, "is already"):
            outing.action_leave()
        outing.action_submit()
        self.assertIn(helper.partner_id, outing.message_partner_ids)
        self.assertNotIn(clerk.partner_id, outing.message_partner_ids)
        self.assertEqual(
            outing.sudo().activity_ids.user_id,
            self.user_inspector,
            "nobody is asked how he goes to town",
        )
        self._as("inspector", outing).action_approve()
        self.assertEqual(outing.state, "approved")
        self.assertIn(clerk.partner_id, outing.message_partner_ids)
        copy = outing.sudo().message_ids.filtered(
            lambda message: clerk.partner_id in message.partner_ids
        )
        self.assertIn("Vehicle office", copy.body)
        self.assertIn("12:00", copy.body, "when he is expected, in local time")
        with freeze_time("2026-03-02 01:05:00"):
            outing.action_leave()
        with freeze_time("2026-03-02 04:30:00"):
            late = self.env["aftersales.trip"].search([("is_late", "=", True)])
            self.assertIn(outing, late)
            outing.action_return()
        self.assertTrue(outing.is_late)
        self.assertEqual(str(outing.returned_at), "2026-03-02 04:30:00")

    def test_nobody_lets_himself_go(self):
        self.team.leader_id = self.user_technician
        trip = self._trip()
        self.assertNotEqual(trip.superior_id, self.user_technician)
        trip.superior_id = self.user_technician
        with self.assert_refused(UserError, "Choose the superior"):
            trip.action_submit()
        trip.superior_id = self.user_manager
        trip.action_submit()
        # The leader of the team, who goes along; a colleague; roles without a say
        for user in (
            self.user_technician,
            self.technician_2,
            self.user_advisor,
            self.user_finance,
            self.user_vehicle_manager,
        ):
            with (
                self.subTest(user=user.login),
                self.assert_refused(AccessError, "never by who asks or goes along"),
            ):
                trip.with_user(user).action_approve()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            trip.sudo().approved_by_id = self.user_technician
            self.env.flush_all()
        self._as("manager", trip).action_approve()
        self.assertEqual(trip.approved_by_id, self.user_manager)

    def test_nobody_leaves_unapproved(self):
        trip = self._trip()
        trip.action_submit()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            trip.sudo().state = "approved"
            self.env.flush_all()
        trip.invalidate_recordset()
        for vals in ({"state": "approved"}, {"left_at": "2026-03-02 00:00:00"}):
            with self.assert_refused(AccessError, "written by its buttons"):
                trip.write(vals)

    def test_refused_planned_anew_and_void(self):
        trip = self._trip()
        trip.action_submit()
        superior = self._as("inspector", trip)
        with self.assert_refused(UserError, "write why not"):
            superior.action_refuse()
        superior.refusal_reason = "Send the part instead"
        with self.assert_refused(AccessError, "is refused by"):
            trip.action_refuse()
        superior.action_refuse()
        self.assertEqual(trip.state, "refused")
        self.assertFalse(trip.sudo().activity_ids)
        trip.action_withdraw()
        self._approve(trip)
        with self.assert_refused(UserError, "Withdraw it"):
            trip.date_stop = "2026-03-09 10:00:00"
        trip.action_withdraw()
        self.assertFalse(trip.approved_by_id | trip.means_approved_by_id)
        trip.date_stop = "2026-03-09 10:00:00"
        trip.action_cancel()
        with self.assert_refused(UserError, "is already"):
            trip.action_submit()

    def test_check_in(self):
        trip = self._trip()
        with self.assert_refused(UserError, "under way on it checks in"):
            trip.check_in_ids = [Command.create({"place": "Here"})]
        self._approve(trip)
        trip.action_leave()
        with freeze_time("2026-03-02 03:00:00"), Form(trip) as form:
            with form.check_in_ids.new() as line:
                line.place = "Xihu Road 5"
                line.ticket_id = trip.ticket_ids
        check_in = trip.check_in_ids
        self.assertEqual(check_in.user_id, self.user_technician)
        self.assertEqual(str(check_in.checked_at), "2026-03-02 03:00:00")
        with self.assertRaises(AccessError):
            check_in.checked_at = "2026-03-02 01:00:00"
        with self.assert_refused(UserError, "under way on it checks in"):
            self._as("dispatcher", trip).check_in_ids = [
                Command.create({"place": "Desk"})
            ]

    def test_check_in_by_the_phones_position(self):
        trip = self._approve(self._trip())
        with self.assert_refused(UserError, "under way on it checks in"):
            trip.action_check_in(31.57, 120.3)
        trip.action_leave()
        with self.assert_refused(UserError, "is no position"):
            trip.action_check_in(95, 120.3)
        trip.action_check_in(31.57, 120.3)
        check_in = trip.check_in_ids
        self.assertEqual(check_in.place, "31.57000, 120.30000")
        self.assertEqual((check_in.latitude, check_in.longitude), (31.57, 120.3))
        self.assertEqual(check_in.ticket_id, trip.ticket_ids)
        with self.assert_refused(UserError, "under way on it checks in"):
            self._as("dispatcher", trip).action_check_in(31.57, 120.3)

    def test_nobody_at_two_places(self):
        first = self._trip()
        second = self._trip(
            tickets=first.ticket_ids,
            date_start="2026-03-04 09:00:00",
            date_stop="2026-03-05 10:00:00",
        )
        second.action_submit()
        second.action_withdraw()
        self._approve(first)
        with self.assert_refused(UserError, f"on trip {first.name} until"):
            second.action_submit()
        # Right before and after it is fine, and so is somebody else
        second.date_start = "2026-03-01 00:00:00"
        second.date_stop = "2026-03-02 00:00:00"
        second.action_submit()
        second.action_withdraw()
        second.date_stop = "2026-03-05 10:00:00"
        second.date_start = "2026-03-04 10:00:00"
        second.action_submit()
        second.action_withdraw()
        second.date_start = "2026-03-04 09:00:00"
        second.overlap_reason = "Same yard, two customers"
        second.action_submit()
        second.action_withdraw()
        second.overlap_reason = False
        with freeze_time("2026-03-02 00:05:00"):
            first.action_leave()
        second.write(
            {"date_start": "2026-03-05 00:00:00", "date_stop": "2026-03-05 10:00:00"}
        )
        with freeze_time("2026-03-05 00:05:00"):
            with self.assert_refused(UserError, first.name):
                second.action_submit()
            first.action_return()
            second.action_submit()

    def test_days_and_nights_are_those_of_the_place(self):
        # 08:00 on the second to 07:30 on the fourth, in Shanghai
        trip = self._trip(date_stop="2026-03-03 23:30:00")
        self.assertEqual((trip.days, trip.nights), (3, 2))
        self.assertFalse(trip.return_same_day)
        trip.date_stop = "2026-03-02 15:00:00"
        self.assertEqual((trip.days, trip.nights), (1, 0))
        self.assertTrue(trip.return_same_day)

    def test_who_sees_it(self):
        trip = self._trip()
        others = self.env["aftersales.trip"]
        for role in ("advisor", "dispatcher", "vehicle_manager", "finance", "manager"):
            self.assertIn(trip, others.with_user(self.users[role]).search([]), role)
        for role in ("purchasing", "quality", "parts_keeper"):
            self.assertNotIn(trip, others.with_user(self.users[role]).search([]), role)
        for user in (self.technician_2, self.user_inspector):
            self.assertIn(trip, others.with_user(user).search([]), user.login)
        outsider = self.technician_2.copy({"login": "technician_3"})
        self.assertNotIn(trip, others.with_user(outsider).search([]))
        with self.assertRaises(AccessError):
            trip.with_user(outsider).action_leave()
        for role in ("technician", "inspector", "vehicle_manager", "finance"):
            with self.subTest(role=role):
                Form(self._as(role, trip), "aftersales.trip_view_form")
        Form(self._as("vehicle_manager", trip.ticket_ids[:1]))
        foreign = self._ticket()
        with self.assertRaises(AccessError):
            Form(self._as("vehicle_manager", foreign))

    def test_a_traveller_reads_what_he_travels_for(self):
        """A colleague's tickets are his to read on the road, not to change."""
        trip = self._trip()
        ticket = trip.ticket_ids
        line = self._line(ticket, self.motor)
        trip, ticket, line = (
            record.with_user(self.technician_2) for record in (trip, ticket, line)
        )
        self.assertEqual(trip.action_view_tickets()["res_id"], ticket.id)
        with Form(ticket, "aftersales.ticket_view_form") as form:
            self.assertEqual(form.complaint, "No drive, motor howls")
        self.assertEqual(line.product_id, self.motor)
        # Its technician's buttons are not his.
        self.assertFalse(ticket.may_write)
        self.assertTrue(self._as("technician", ticket).may_write)
        with self.assertRaises(AccessError):
            ticket.complaint = "Mine"
        with self.assertRaises(AccessError):
            line.quantity = 7
        foreign = self._ticket()
        with self.assertRaises(AccessError):
            ticket.browse(foreign.id).read(["complaint"])
        # Nor does a trip of one's own open what one may not read.
        with self.assertRaises(AccessError):
            self._trip(self.technician_2, tickets=foreign)

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreigner = self.env["hr.employee"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        car = self.car.copy({"company_id": other.id})
        trip = self._trip()
        with self.assertRaises(UserError):
            trip.employee_ids |= foreigner
        trip.invalidate_recordset()
        with self.assertRaises(UserError):
            trip.sudo().vehicle_id = car

    def test_car_shows_its_trips(self):
        trip = self._approve(self._trip(large_parts=True), self.car)
        car = self._as("vehicle_manager", self.car)
        self.assertEqual(car.aftersales_trip_count, 1)
        found = car.env["aftersales.trip"].search(
            car.action_aftersales_trips()["domain"]
        )
        self.assertEqual(found, trip)


@tagged("post_install", "-at_install")
class TestTripReport(ReportCommon, TripCommon, HttpCase):
    """The trip sheet, printed for real."""

    _report_role = "technician"

    def test_sheet(self):
        trip = self._approve(self._trip(large_parts=True, parts_note="Crane"), self.car)
        text = self._text("report_trip", trip)
        self.assertWords(
            text,
            trip.name,
            "Wuxi, north yard",
            "苏A-CAR1",
            "Nearby with large parts",
            trip.ticket_ids.name,
            self.employee_2.name,
            self.user_vehicle_manager.name,
            "Crane",
        )
        action = self._as("technician", trip).action_print()
        self.assertEqual(action["report_name"], "aftersales.report_trip")
