import re
from contextlib import contextmanager
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestAssessment(AftersalesCommon):
    """R-QUAL-05, F47: proposed by the standard, appealed, issued, on the payout."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["hr.employee"].search(
            [("user_id", "=", cls.user_technician.id)]
        ).unlink()
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Zhang Wei",
                "user_id": cls.user_technician.id,
                "company_id": cls.company.id,
            }
        )
        cls.standard = cls.env["aftersales.assessment.standard"].create(
            {"name": "Rework", "amount": -50, "company_id": cls.company.id}
        )
        cls.ticket = cls._ticket()
        with freeze_time("2026-03-02 04:00:00"):
            cls.assessment = cls._propose()

    @classmethod
    def _propose(cls, **vals):
        assessment = (
            cls.env["aftersales.assessment"]
            .with_user(cls.user_quality)
            .create(
                {
                    "employee_id": cls.employee.id,
                    "standard_id": cls.standard.id,
                    "reason": "Bolt not tightened.",
                    "ticket_id": cls.ticket.id,
                    **vals,
                }
            )
        )
        assessment.action_propose()
        return assessment.sudo()

    @contextmanager
    def _refused(self, words, error=UserError):
        with self.assertRaisesRegex(error, re.escape(words)), self.env.cr.savepoint():
            yield

    def _issue(self, day="2026-03-06"):
        with freeze_time(f"{day} 04:00:00"):
            self.assessment.with_user(self.user_finance).action_issue()

    def test_issued_after_the_days_of_appeal(self):
        assessment = self.assessment
        self.assertEqual((assessment.amount, assessment.state), (-50, "proposed"))
        self.assertEqual(assessment.appeal_until, date(2026, 3, 5))
        told = self.env["mail.message"].search(
            [("model", "=", assessment._name), ("res_id", "=", assessment.id)]
        )
        self.assertIn(self.user_technician.partner_id, told.partner_ids)
        with self._refused("may be appealed until 2026-03-05"):
            self._issue("2026-03-05")
        self._issue()
        Payout = self.env["aftersales.payout"]
        self.assertFalse(Payout._find_items(self.company, date(2026, 2, 1)))
        payout = Payout._collect(self.company, date(2026, 3, 1))
        line = payout.line_ids
        self.assertEqual(
            (line.kind, line.amount, line.employee_id, line.ticket_id),
            ("assessment", -50, self.employee, self.ticket),
        )
        self.assertEqual(assessment.payout_id, payout)
        self.assertIn("Rework", line.name)

    def test_award_at_once(self):
        award = self._propose(amount=80)
        award.with_user(self.user_finance).action_issue()
        self.assertEqual(award.state, "issued")

    def test_appeal(self):
        mine = self.assessment.with_user(self.user_technician)
        with freeze_time("2026-03-03 04:00:00"):
            with self._refused("why you disagree"):
                mine.action_appeal()
            with Form(mine) as form:
                form.appeal = "It was checked twice"
            with self._refused("appeals himself", AccessError):
                self.assessment.with_user(self.user_quality).action_appeal()
            mine.action_appeal()
        with self._refused("is already"):
            self._issue()
        with self._refused("by neither who proposed", AccessError):
            self.assessment.with_user(self.user_quality).action_answer()
        review = self.assessment.with_user(self.user_manager)
        with self._refused("what the review has found"):
            review.action_answer()
        review.write({"answer": "Half of it stands", "amount": -25})
        review.action_answer()
        self._issue("2026-03-03")
        self.assertEqual(
            (self.assessment.state, self.assessment.amount), ("issued", -25)
        )

    def test_too_late_to_appeal(self):
        mine = self.assessment.with_user(self.user_technician)
        mine.appeal = "No"
        with freeze_time("2026-03-06 04:00:00"), self._refused("could be appealed"):
            mine.action_appeal()

    def test_who_does_what(self):
        self.employee.user_id = self.user_quality
        with self._refused("concerns yourself"):
            self._propose()
        self.employee.user_id = self.user_technician
        model = self.env["aftersales.assessment"]
        with self._refused("", AccessError):
            model.with_user(self.user_technician).create(
                {"employee_id": self.employee.id, "reason": "x"}
            )
        mine = self.assessment.with_user(self.user_technician)
        for name, value in (("amount", 0), ("answer", "No"), ("reason", "No")):
            with self.subTest(name), self._refused("", AccessError):
                mine[name] = value
        with self._refused("is already"):
            self.assessment.with_user(self.user_quality).amount = -500
        with self._refused("enter why"):
            self.assessment.with_user(self.user_quality).action_cancel()
        with self._refused("", AccessError):
            mine.action_issue()
        with self._refused("is kept as a record"):
            self.assessment.unlink()
        others = model.with_user(self.user_advisor)
        self.assertFalse(others.search([("id", "=", self.assessment.id)]))
        own = self._propose(amount=-5)
        self.user_quality.group_ids |= self.env.ref(
            "aftersales.group_aftersales_finance"
        )
        with (
            freeze_time("2036-03-06 04:00:00"),
            self._refused("was proposed by you"),
        ):
            own.with_user(self.user_quality).action_issue()
        with self._refused("choose a standard"):
            self._propose(standard_id=False)

    def test_from_the_ticket_and_its_nonconformity(self):
        ticket = self.ticket.with_user(self.user_quality)
        self.assertEqual(ticket.assessment_count, 1)
        found = self.env["aftersales.assessment"].search(
            ticket.action_view_assessments()["domain"]
        )
        self.assertEqual(found, self.assessment)
        self.ticket.technician_id = self.user_technician
        nonconformity = self.env["aftersales.nonconformity"].create(
            {
                "ticket_id": self.ticket.id,
                "name": "Torque",
                "found_by_id": self.user_inspector.id,
                "found_at": "2026-03-02 04:00:00",
            }
        )
        action = nonconformity.with_user(self.user_inspector).action_assess()
        form = Form(
            self.env["aftersales.assessment"]
            .with_user(self.user_inspector)
            .with_context(**action["context"])
        )
        self.assertEqual(form.employee_id.id, self.employee.id)
        self.assertEqual(form.ticket_id, self.ticket)
        form.amount = -20
        self.assertEqual(form.save().nonconformity_id, nonconformity)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_it(self):
        for vals in (
            {"state": "issued"},
            {"issued_by_id": self.user_quality.id},
            {"issued_by_id": self.user_technician.id},
            {"answered_by_id": self.user_manager.id},
            {"amount": 0},
            {"state": "cancelled"},
            {"concerned_id": self.user_quality.id},
        ):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.assessment.write(vals)
                self.env.flush_all()

    def test_printed(self):
        self._issue()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.user_technician)
            ._render_qweb_html("aftersales.report_assessment", self.assessment.ids)[0]
            .decode()
        )
        for words in (
            self.assessment.name,
            "Assessment Document",
            "Zhang Wei",
            "Bolt not tightened.",
            self.ticket.name,
        ):
            self.assertIn(words, html)
