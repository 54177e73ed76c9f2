from odoo.tests import HttpCase, tagged

from .report_common import ReportCommon
from .test_addition import AdditionCommon


@tagged("post_install", "-at_install")
class TestAdditionReports(ReportCommon, AdditionCommon, HttpCase):
    """F13, filled and blank."""

    _report_prefix = "aftersales.report_"

    def test_filled(self):
        addition = self._find(is_safety=True, reason="Would not last the season")
        self._price(addition)
        self._ask(addition, "partly", line_ids=addition.line_ids[:1].ids)
        self._as("dispatcher", addition).action_take_over()
        text = self._text("addition", addition)
        self.assertWords(
            text,
            "Additional Work",
            addition.name,
            "Brake hose cracked",
            "Would not last the season",
            "The hose may burst",
            "Brake pads",
            "Bleed brakes",
            "Mr Zhao",
            "Dispatcher",
            "03/02/2026",
        )

    def test_blank(self):
        text = self._text("addition_blank", self.company)
        self.assertWords(text, "Additional Work", "Spoken with", "Licence plate")
