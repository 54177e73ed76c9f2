from odoo.tests import HttpCase, tagged

from .common_reception import ReceptionCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestReceptionReports(ReportCommon, ReceptionCommon, HttpCase):
    _report_prefix = "aftersales.report_"

    def test_filled(self):
        """F20, F21 and the reception part of F12."""
        reception = self._reception()
        reception.marks = [{"x": 20, "y": 30, "kind": "dent", "note": "Left door"}]
        reception.paper_ids[0].write({"is_taken": True, "difference": "Torn"})
        self._received(
            requests="Look at the heater", papers_signature=False, signed_on_paper=True
        )
        self._as("technician", reception).action_key_out()
        text = self._text("reception_items", reception)
        self.assertWords(
            text, "List of Items on Board", "Jack", "Blanket", "17", "B3", "valuables"
        )
        text = self._text("reception_keys", reception)
        self.assertWords(text, "Key Register", "B3", "Technician", self.ticket.name)
        text = self._text("ticket_workshop_order", self.ticket)
        self.assertWords(
            text, "Look at the heater", "Dent: Left door", "2 × Blanket", "B3", "Torn"
        )

    def test_blank(self):
        """Printed ahead, for the hours without a computer."""
        company = self.company
        text = self._text("reception_items_blank", company)
        self.assertWords(text, "List of Items on Board", "Box no.", "Licence plate")
        text = self._text("reception_keys_blank", company)
        self.assertWords(text, "Key Register", "Key no.", "Given out")
        for name in ("items", "keys"):
            action = self.env.ref(f"aftersales.action_print_blank_{name}")
            action = action.with_user(self.user_advisor).run()
            self.assertEqual(action["type"], "ir.actions.report")
