from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .report_common import ReportCommon
from .test_nonconformity import FinishedCommon


@tagged("post_install", "-at_install")
class TestQualityReports(ReportCommon, FinishedCommon, HttpCase):
    """F23, F24, F25, filled and blank."""

    _report_role = "inspector"

    def test_inspection_sheet_pdf(self):
        """F23: self-check, work, road test, life, nonconformity, cleaning."""
        sheet = self._final_sheet(self.ticket)
        sheet.line_ids[3].write({"result": "defect", "note": "Seeps"})
        self._as("inspector", self.ticket).action_fail_inspection()
        self._rework("Clamp tightened")
        sheet = self._final_sheet(self.ticket)
        sheet.write(
            {
                "road_test_needed": True,
                "road_test_distance": 7.5,
                "road_test_result": "ok",
            }
        )
        sheet.line_ids.filtered("asks_remaining_life").remaining_life = 64
        sheet.action_rest_ok()
        sheet.action_done()
        self._as("inspector", self.ticket).action_pass_inspection()
        self._hand_over_inside(self.ticket)
        text = self._text("report_inspection", sheet)
        self.assertWords(
            text,
            "Inspection Sheet",
            self.ticket.name,
            "Self-check Technician",
            "7.5 km",
            "64",
            "Clamp tightened (Accepted)",
            "Row 1",
        )
        text = self._text("report_nonconformity", self.ticket)
        self.assertWords(
            text,
            "Nonconformity Record",
            "Seeps",
            "Clamp tightened",
            "Adviser told Advisor",
            "Inspected again Inspector",
        )

    def test_guarantee_card_pdf(self):
        """F25: how long for what, and what is excluded."""
        self.labour.aftersales_guarantee_class = "overhaul"
        self.company.aftersales_guarantee_terms = "Bring the replaced part along."
        own = self._line(self.ticket, self.brake_pads)
        brought = self._line(self.ticket, self.mirror, supply="customer")
        (own | brought).sudo()._approve("Mr Zhao", "Phone")
        with self.assertRaisesRegex(UserError, "has passed the inspection"):
            self.ticket.action_print_guarantee()
        self.ticket.sudo().odometer = 12000
        self._inspect(self.ticket)
        rows = {
            row["line"].product_id: (row["days"], row["distance"], row["odometer"])
            for row in self.ticket._get_report_guarantee()
        }
        self.assertEqual(
            rows,
            {
                self.labour: (100, 20000, 32000),
                self.brake_pads: (10, 2000, 14000),
            },
        )
        text = self._text("report_guarantee_card", self.ticket)
        self.assertWords(
            text,
            "Quality Guarantee",
            "Bring the replaced part along.",
            "20,000",
            "32,000",
            "Without guarantee on this order: Mirror",
        )

    def test_blanks_pdf(self):
        """For the hours without a computer."""
        for report, words in (
            ("report_final_inspection_blank", ("Inspection Sheet", "Road test")),
            ("report_nonconformity_blank", ("Nonconformity Record", "Measure")),
            ("report_guarantee_card_blank", ("Quality Guarantee", "Days")),
        ):
            with self.subTest(report=report):
                self.assertWords(self._text(report, self.company), *words)
