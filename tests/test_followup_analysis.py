from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .followup_common import FollowupCommon
from .report_common import ReportCommon


class AnalysisCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        cls.env["aftersales.followup"].search([]).unlink()
        rule = cls.env["aftersales.followup.rule"].search([], limit=1)
        vals = {
            "partner_id": cls.customer.id,
            "company_id": cls.company.id,
            "rule_id": rule.id,
            "window_start": now - timedelta(days=3),
            "window_end": now - timedelta(days=2),
            "user_id": cls.user_advisor.id,
        }
        done = {"state": "done", "done_at": now - timedelta(days=3)}
        rows = [
            {**vals, **done, "satisfied": "satisfied", "new_needs": "A trailer"},
            {
                **vals,
                **done,
                "satisfied": "dissatisfied",
                "complaint_text": "Seats left dirty",
            },
            vals,
            {**vals, "state": "skipped", "skip_reason": "Sold"},
            # Of another month
            {
                **vals,
                "window_start": now - timedelta(days=99),
                "window_end": now - timedelta(days=98),
            },
        ]
        cls.env["aftersales.followup"].create(
            [{**row, "ticket_id": cls._ticket().id} for row in rows]
        )

    def _analysis(self, **vals):
        today = fields.Date.today()
        return (
            self.env["aftersales.followup.analysis"]
            .with_user(self.user_quality)
            .create(
                {
                    "date_from": today - timedelta(days=10),
                    "date_to": today,
                    "recipient_id": self.user_manager.id,
                    "causes": "No time for cleaning",
                    "measures": "A cleaner, from Monday",
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestFollowupAnalysis(AnalysisCommon):
    def test_counts_the_period(self):
        report = self._analysis()
        self.assertEqual((report.due_count, report.done_count), (4, 2))
        self.assertEqual(report.done_ratio, 50)
        self.assertEqual(report.satisfied_ratio, 50)
        self.assertEqual(report.complaint_count, 1)
        self.assertEqual(report.figures["needs"][0]["text"], "A trailer")
        people = report.figures["people"]
        self.assertEqual(sum(row["due_count"] for row in people), 4)

    def test_sent_it_stays(self):
        report = self._analysis()
        report.action_send()
        self.env["aftersales.followup"].sudo().search([]).unlink()
        self.env.invalidate_all()
        self.assertEqual(report.done_count, 2)
        activity = report.activity_ids
        self.assertEqual(activity.user_id, self.user_manager)
        with self.assert_refused(UserError, "stays as it is"):
            report.causes = "None"
        with self.assert_refused(UserError, "stays as it is|sent once"):
            report.action_send()

    def test_refusals(self):
        with self.assert_refused(UserError, "causes and measures"):
            self._analysis(measures=False).action_send()
        with self.assert_refused(ValidationError, "somebody else"):
            self._analysis(recipient_id=self.user_quality.id)
        with self.assert_refused(UserError, "button Send"):
            self._analysis().state = "sent"


@tagged("post_install", "-at_install")
class TestFollowupAnalysisReport(ReportCommon, AnalysisCommon, HttpCase):
    _report_prefix = "aftersales.report_"

    def test_print(self):
        """F30: results, statistics, causes, measures."""
        text = self._text("followup_analysis", self._analysis(), "quality")
        self.assertWords(
            text,
            "Follow-up Analysis Report",
            "Seats left dirty",
            "A trailer",
            "50.0",
            "No time for cleaning",
            "A cleaner, from Monday",
        )
