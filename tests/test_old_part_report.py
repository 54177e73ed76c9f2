from datetime import datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon
from .report_common import ReportCommon


class OldPartReportCommon(PartsCommon):
    """Old parts of October and before, reported in November."""

    def setUp(self):
        super().setUp()
        self.ticket = self._approved((self.motor, {"payer": "warranty", "quantity": 6}))
        self._judge(self.ticket.line_ids)
        slip = self._request(self.ticket)
        self._release(slip)
        for day in ("2025-09-12", "2025-10-01", "2025-10-31", "2025-11-01"):
            self._issue(slip, {self.motor: 1})
            item = self.ticket.sudo().part_return_ids.sorted("id")[-1]
            item.issued_on = day
            setattr(self, f"item_{day[5:].replace('-', '')}", item)
            slip = self.ticket.sudo().picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            )
        self.env.flush_all()
        self.cron = self.env.ref("aftersales.cron_old_part_report")
        self.Report = self.env["aftersales.old.part.report"]

    def _begin(self, day="2025-11-01"):
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        return self.Report.search([("company_id", "=", self.company.id)])


@tagged("post_install", "-at_install")
class TestOldPartReport(OldPartReportCommon):
    """By the fifth Finance knows which old parts are missing (R-OLD-02)."""

    def test_of_last_month_and_from_before(self):
        report = self._begin()
        self.assertEqual(report.month, fields.Date.to_date("2025-10-01"))
        self.assertEqual((report.line_count, report.older_count), (2, 1))
        self.assertEqual(
            report.line_ids.part_return_id,
            self.item_0912 | self.item_1001 | self.item_1031,
        )
        self.assertEqual(report.keeper_id, self.user_parts_keeper)
        self.assertEqual(report.activity_ids.user_id, self.user_parts_keeper)
        # Again on the same day, and a month that begins later.
        self.assertEqual(self._begin(), report)
        self.assertEqual(len(self._begin("2025-12-02")), 2)

    def test_lines_say_what_the_old_parts_say(self):
        """Lines are copied by the database: what is still to be written counts, too."""
        report = self._begin()
        charged = (self.item_0912 | self.item_1001 | self.item_1031).sudo()
        self.company.aftersales_old_part_charge = "invoice"
        charged._charge()
        self.item_1031.user_id = self.user_advisor
        self.ticket.sudo().service_mode = "onsite"
        report.sudo()._refresh()
        self.assertTrue(all(charged.mapped("charge_amount")))
        for line in report.line_ids:
            item = line.part_return_id
            self.assertEqual(line.company_id, report.company_id)
            self.assertEqual(line.product_uom_id, item.product_id.uom_id)
            self.assertEqual(line.slip_name, item.move_id.picking_id.name)
            self.assertEqual(line.is_older, item == self.item_0912)
            self.assertEqual(line.currency_id, item.charge_currency_id)
            self.assertAlmostEqual(line.amount, item.charge_amount)
            for name in (
                "ticket_id",
                "product_id",
                "quantity",
                "user_id",
                "issued_on",
                "due_date",
                "is_field",
                "charge_state",
            ):
                self.assertEqual(line[name], item[name], name)
        self.assertTrue(all(report.line_ids.mapped("is_field")))
        action = report.with_user(self.user_parts_keeper).action_view_parts()
        self.assertEqual(
            self.env["aftersales.part.return"].search(action["domain"]), charged
        )

    def test_due_on_the_fifth(self):
        self.company.resource_calendar_id.tz = "UTC"
        report = self._begin()
        deadline = report.deadline_ids
        self.assertEqual(deadline.milestone, "old_parts_reported")
        self.assertEqual(deadline.due.date(), fields.Date.to_date("2025-11-05"))
        self.assertEqual(deadline.user_id, self.user_parts_keeper)
        with freeze_time("2025-11-06 08:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_escalate_deadlines").method_direct_trigger()
        report.invalidate_recordset()
        self.assertIn(self.user_finance, report.activity_ids.user_id)
        with freeze_time("2025-11-07 08:00:00"):
            report.with_user(self.user_parts_keeper).action_send()
        self.assertEqual(deadline.state, "late")

    def test_sent_and_frozen(self):
        report = self._begin()
        self.item_1001.with_user(self.user_parts_keeper).action_receive()
        self.item_1031.with_user(self.user_advisor)._ask_waiver("No value")
        self.item_1031.with_user(self.user_finance).action_waive()
        keeper = report.with_user(self.user_parts_keeper)
        with self.assertRaises(AccessError):
            report.with_user(self.user_advisor).action_send()
        with freeze_time(datetime(2025, 11, 4, 8)):
            keeper.action_send()
        self.assertEqual(report.state, "sent")
        self.assertEqual(report.line_ids.part_return_id, self.item_0912)
        self.assertEqual(report.deadline_ids.state, "met")
        self.assertEqual(report.activity_ids.user_id, self.user_finance)
        message = report.message_ids.filtered(
            lambda row: self.user_finance.partner_id in row.partner_ids
        )
        self.assertIn("0 old parts issued in 2025-10", message.body)
        # What comes in now changes nothing in what was sent.
        self.item_0912.with_user(self.user_parts_keeper).action_receive()
        self._begin()
        self.assertEqual(report.line_ids.part_return_id, self.item_0912)
        with self._refused("sent to Finance"):
            keeper.action_refresh()
        with self._refused("sent to Finance"):
            keeper.action_send()
        with self.assertRaises(AccessError):
            report.line_ids.with_user(self.user_manager).write({"quantity": 9})
        with self._refused("kept as a record"):
            report.unlink()

    def test_once_a_month(self):
        report = self._begin()
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            self.Report.sudo().create(
                {"company_id": self.company.id, "month": report.month}
            )

    def test_months_that_were_slept_through(self):
        self._begin()
        reports = self._begin("2026-02-15")
        self.assertEqual(
            [str(report.month) for report in reports],
            ["2026-01-01", "2025-12-01", "2025-11-01", "2025-10-01"],
        )


@tagged("post_install", "-at_install")
class TestOldPartAssessment(OldPartReportCommon):
    """Who does not bring an old part in is assessed from it (R-QUAL-05)."""

    def test_assess_who_has_lost_it(self):
        worker = self.env["hr.employee"].create(
            {
                "name": "Li Wei",
                "user_id": self.user_technician.id,
                "company_id": self.company.id,
            }
        )
        item = self.item_0912
        item.user_id = self.user_technician
        action = self._as("quality", item).action_assess()
        form = Form(
            self.env["aftersales.assessment"]
            .with_user(self.user_quality)
            .with_context(**action["context"])
        )
        self.assertEqual(form.employee_id.id, worker.id)
        self.assertEqual(form.ticket_id, self.ticket)
        self.assertIn(self.motor.name, form.reason)
        form.amount = -50
        draft = form.save()
        self.assertEqual((draft.state, draft.part_return_id), ("draft", item))
        item = self._as("quality", item)
        self.assertEqual(item.assessment_count, 1)
        self.assertEqual(draft.search(item.action_view_assessments()["domain"]), draft)


@tagged("post_install", "-at_install")
class TestOldPartReportPrint(ReportCommon, OldPartReportCommon, HttpCase):
    """F35, printed for real."""

    _report_role = "parts_keeper"

    def test_missing_parts_pdf(self):
        report = self._begin()
        text = self._text("report_old_part_missing", report)
        for words in (
            "Warranty Parts without their Old Parts",
            "2025-10",
            self.ticket.name,
            "Drive motor",
            "Issued before, and still missing",
        ):
            self.assertIn(words, text)
