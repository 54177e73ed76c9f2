from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_workshop import MONDAY, WorkshopCommon


@tagged("post_install", "-at_install")
class TestMeetingAndReport(WorkshopCommon):
    """The dispatch meeting and the dispatch report (R-DISP-11, R-DISP-13)."""

    def test_meeting_has_an_agenda_and_is_published(self):
        meeting = (
            self.env["aftersales.meeting"]
            .with_user(self.user_dispatcher)
            .create(
                {
                    "name": "Monday",
                    "date_start": MONDAY,
                    "team_ids": [Command.set(self.team.ids)],
                }
            )
        )
        with self.assert_refused(UserError, "write the agenda"):
            meeting.action_invite()
        meeting.agenda = "Lift 2, parts that come late"
        with self.assert_refused(UserError, "invite people first"):
            meeting.action_publish()
        meeting.action_invite()
        self.assertEqual(meeting.user_ids, self.team.member_ids)
        self.assertEqual(meeting.event_id.partner_ids, self.team.member_ids.partner_id)
        self.assertEqual(meeting.event_id.stop, MONDAY + timedelta(minutes=30))
        meeting.write({"minutes": "Lift 2 is repaired", "praise": "Technician 2"})
        meeting.action_publish()
        told = meeting.message_ids.filtered(
            lambda message: self.technician_2.partner_id in message.partner_ids
        )
        self.assertIn("Technician 2", told.body)
        with self.assert_refused(UserError, "invite people first"):
            meeting.action_publish()
        with self.assertRaises(AccessError):
            self._as("technician", meeting).action_publish()

    def test_report_counts_what_was_given_and_done(self):
        freezer = freeze_time(MONDAY, tick=False)
        frozen = freezer.start()
        self.addCleanup(freezer.stop)
        ticket = self._approved(self.labour, self.labour_2)
        ticket.write(
            {
                "promised_at": MONDAY + timedelta(minutes=30),
                "promise_reason": "Customer insists",
            }
        )
        jobs = self._as("dispatcher", ticket.operation_ids)
        jobs.write({"technician_id": self.technician_2.id})
        job = jobs[0].with_user(self.technician_2)
        job.action_clock_on()
        frozen.move_to(MONDAY + timedelta(hours=2))
        job.action_finish()
        report = (
            self.env["aftersales.dispatch.report"]
            .with_user(self.user_dispatcher)
            .create({"date_from": MONDAY.date(), "date_to": MONDAY.date()})
        )
        self.assertEqual(
            (report.jobs_given, report.jobs_done, report.jobs_late), (2, 1, 1)
        )
        self.assertEqual((report.hours_planned, report.hours_clocked), (4.5, 2.0))
        [row] = [row for row in report._get_rows() if row["user"] == self.technician_2]
        self.assertEqual((row["given"], row["done"], row["clocked"]), (2, 1, 2.0))
        report.date_from = report.date_to = datetime(2026, 3, 3).date()
        self.assertFalse(report.jobs_given)

    def test_report_is_handed_in_with_words(self):
        report = (
            self.env["aftersales.dispatch.report"]
            .with_user(self.user_dispatcher)
            .create({})
        )
        with self.assert_refused(UserError, "write how the work went"):
            report.action_done()
        report.progress = "All given out by nine"
        report.action_done()
        with self.assert_refused(UserError, "has been handed in"):
            report.problems = "None"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            report.sudo().write({"date_to": datetime(2020, 1, 1).date()})
            report.flush_recordset()

    def test_report_prints_rounds_and_checks(self):
        self.company.resource_calendar_id = self.calendar
        freezer = freeze_time(MONDAY, tick=False)
        frozen = freezer.start()
        self.addCleanup(freezer.stop)
        Shift = self.env["aftersales.shift"].with_user(self.user_dispatcher)
        shift = Shift._get_current()
        patrol = shift.env["aftersales.patrol"].browse(
            shift.action_start_round()["res_id"]
        )
        finding = {"name": "Lift 2 drips oil", "patrol_id": patrol.id}
        patrol.env["aftersales.finding"].create(finding)
        frozen.move_to(MONDAY + timedelta(minutes=26))
        patrol.action_stop()
        sheet = shift.readiness_ids.filtered(lambda sheet: sheet.kind == "site")
        sheet.line_ids[0].write({"result": "problem", "note": "Sand everywhere"})
        report = patrol.env["aftersales.dispatch.report"].create(
            {"date_from": MONDAY.date(), "date_to": MONDAY.date()}
        )
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_dispatch", report.ids
        )
        for words in ("Lift 2 drips oil", ">26<", "3</span> rounds", "Sand everywhere"):
            self.assertIn(words, html.decode())

    def test_prints(self):
        report = (
            self.env["aftersales.dispatch.report"]
            .with_user(self.user_dispatcher)
            .create({"progress": "All given out by nine"})
        )
        report.action_done()
        Report = self.env["ir.actions.report"].with_user(self.user_dispatcher)
        html, __ = Report._render_qweb_html("aftersales.report_dispatch", report.ids)
        self.assertIn("All given out by nine", html.decode())
        blank, __ = Report._render_qweb_html(
            "aftersales.report_dispatch_blank", self.company.ids
        )
        self.assertIn("Rounds of the workshop", blank.decode())
        self.assertNotIn("All given out by nine", blank.decode())

    def test_forms_open_and_are_kept(self):
        for name, vals in (
            ("aftersales.equipment", {"name": "Tester"}),
            ("aftersales.meeting", {"name": "Friday"}),
            ("aftersales.dispatch.report", {"progress": "Well"}),
        ):
            with self.subTest(model=name):
                form = Form(self.env[name].with_user(self.user_dispatcher))
                for fname, value in vals.items():
                    form[fname] = value
                self.assertTrue(form.save())
