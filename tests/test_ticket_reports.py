import base64
import io

from PIL import Image

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import VINS
from .common_parts import PartsCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestTicketReports(ReportCommon, PartsCommon, HttpCase):
    """F04, F05, F12 and F18, printed for real."""

    _report_prefix = "aftersales.report_ticket_"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.company.aftersales_hotline = "400-555-0100"
        cls.ticket = cls._diagnosed(
            odometer=42180, reporter_name="Mr Zhao", symptom_conditions="Pulling away"
        )
        cls._line(cls.ticket, cls.labour, quantity=3, payer="warranty")
        cls._line(cls.ticket, cls.motor, payer="warranty")
        cls._line(cls.ticket, cls.brake_pads, quantity=2)
        cls._line(cls.ticket, cls.mirror, supply="customer")
        cls.env.flush_all()

    def _picture(self):
        stream = io.BytesIO()
        Image.new("RGB", (1600, 1200), "red").save(stream, "PNG")
        return stream.getvalue()

    def _translate(self, name, source, translation):
        view = self.env.ref(f"aftersales.report_ticket_{name}_document")
        view.update_field_translations("arch_db", {"zh_CN": {source: translation}})

    def test_report_record(self):
        """F04: who reported what and when, and how far it has come."""
        text = self._text("record", self.ticket)
        self.assertWords(
            text,
            "Customer Service Report Record",
            self.ticket.name,
            "400-555-0100",
            "Lin Freight",
            "苏A12345",
            VINS[0],
            "42,180 km",
            "No drive, motor howls",
            "Phone",
            "Mr Zhao",
            "Technician",
            "Solution worked out",
            "In time",
            "Customer service: closed",
        )

    def test_workshop_order(self):
        """F12: the charges, who pays, what is not guaranteed, and room for the rest."""
        text = self._text("workshop_order", self.ticket)
        self.assertWords(
            text,
            "Workshop Order",
            self.ticket.name,
            VINS[0],
            "No drive, motor howls",
            "Replace drive motor",
            "Brake pads",
            "360.00",
            "Brought by the",
            "* No technical quality guarantee",
            # 2 x 180, with 13 %; his own part is not charged
            "360.00",
            "46.80",
            "406.80",
            "valuables",
            "Fuel or charge",
            "Vehicle papers",
            "taken over by the workshop",
            "Customer's signature if",
        )
        self.assertEqual(text.count("Covered by"), 2)
        self.assertNotIn("1,200.00", text, "what is covered shows no price")

    def test_declined_line(self):
        """What was refused is on the order, outside the total (R-SIGN-04)."""
        pads = self.ticket.line_ids.filtered(
            lambda line: line.product_id == self.brake_pads
        )
        pads._decline()
        text = self._text("workshop_order", self.ticket)
        self.assertWords(text, "Declined")
        for amount in ("360.00", "84.75", "75.00"):
            self.assertNotIn(amount, text)
        self.assertEqual(text.count("Brake pads"), 2, "among the lines and the undone")

    def test_insurer(self):
        """Each billed payer has a total of his own."""
        self._line(self.ticket, self.motor, payer="insurer")
        text = self._text("workshop_order", self.ticket)
        self.assertWords(text, "To pay: Customer", "To pay: Insurer", "1,356.00")

    def test_repair_order(self):
        """F05: fault, solution, and for each part the case in which it may leave."""
        ticket = self._approved(
            (self.motor, {"payer": "warranty"}),
            (self.labour, {"payer": "customer"}),
            (self.mirror, {"supply": "customer", "payer": "customer"}),
            service_mode="parts",
            symptom_conditions="Pulling away",
        )
        ticket.with_user(self.user_technician).write({"part_number_info": "FY-M30"})
        self._judge(ticket.line_ids[0])
        self._release(self._request(ticket))
        ticket.action_accept_disclaimer("Mr Zhao")
        picture = base64.b64encode(self._picture())
        self.env["ir.attachment"].create(
            {
                "name": "motor.png",
                "datas": picture,
                "res_model": ticket._name,
                "res_id": ticket.id,
            }
        )
        for user in (self.user_technician, self.user_finance, self.user_parts_keeper):
            text = self._text("repair_order", ticket, user)
            self.assertWords(
                text,
                "Repair Order",
                ticket.name,
                VINS[0],
                "No drive, motor howls",
                "Pulling away",
                "FY-M30",
                "Bearing worn out",
                "a. Parts sent, the customer fits them",
                "Drive motor",
                "Covered by",
                "No technical quality guarantee",
                "Replace drive motor",
                "$ 60.00",
                "$ 67.80",
                "Terms of self-assembly",
                "Loss caused by wrong assembly is borne by the customer",
                "Finance: warranty",
                "Warehouse: old part received",
                "Mr Zhao",
                "Photos",
            )
            self.assertEqual(text.count("✓"), 2, "the solution and the case")

    def test_human_cause(self):
        """A part damaged by the customer is not printed as covered (R-WAR-02)."""
        line = self.ticket.line_ids.filtered(
            lambda line: line.product_id == self.motor
        ).with_user(self.user_technician)
        line.cause_evidence = "Driven into water"
        line.action_cause_human()
        text = self._text("repair_order", self.ticket)
        self.assertEqual(line.payer, "customer")
        self.assertWords(text, "Yes", "$ 1,200.00")
        self.assertEqual(text.count("Covered by"), 1, "the labour alone")

    def test_diagnosis(self):
        """F18: fault, findings and proposal, told to the customer (R-DIAG-10)."""
        self.env["aftersales.diagnosis.step"].create(
            {
                "ticket_id": self.ticket.id,
                "name": "Measured the insulation",
                "result": "12 megohm",
            }
        )
        text = self._text("diagnosis", self.ticket, self.user_technician)
        self.assertWords(
            text,
            "Diagnosis Report",
            self.ticket.name,
            VINS[0],
            "Bearing worn out",
            "Measured the insulation",
            "12 megohm",
            "Brake pads",
            "Mr Zhao",
            "Customer: told, copy received",
        )

    def test_chinese(self):
        """A Chinese customer gets a Chinese form, whoever prints it."""
        self.customer.lang = "zh_CN"
        self.motor.with_context(lang="zh_CN").name = "驱动电机"
        self._translate("workshop_order", "Workshop Order", "进厂维修单")
        text = self._text("workshop_order", self.ticket)
        self.assertWords(text, "进厂维修单", VINS[0], "苏A12345")
        self.assertNotIn("Workshop Order", text)

    def test_several(self):
        """Several tickets make one file, each in its customer's language."""
        self._translate("record", "Customer Service Report Record", "客服报修记录")
        other = self._ticket(
            partner_id=self.customer.copy({"name": "Wang", "lang": "zh_CN"}).id,
            complaint="Second complaint",
        )
        text = self._text("record", self.ticket | other)
        self.assertWords(
            text,
            self.ticket.name,
            other.name,
            "No drive, motor howls",
            "Second complaint",
            "Customer Service Report Record",
            "客服报修记录",
        )

    def test_bare_ticket(self):
        """A report taken in a hurry prints: no vehicle, no customer, no lines."""
        ticket = self._ticket(
            partner_id=False, vehicle_id=False, ticket_type="consultation"
        )
        for name in ("record", "repair_order", "workshop_order", "diagnosis"):
            self.assertIn(ticket.name, self._text(name, ticket))

    def test_queries(self):
        """Ten forms cost hardly more queries than one."""
        tickets = self.ticket
        for __ in range(9):
            ticket = self._ticket()
            self._line(ticket, self.brake_pads)
            tickets |= ticket
        reports = self.env["ir.actions.report"].with_user(self.user_advisor)
        for name in ("record", "repair_order", "workshop_order", "diagnosis"):
            report = f"aftersales.report_ticket_{name}"
            reports._render_qweb_html(report, self.ticket.ids)
            counts = []
            for docs in (self.ticket, tickets):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                reports._render_qweb_html(report, docs.ids)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(form=name):
                self.assertLess(counts[1] - counts[0], 18, counts)

    def test_access(self):
        """A technician prints his own tickets only; each form is for its roles."""
        foreign = self._ticket(technician_id=self.technician_2.id)
        with self.assertRaises(AccessError):
            self._text("record", foreign, self.user_technician)
        # Papers that everybody may print who sees the ticket
        common = {"Nonconformity Record", "Quality Guarantee", "Trace"}
        for user, expected in (
            (
                self.user_advisor,
                {
                    "Repair Estimate",
                    "Report Record",
                    "Repair Order",
                    "Workshop Order",
                    "Diagnosis Report",
                    "Parts Reconciliation",
                },
            ),
            (self.user_inspector, {"Workshop Order"}),
            (self.user_quality, {"Report Record"}),
            (
                self.user_finance,
                {"Repair Estimate", "Repair Order", "Parts Reconciliation"},
            ),
        ):
            with self.subTest(user=user.login):
                actions = self.env["ir.actions.actions"].with_user(user)
                bound = actions.get_bindings("aftersales.ticket")["report"]
                names = {action["name"] for action in bound}
                self.assertEqual(names, expected | common)
