from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import VINS, AftersalesCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestVehicleReports(ReportCommon, AftersalesCommon, HttpCase):
    """The sheet of the file (F01, F02) and the service card (F03), printed for real."""

    _report_prefix = "aftersales.report_vehicle_"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_hotline = "400-555-0100"
        cls.customer.write(
            {
                "street": "Dock Road 1",
                "aftersales_service_wishes": "Fetch and bring the truck",
                "aftersales_employer": "Harbour Works",
                "aftersales_work_address": "Gate 4",
                "aftersales_grade": "high",
                "aftersales_designated_user_id": cls.user_advisor.id,
            }
        )
        cls.vehicle.write(
            {
                "delivery_date": "2026-01-20",
                "service_card_number": "SC-0001",
                "vehicle_kind": "truck",
                "engine_number": "E3-000871",
                "annual_inspection_date": "2027-01-15",
            }
        )
        ticket = cls._ticket(odometer=4210)
        cls._line(ticket, cls.motor, quantity=1).sudo().approval = "approved"
        ticket.sudo().correction = "Bearing replaced"
        cls.env["aftersales.vehicle.recommendation"].create(
            {"vehicle_id": cls.vehicle.id, "name": "Rear pads thin", "is_safety": True}
        )
        cls.ticket = ticket
        cls.env.flush_all()

    def test_pdf_vehicle_sheet(self):
        text = self._text("sheet", self.vehicle)
        self.assertWords(
            text,
            "Vehicle and Customer File",
            self.company.name,
            "SC-0001",
            VINS[0],
            "苏A12345",
            "Feiyue/E3 Truck",
            "E3-000871",
            "4,210 km",
            "Lin Freight",
            "Dock Road 1",
            "Mr Zhao",
            "Fetch and bring the truck",
            "Harbour Works",
            "Gate 4",
            "High",
            "60,000 km",
            "10,000 km",
            "Rear pads thin",
            "(safety)",
            self.ticket.name,
            "No drive, motor howls",
            "Bearing replaced",
            "1 × Drive motor",
            "Owners",
        )

    def test_pdf_service_card(self):
        for user in (self.user_advisor, self.user_technician, self.user_finance):
            text = self._text("service_card", self.vehicle, user)
            self.assertWords(
                text,
                "After-Sales Service Card",
                "SC-0001",
                VINS[0],
                "400-555-0100",
                "10,000 km",
                self.user_advisor.name,
                self.user_advisor.phone,
                "Bring this card",
            )
        self.assertNotIn("No drive", text, "the card says nothing of repairs")

    def test_pdf_bare_file(self):
        machine = self.env["aftersales.vehicle"].create(
            {"serial_number": "WL-1", "partner_id": self.customer.id}
        )
        self.assertWords(self._text("sheet", machine), "WL-1", "Nothing yet.")
        self.assertWords(self._text("service_card", machine), "WL-1")

    def test_pdf_chinese(self):
        """The owner's language, whoever prints it; several make one file."""
        view = self.env.ref("aftersales.report_vehicle_service_card_document")
        view.update_field_translations(
            "arch_db", {"zh_CN": {"After-Sales Service Card": "售后服务卡"}}
        )
        other = self.env["aftersales.vehicle"].create(
            {
                "vin": VINS[1],
                "partner_id": self.customer.copy({"name": "王", "lang": "zh_CN"}).id,
                "delivery_date": date(2026, 2, 1),
            }
        )
        text = self._text("service_card", self.vehicle | other)
        self.assertWords(text, "After-Sales Service Card", "售后服务卡", VINS[1])

    def test_who_prints(self):
        for user, expected in (
            (
                self.user_advisor,
                {"Vehicle and Customer File", "Service Card", "Statutory Counters"},
            ),
            (self.user_technician, {"Service Card"}),
        ):
            actions = self.env["ir.actions.actions"].with_user(user)
            offered = actions.get_bindings("aftersales.vehicle").get("report", [])
            self.assertEqual({action["name"] for action in offered}, expected)
        other = self.env["res.company"].create({"name": "Other station"})
        foreign = self.env["aftersales.vehicle"].create(
            {"vin": VINS[1], "partner_id": self.driver.id, "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            self._text("service_card", foreign)

    def test_queries(self):
        vehicles = self.env["aftersales.vehicle"].create(
            [
                {"serial_number": f"P-{number}", "partner_id": self.customer.id}
                for number in range(9)
            ]
        )
        reports = self.env["ir.actions.report"].with_user(self.user_advisor)
        for name in ("sheet", "service_card"):
            report = f"aftersales.report_vehicle_{name}"
            reports._render_qweb_html(report, self.vehicle.ids)
            counts = []
            for docs in (vehicles[0], vehicles):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                reports._render_qweb_html(report, docs.ids)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(form=name):
                self.assertLess(counts[1] - counts[0], 12, counts)
