from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_workshop import MONDAY
from .test_appointment import TUESDAY, AppointmentCommon


@tagged("post_install", "-at_install")
class TestPromise(AppointmentCommon):
    """A time promised earlier than capacity allows is warned of and recorded."""

    def _ticket_with_work(self, **vals):
        """Return a diagnosed ticket of three hours, promised at eleven."""
        ticket = self._diagnosed(
            team_id=self.team.id, promised_at=MONDAY + timedelta(hours=2), **vals
        )
        self._line(ticket, self.labour)
        return ticket

    def test_refused_without_a_reason(self):
        ticket = self._ticket_with_work()
        self.assertTrue(ticket.promise_is_short)
        # Nine to twelve.
        self.assertEqual(ticket.promise_earliest_at, datetime(2026, 3, 2, 12))
        with self.assert_refused(
            UserError, rf"{ticket.name}.*Heavy workshop.*why the earlier time"
        ):
            ticket.action_quote()
        self.assertEqual(ticket.state, "diagnosed")
        self.assertFalse(ticket.sudo().order_ids)

    def test_recorded_with_a_reason(self):
        ticket = self._ticket_with_work()
        with Form(ticket) as form:
            form.promise_reason = "Overtime agreed with the foreman"
        ticket.action_quote()
        self.assertEqual(ticket.state, "quoted")
        self.assertEqual(ticket.promise_override_by_id, self.user_advisor)
        self.assertEqual(ticket.promise_override_at, MONDAY)
        self.assertEqual(ticket.promise_capacity_at, datetime(2026, 3, 2, 12))
        told = ticket.activity_ids.filtered(
            lambda activity: activity.user_id == self.user_dispatcher
        )
        self.assertIn("Overtime agreed", told.note)

    def test_what_fits_is_not_asked(self):
        ticket = self._ticket_with_work()
        ticket.promised_at = MONDAY + timedelta(hours=3)
        self.assertFalse(ticket.promise_is_short)
        ticket.action_quote()
        self.assertFalse(ticket.promise_override_at)

    def test_work_of_others_counts(self):
        """Six hours of others shared by two people: three more to wait."""
        self._approved(self.labour, self.labour)
        ticket = self._ticket_with_work()
        self.assertEqual(ticket.promise_earliest_at, datetime(2026, 3, 2, 16))

    def test_who_comes_by_appointment_does_not_wait(self):
        """Nine hours of others do not move the time that was held for him."""
        appointment = self._agreed()
        for __ in range(3):
            self._approved()
        self._freeze(TUESDAY)
        ticket = self.env["aftersales.ticket"].browse(
            appointment.action_arrive()["res_id"]
        )
        ticket.technician_id = self.user_technician
        ticket.action_assign()
        self.assertEqual(ticket.promised_at, TUESDAY + timedelta(hours=3))
        self.assertFalse(ticket.promise_is_short)

    def test_another_promise_is_another_decision(self):
        ticket = self._ticket_with_work(promise_reason="Overtime")
        ticket.action_quote()
        with self.assert_refused(UserError, "at the earliest"):
            ticket.promised_at = MONDAY + timedelta(hours=1)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.promised_at, MONDAY + timedelta(hours=2))
        ticket.write(
            {
                "promised_at": MONDAY + timedelta(hours=1),
                "promise_reason": "Second person helps",
            }
        )
        self.assertEqual(ticket.promise_reason, "Second person helps")
        self.assertTrue(ticket.promise_override_at)
        ticket.promised_at = MONDAY + timedelta(hours=8)
        self.assertFalse(ticket.promise_reason or ticket.promise_override_at)

    def test_nobody_signs_for_another(self):
        ticket = self._ticket_with_work()
        with self.assert_refused(UserError, "noted by the promise itself"):
            ticket.promise_override_by_id = self.user_manager
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            ticket.sudo().write({"promise_override_at": MONDAY})
            ticket.flush_recordset()
