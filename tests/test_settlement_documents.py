from odoo.tests import HttpCase, new_test_user, tagged

from .common_settlement import SettlementCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestSettlementDocuments(ReportCommon, SettlementCommon, HttpCase):
    """F17, the customer's copy and the public prices."""

    _report_role = "finance"

    def _settled(self):
        ticket, lines = self._ready()
        settlement = self._settlement(ticket)
        discount = self._discount(settlement, kind="amount", amount_asked=8.50)
        self._as("manager", discount).action_approve()
        self._as("finance", ticket).action_invoice()
        self._pay(self._invoices(ticket), 100)
        settlement.action_check()
        self._as("advisor", settlement).work_explained = True
        settlement.action_settle()
        return ticket, settlement

    def test_settlement_sheet_pdf(self):
        """F17: all work and parts, approved against billed, what was told."""
        self.vehicle.next_service_odometer = 20000
        ticket, settlement = self._settled()
        self.env["aftersales.vehicle.recommendation"].create(
            {
                "name": "Front tyres worn",
                "vehicle_id": self.vehicle.id,
                "ticket_id": ticket.id,
            }
        )
        text = self._text("report_settlement", settlement)
        self.assertWords(
            text,
            "Settlement Sheet",
            settlement.name,
            ticket.name,
            "Brake pads",
            "Replace drive motor",
            "Covered by",
            "508.50",
            "8.50",
            "500.00",
            "100.00",
            "400.00",
            "Came three times",
            "20,000",
            "Front tyres worn",
            "Finance",
        )
        self.assertNotIn("1,356.00", text, "the maker's bill is not the customer's")

    def test_blank_sheet_pdf(self):
        text = self._text("report_settlement_blank", self.company, "advisor")
        self.assertWords(
            text, "Settlement Sheet", "Approved by", "Next maintenance", "Customer"
        )
        self.assertNotIn("False", text)
        forms = self.env["aftersales.downtime.form"]._get_sorted_forms()
        self.assertIn("F17", [form["code"] for form in forms])

    def test_customer_copy_pdf(self):
        """R-SETT-12: the customer's documents in one file, and no one else's."""
        ticket, __ = self._settled()
        self._as("advisor", ticket).action_vouch_credit()
        self._as("finance", ticket).action_issue_gate_pass()
        rendering = ticket.with_context(force_report_rendering=True)
        words = self._words(rendering._render_customer_copy())
        for title in (
            "Workshop Order",
            "Diagnosis Report",
            "Settlement Sheet",
            "INV/",
            "Gate Pass",
        ):
            self.assertIn(title, words)
        self.assertNotIn(self.maker.name, words)

    def test_customer_copy_goes_to_its_customer(self):
        """The office and the customer fetch it; nobody else, and not too early."""
        ticket, __ = self._ready()
        self.patch(
            self.registry["aftersales.ticket"],
            "_render_customer_copy",
            lambda ticket: b"%PDF of this ticket",
        )
        url = self._as("advisor", ticket).action_customer_copy()["url"]
        owner = new_test_user(
            self.env, "portal_lin", groups="base.group_portal", password="portal_lin"
        )
        owner.partner_id.parent_id = self.customer
        new_test_user(
            self.env,
            "portal_rival",
            groups="base.group_portal",
            password="portal_rival",
        )
        for login, allowed in (
            ("advisor", True),
            ("portal_lin", True),
            ("portal_rival", False),
            ("technician", False),
            (None, False),
        ):
            self.authenticate(login, login)
            response = self.url_open(url)
            kind = response.headers["Content-Type"].split(";")[0]
            with self.subTest(login=login):
                self.assertEqual(kind == "application/pdf", allowed)
            if login == "portal_lin":
                page = self.url_open(f"/my/tickets/{ticket.id}").text
                self.assertIn(url, page)
        fresh = self._ticket()
        self.authenticate("portal_lin", "portal_lin")
        self.assertNotIn("/copy", self.url_open(f"/my/tickets/{fresh.id}").text)

    def test_public_prices_pdf(self):
        """R-SETT-18: common parts with their prices, tax included, for everybody."""
        self.brake_pads.aftersales_public_price = True
        text = self._text("report_public_prices", self.company)
        # 180 with 13 %
        self.assertWords(text, "Prices of Common Parts", "Brake pads", "203.40")
        self.assertNotIn("Mirror", text)
        self.authenticate(None, None)
        page = self.url_open("/aftersales/prices")
        self.assertEqual(page.status_code, 200)
        self.assertIn("203.40", page.text)
        self.assertNotIn("Mirror", page.text)
        self.company.aftersales_public_prices = False
        self.assertEqual(self.url_open("/aftersales/prices").status_code, 404)
