from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_billing import SIGNATURE, BillingCommon
from .report_common import ReportCommon


class SiteCommon(BillingCommon):
    """A visit whose work has begun."""

    def _visit(self, **vals):
        """Return a visit at work, as nobody in particular."""
        ticket = self._diagnosed(service_mode="onsite", **vals)
        self._line(ticket, self.labour, payer="goodwill")
        ticket.action_quote()
        if ticket.state == "quoted":
            ticket._approve("Mr Zhao", "phone")
        technical = self._as("technician", ticket)
        technical.write({"visit_confirmed_by": "Mr Zhao", "is_packed": True})
        technical.action_set_out()
        technical.action_arrive()
        technical.action_start()
        technical.line_ids.action_done()
        return ticket

    def _record(self, ticket):
        """Return the site record of ``ticket``, begun by its technician."""
        technical = self._as("technician", ticket)
        return technical.env["aftersales.site.record"].browse(
            technical.action_site_record()["res_id"]
        )

    def _fill(self, record, **vals):
        """Fill in what a record needs."""
        record.write(
            {
                "process": "Bearing replaced, motor fitted",
                "no_parts": True,
                "fully_checked": True,
                "signature": SIGNATURE,
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestSiteRecord(SiteCommon):
    def test_a_visit_is_delivered_with_its_signed_record(self):
        ticket = self._visit()
        record = self._record(ticket)
        self.assertEqual(record.symptom, ticket.complaint)
        self._fill(record)
        record.action_sign()
        self.assertEqual(record.state, "signed")
        self.assertEqual(record.signed_by, "Lin Freight")
        # What was written once is not typed again.
        self.assertEqual(ticket.correction, "Bearing replaced, motor fitted")
        self._finish_work(ticket)
        self._as("advisor", ticket).action_deliver()
        self.assertEqual(ticket.state, "delivered")

    def test_without_it_nothing_is_delivered(self):
        ticket = self._visit()
        technical = self._as("technician", ticket)
        technical.correction = "Replaced"
        self._finish_work(ticket)
        with self.assert_refused(UserError, f"{ticket.name}.*has not signed the site"):
            self._as("advisor", ticket).action_deliver()
        record = self._record(ticket)
        self.assertEqual(record.process, "Replaced")
        with self.assert_refused(UserError, "has not signed the site"):
            self._as("advisor", ticket).action_deliver()
        self.company.aftersales_site_record_required = False
        self._as("advisor", ticket).action_deliver()
        self.assertEqual(ticket.state, "delivered")

    def test_names_what_is_missing(self):
        record = self._record(self._visit())
        with self.assert_refused(UserError, "(?s)parts replaced.*whole vehicle.*sign"):
            record.action_sign()
        self._fill(record, fully_checked=False)
        with self.assert_refused(UserError, "Check the whole vehicle"):
            record.action_sign()
        self._fill(record, signature=False)
        with self.assert_refused(UserError, "let that person sign"):
            record.action_sign()
        record.signed_on_paper = True
        record.action_sign()
        self.assertEqual(record.entered_by_id, self.user_technician)

    def test_signed_stays(self):
        record = self._record(self._visit())
        self._fill(record)
        record.action_sign()
        with self.assert_refused(UserError, "signed and stays as it is"):
            record.process = "Nothing done"
        with self.assert_refused(UserError, "signed and stays as it is"):
            self._as("advisor", record).unlink()
        with self.assert_refused(UserError, "closed by its step"):
            record.signed_at = fields.Datetime.now()
        record.note = "Told the shop"
        with self.assertRaises(AccessError):
            record.action_reopen()
        advisor = self._as("advisor", record)
        advisor.action_reopen()
        self.assertFalse(advisor.signature)
        self.assertFalse(advisor.signed_at)

    def test_parts_are_taken_from_the_ticket(self):
        ticket = self._visit()
        record = self._record(ticket)
        self.assertFalse(record.parts_replaced)
        line = self._line(ticket, self.brake_pads, supply="customer", quantity=2)
        line.sudo()._approve("Mr Zhao", "phone")
        record.action_take_parts()
        self.assertEqual(record.parts_replaced, "2 × Brake pads")
        self.assertFalse(record.no_parts)

    def test_only_for_visits_and_their_people(self):
        with self.assert_refused(UserError, "not a visit"):
            self._as("technician", self._diagnosed()).action_site_record()
        ticket = self._visit()
        record = self._record(ticket)
        self.assertEqual(self._record(ticket), record)
        other = record.with_user(self.technician_2)
        self.assertFalse(other.search([("id", "=", record.id)]))
        with self.assert_refused(UserError, "work has not begun|step is taken from"):
            self._as(
                "technician", self._diagnosed(service_mode="onsite")
            ).action_site_record()

    def test_ends_after_it_began(self):
        record = self._record(self._visit())
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            record.repaired_to = record.repaired_from - timedelta(hours=1)
            record.flush_recordset()


@tagged("post_install", "-at_install")
class TestSiteRecordReport(ReportCommon, SiteCommon, HttpCase):
    _report_prefix = "aftersales.report_"

    def test_filled_and_blank(self):
        """F28: time, symptom, process, parts, signature."""
        record = self._record(self._visit())
        self._fill(record, parts_replaced="1 × Bearing 6205", no_parts=False)
        record.action_sign()
        text = self._text("site_record", record, "technician")
        self.assertWords(
            text,
            "Site Repair Record",
            "No drive, motor howls",
            "Bearing replaced, motor fitted",
            "1 × Bearing 6205",
            "Lin Freight",
            "苏A12345",
        )
        text = self._text("site_record_blank", self.company)
        self.assertWords(
            text, "Site Repair Record", "License plate", "Customer", "Parts replaced"
        )
        self.assertNotIn("False", text)
