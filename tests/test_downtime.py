import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common_billing import BillingCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestDowntimeForms(ReportCommon, BillingCommon, HttpCase):
    """Every form of the workshop can be printed empty, in English and Chinese."""

    _report_prefix = ""

    def test_every_form_is_printed_blank(self):
        for form in self.env["aftersales.downtime.form"]._get_sorted_forms():
            with self.subTest(form=form["name"]):
                text = self._text(form["blank"], self.company)
                self.assertWords(text, form["name"])
                self.assertNotIn("False", text)
                self.assertNotIn("None", text)
                # Nothing that nobody knows yet.
                self.assertNotIn("0.00", text)
                self.assertNotIn("No. /", text)


@tagged("post_install", "-at_install")
class TestDowntimeKit(ReportCommon, BillingCommon, HttpCase):
    """One file with the forms of the tickets and empty ones (R-BEY-18)."""

    def _kit(self, role="advisor", **vals):
        """Return a kit with no form chosen."""
        kit = self.env["aftersales.downtime"].with_user(self.users[role])
        kit = kit.create(vals)
        kit.line_ids.write({"copies": 0, "is_filled": False})
        return kit

    def _line(self, kit, code):
        return kit.line_ids.filtered(lambda line: line.code == code)

    def test_one_file(self):
        ticket = self._diagnosed()
        kit = self._kit(ticket_ids=ticket.ids)
        self._line(kit, "F18").is_filled = True
        self._line(kit, "F19").copies = 2
        kit = kit.with_context(force_report_rendering=True)
        action = kit.action_print()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertIn(f"aftersales.downtime/{kit.id}/kit", action["url"])
        self.authenticate("advisor", "advisor")
        response = self.url_open(action["url"])
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        # The ticket's own first, then the gate pass twice.
        pages = self._words(base64.b64decode(kit.kit)).split("\f")[:-1]
        self.assertEqual(len(pages), 3)
        self.assertWords(pages[0], "Diagnosis Report", ticket.name)
        self.assertIn("Gate Pass", pages[1])
        self.assertIn("Gate Pass", pages[2])

    def test_proposes_what_is_at_work(self):
        self.company.aftersales_downtime_copies = 3
        fresh, at_work = self._ticket(), self._diagnosed()
        kit = self.env["aftersales.downtime"].with_user(self.user_dispatcher)
        kit = kit.create({})
        self.assertIn(at_work, kit.ticket_ids)
        self.assertNotIn(fresh, kit.ticket_ids)
        self.assertEqual(set(kit.line_ids.mapped("copies")), {3})
        self.assertFalse(self._line(kit, "F16").is_filled)
        chosen = kit.with_context(
            active_model="aftersales.ticket", active_ids=fresh.ids
        ).create({})
        self.assertEqual(chosen.ticket_ids, fresh)

    def test_refusals(self):
        with self.assert_refused(UserError, "Choose a form"):
            self._kit().action_print()
        with self.assertRaises(AccessError):
            self._kit("finance")

    def test_only_tickets_a_form_is_for(self):
        Form = self.env["aftersales.downtime.form"]
        forms = {form["code"]: form for form in Form._get_sorted_forms()}
        visit, repair = self._ticket(service_mode="onsite"), self._ticket()
        self.assertEqual(Form._get_form_records(forms["F12"], visit | repair), repair)
        self.assertFalse(Form._get_form_records(forms["F20"], visit | repair))

    def test_the_kit_has_the_forms_of_the_workshop(self):
        """A form that comes without being listed is in it, too."""
        Form = self.env["aftersales.downtime.form"]
        codes = {form["code"] for form in Form._get_sorted_forms()}
        self.assertGreaterEqual(
            codes, {"F12", "F13", "F15", "F16", "F18", "F19", "F20", "F26", "F28"}
        )
        blank = self.env.ref("aftersales.action_report_gate_pass_blank").copy(
            {"name": "Parking Slip, blank"}
        )
        self.env["ir.model.data"].create(
            {
                "module": "aftersales",
                "name": "action_report_parking_blank",
                "model": blank._name,
                "res_id": blank.id,
            }
        )
        self.assertEqual(Form._get_sorted_forms()[-1]["name"], "Parking Slip")
