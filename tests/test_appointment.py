from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_workshop import MONDAY, WorkshopCommon

# The day after, 09:00.
TUESDAY = MONDAY + timedelta(days=1)
CHECKLIST = dict.fromkeys(
    (
        "ready_order",
        "ready_parts",
        "ready_expert",
        "ready_technician",
        "ready_bay",
        "ready_tools",
        "ready_documents",
    ),
    True,
)


class AppointmentCommon(WorkshopCommon):
    """Appointments with the team of two, made on a Monday at nine."""

    def setUp(self):
        super().setUp()
        self._freeze(MONDAY)

    def _appointment(self, *products, **vals):
        """Return a draft for Tuesday at nine: three hours of work."""
        lines = [
            Command.create({"product_id": product.id})
            for product in products or (self.labour,)
        ]
        return (
            self.env["aftersales.appointment"]
            .with_user(self.user_advisor)
            .create(
                {
                    "partner_id": self.customer.id,
                    "vehicle_id": self.vehicle.id,
                    "complaint": "Motor howls on the hill",
                    "diagnosis": "Bearing, by the noise",
                    "planned_start": TUESDAY,
                    "team_id": self.team.id,
                    "cost_told": True,
                    "agreed_by": "Mr Zhao",
                    "line_ids": lines,
                    **vals,
                }
            )
        )

    def _agreed(self, *products, **vals):
        appointment = self._appointment(*products, **vals)
        appointment.action_agree()
        return appointment

    def _prepared(self, **vals):
        appointment = self._agreed(**vals)
        appointment.action_tell_workshop()
        appointment.write(CHECKLIST)
        appointment.action_prepare()
        return appointment


@tagged("post_install", "-at_install")
class TestAppointment(AppointmentCommon):
    """From the phone call to the ticket (R-APPT-01..17)."""

    def test_from_call_to_ticket(self):
        appointment = self._appointment(self.labour, self.brake_pads, odometer=61000)
        self.assertRegex(appointment.name, r"^AP\d+")
        self.assertEqual(appointment.planned_hours, 3)
        # Nine to twelve.
        self.assertEqual(appointment.planned_stop, TUESDAY + timedelta(hours=3))
        self.assertEqual(appointment.amount_estimate, 240)
        appointment.action_agree()
        told = appointment.activity_ids
        self.assertIn(self.user_dispatcher, told.user_id)
        self.assertTrue(told.filtered(lambda a: "shelf" in a.summary))
        appointment.with_user(self.user_dispatcher).action_tell_workshop()
        appointment.with_user(self.user_parts_keeper).action_shelve_parts()
        appointment.write(CHECKLIST)
        appointment.action_prepare()
        appointment.action_confirm_day()
        self.assertEqual(appointment.state, "reminded")
        appointment.action_confirm_hour()
        self._freeze(TUESDAY)
        action = appointment.action_arrive()
        ticket = self.env["aftersales.ticket"].browse(action["res_id"])
        self.assertEqual(appointment.ticket_id, ticket)
        self.assertEqual(appointment.arrived_at, TUESDAY)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.vehicle_id, self.vehicle)
        self.assertEqual(ticket.odometer, 61000)
        self.assertEqual(ticket.complaint, "Motor howls on the hill")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.advisor_id, self.user_advisor)
        self.assertEqual(ticket.promised_at, TUESDAY + timedelta(hours=3))
        self.assertEqual(
            ticket.line_ids.mapped(lambda line: (line.product_id, line.price_unit)),
            [(self.labour, 60.0), (self.brake_pads, 180.0)],
        )
        self.assertIn("Bearing, by the noise", ticket.message_ids[0].body)
        self.assertFalse(appointment.activity_ids)
        self.assertEqual(ticket.action_open_appointments()["res_id"], appointment.id)

    def test_site_visit(self):
        """R-APPT-16: we come to the customer: the same record, time, person, parts."""
        appointment = self._agreed(
            self.labour,
            self.brake_pads,
            service_mode="onsite",
            technician_id=self.user_technician.id,
        )
        self._freeze(TUESDAY - timedelta(hours=1))
        ticket = self.env["aftersales.ticket"].browse(
            appointment.action_arrive()["res_id"]
        )
        self.assertEqual(ticket.service_mode, "onsite")
        self.assertEqual(ticket.planned_at, TUESDAY)
        self.assertEqual(ticket.technician_id, self.user_technician)
        self.assertEqual(ticket.line_ids.product_id, self.labour + self.brake_pads)
        self.assertFalse(ticket.promised_at)

    def test_what_is_missing_is_named(self):
        for fname, words in (
            ("complaint", "Request"),
            ("advisor_id", "Received by"),
            ("cost_told", "Cost and time told"),
            ("agreed_by", "Agreed By"),
        ):
            appointment = self._appointment(**{fname: False})
            with self.assert_refused(UserError, f"fill in {words}"):
                appointment.action_agree()
        appointment = self._appointment(agreed_how="screen")
        with self.assert_refused(UserError, "Signature"):
            appointment.action_agree()

    def test_a_time_that_has_passed(self):
        appointment = self._appointment(planned_start=MONDAY - timedelta(minutes=30))
        with self.assert_refused(UserError, "has passed"):
            appointment.action_agree()

    def test_capacity_is_never_oversold(self):
        """Two hands: a third customer at the same hours is refused."""
        first = self._agreed()
        self._agreed()
        third = self._appointment(planned_start=TUESDAY + timedelta(hours=2))
        with self.assert_refused(UserError, f"team {self.team.name} has no free hand"):
            third.action_agree()
        self.assertEqual(third.state, "draft")
        # Twelve o'clock is lunch, thirteen is free.
        third.planned_start = TUESDAY + timedelta(hours=4)
        third.action_agree()
        self.assertEqual(third.state, "agreed")
        # Called off, its hours are free again.
        first.end_reason = "Vehicle sold"
        first.action_cancel()
        self._agreed()

    def test_a_short_peak_counts(self):
        """Two at work for one hour fill the team, whatever the average says."""
        for __ in range(2):
            self._agreed(planned_hours=1)
        with self.assert_refused(UserError, "no free hand"):
            self._agreed(planned_start=TUESDAY - timedelta(hours=1))
        self._agreed(planned_start=TUESDAY + timedelta(hours=1))

    def test_planned_jobs_count(self):
        for __ in range(2):
            job = self._job(self._approved())
            job.planned_start = TUESDAY
        with self.assert_refused(UserError, "no free hand"):
            self._agreed()

    def test_hours_held_are_not_promised_to_others(self):
        start, stop = TUESDAY.replace(hour=0), TUESDAY.replace(hour=23)
        self.team.appointment_share = 0
        self.assertEqual(self.team._get_free_hours(start, stop), 16)
        appointment = self._agreed()
        self.assertEqual(self.team._get_free_hours(start, stop), 13)
        # Still held when he is here and nothing is planned yet, free once it is.
        self._freeze(TUESDAY)
        appointment.action_arrive()
        self.assertEqual(self.team._get_free_hours(start, stop), 13)
        appointment.ticket_id.sudo()._set_state("cancelled")
        self.assertEqual(self.team._get_free_hours(start, stop), 16)

    def test_outside_working_time(self):
        for start in (TUESDAY.replace(hour=20), datetime(2026, 3, 7, 9)):
            with self.assert_refused(UserError, "It works again from"):
                self._agreed(planned_start=start)

    def test_bay_takes_one(self):
        self._agreed(bay_id=self.bay_1.id)
        with self.assert_refused(UserError, "Bay Lift 1 is kept for appointment"):
            self._agreed(bay_id=self.bay_1.id)
        self._agreed(bay_id=self.bay_2.id)
        job = self._job(self._approved())
        job.bay_id = self.bay_1
        with self.assert_refused(UserError, "is kept for appointment"):
            job.planned_start = TUESDAY

    def test_agreed_time_is_not_dragged(self):
        appointment = self._agreed()
        with self.assert_refused(UserError, "Move it to another time"):
            appointment.planned_start = TUESDAY + timedelta(hours=1)
        with self.assert_refused(UserError, "lines do not change"):
            appointment.line_ids.quantity = 2
        with self.assert_refused(AccessError, "follows from its steps"):
            appointment.state = "arrived"
        with self.assert_refused(AccessError, "follows from its steps"):
            appointment.agreed_at = TUESDAY

    def test_roles(self):
        appointment = self._appointment()
        for role in ("technician", "parts_keeper", "finance", "quality", "dispatcher"):
            with self.assert_refused(AccessError, "belongs to"):
                self._as(role, appointment).action_agree()
        appointment.action_agree()
        for role in ("technician", "dispatcher", "inspector"):
            for step in ("action_arrive", "action_no_show", "action_cancel"):
                with self.assert_refused(AccessError, "belongs to"):
                    getattr(self._as(role, appointment), step)()
        with self.assert_refused(AccessError, "belongs to"):
            self._as("technician", appointment).action_tell_workshop()

    def test_not_ready(self):
        appointment = self._agreed()
        with self.assert_refused(UserError, "Workshop told.*Bay kept free"):
            appointment.action_prepare()
        appointment.action_tell_workshop()
        appointment.write({**CHECKLIST, "ready_tools": False})
        with self.assert_refused(UserError, "not ready yet: Equipment and tools"):
            appointment.action_prepare()
        with self.assert_refused(UserError, "this step is taken from Prepared"):
            appointment.action_confirm_day()

    def test_no_show_and_keep_rate(self):
        kept, lost = self._agreed(), self._agreed()
        with self.assert_refused(UserError, "has not come yet"):
            lost.action_no_show()
        self._freeze(TUESDAY + timedelta(hours=1))
        kept.action_arrive()
        lost.action_no_show()
        self.assertEqual(lost.state, "no_show")
        self.assertFalse(lost.activity_ids)
        self.env.flush_all()
        [(rate,)] = self.env["aftersales.appointment"]._read_group(
            [("state", "in", ("arrived", "no_show")), ("id", "in", (kept + lost).ids)],
            [],
            ["keep_rate:avg"],
        )
        self.assertEqual(rate, 50)
        with self.assert_refused(UserError, "is No-Show"):
            lost.action_arrive()

    def test_cancel_needs_a_reason(self):
        appointment = self._agreed()
        with self.assert_refused(UserError, "Write the reason"):
            appointment.action_cancel()
        appointment.end_reason = "Called off"
        appointment.action_cancel()
        self.assertEqual(set(appointment.deadline_ids.mapped("state")), {"cancelled"})
        with self.assert_refused(UserError, "stays in the register"):
            appointment.sudo().unlink()

    def test_move(self):
        appointment = self._prepared()
        form = Form(
            self.env["aftersales.appointment.move"]
            .with_user(self.user_advisor)
            .with_context(**appointment.action_open_reschedule()["context"])
        )
        form.planned_start = TUESDAY + timedelta(days=1)
        form.moved_by = "company"
        form.reason = "The part has not come"
        form.told_to = "Mr Zhao"
        action = form.save().action_confirm()
        following = appointment.browse(action["res_id"])
        self.assertEqual(appointment.state, "rescheduled")
        self.assertEqual(appointment.next_id, following)
        self.assertEqual(appointment.customer_told_at, MONDAY)
        self.assertEqual(following.state, "agreed")
        self.assertEqual(following.line_ids.product_id, self.labour)
        self.assertFalse(following.workshop_told_at)
        # We never tell a customer on arrival.
        self._freeze(TUESDAY + timedelta(days=1, minutes=5))
        with self.assert_refused(UserError, "never on arrival"):
            following._reschedule(
                TUESDAY + timedelta(days=2), "company", "No bay", "Mr Zhao"
            )

    def test_announced(self):
        appointment = self._agreed()
        other = self._appointment()
        self.assertEqual(other.other_ids, appointment)
        ticket = self._ticket()
        self.assertEqual(ticket.open_appointment_ids, appointment + other)
        self.assertEqual(self._appointment().open_ticket_ids, ticket)
        self.assertGreaterEqual(self.vehicle.appointment_count, 2)
        self.assertEqual(
            self.customer.with_user(self.user_advisor).aftersales_appointment_count, 3
        )

    def test_database_refuses(self):
        appointment = self._agreed()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            appointment.sudo().write({"state": "arrived"})
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestAppointmentDeadline(AppointmentCommon):
    """Told the same day, confirmed 24 h and 1 h before (C-35, C-36, C-37)."""

    def _rows(self, appointment):
        return {row.milestone: row for row in appointment.sudo().deadline_ids}

    def test_figures_of_the_catalogue(self):
        start = TUESDAY + timedelta(days=1)
        rows = self._rows(self._agreed(planned_start=start))
        self.assertEqual(
            set(rows), {"workshop_told", "day_confirmed", "hour_confirmed", "received"}
        )
        self.assertEqual(rows["workshop_told"].due.date(), MONDAY.date())
        self.assertEqual(rows["workshop_told"].user_id, self.user_dispatcher)
        self.assertEqual(rows["day_confirmed"].due, start - timedelta(hours=24))
        self.assertEqual(rows["hour_confirmed"].due, start - timedelta(hours=1))
        self.assertEqual(rows["received"].due, start)
        self.assertEqual(rows["day_confirmed"].user_id, self.user_advisor)

    def test_called_once(self):
        appointment = self._agreed(planned_start=TUESDAY + timedelta(days=1))
        row = self._rows(appointment)["day_confirmed"]
        cron = self.env.ref("aftersales.cron_escalate_deadlines")
        self._freeze(TUESDAY + timedelta(minutes=1))
        for __ in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        found = self.env["mail.activity"].search(
            [("aftersales_deadline_id", "=", row.id)]
        )
        self.assertEqual(
            found.sorted("aftersales_alert").mapped("aftersales_alert"),
            ["escalation", "warning"],
        )
        warning = found.filtered(lambda a: a.aftersales_alert == "warning")
        self.assertEqual(warning.user_id, self.user_advisor)
        self.assertEqual(warning.res_id, appointment.id)

    def test_same_morning(self):
        """Agreed for the afternoon: there is no day before to confirm."""
        rows = self._rows(self._agreed(planned_start=MONDAY.replace(hour=14)))
        self.assertNotIn("day_confirmed", rows)
        self.assertIn("hour_confirmed", rows)

    def test_met(self):
        appointment = self._prepared(planned_start=TUESDAY + timedelta(days=1))
        appointment.action_confirm_day()
        rows = self._rows(appointment)
        self.assertEqual(rows["workshop_told"].state, "met")
        self.assertEqual(rows["day_confirmed"].state, "met")
        self.assertEqual(rows["hour_confirmed"].state, "running")

    def test_tickets_do_not_get_them(self):
        ticket = self._ticket()
        self.assertNotEqual(ticket.policy_id.document, "appointment")
        self.assertFalse(
            {"workshop_told", "received"} & set(ticket.deadline_ids.mapped("milestone"))
        )
