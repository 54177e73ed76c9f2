from odoo.tests import HttpCase, tagged

from .report_common import ReportCommon
from .test_appointment import AppointmentCommon


@tagged("post_install", "-at_install")
class TestAppointmentReports(ReportCommon, AppointmentCommon, HttpCase):
    """F15 and F16, printed for real."""

    def setUp(self):
        # Printing goes over the network, where time must not stand still.
        super(AppointmentCommon, self).setUp()

    def _monday(self):
        now = self.env.cr.now().replace(microsecond=0)
        day = self.team._get_clock().working_day_end(now, 2)
        return day.replace(hour=9, minute=0, second=0)

    def test_slip(self):
        """F15: customer, vehicle, request, exact time, parts, cost, who receives."""
        self.company.aftersales_appointment_phone = "400-555-0111"
        appointment = self._agreed(
            self.labour, self.brake_pads, planned_start=self._monday()
        )
        text = self._text("report_appointment", appointment)
        self.assertWords(
            text,
            "Appointment Slip",
            appointment.name,
            "Lin Freight",
            "苏A12345",
            "Motor howls on the hill",
            "Bearing, by the noise",
            "Brake pads",
            "240.00",
            "Advisor",
            "400-555-0111",
            "Mr Zhao",
        )

    def test_slip_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        view = self.env.ref("aftersales.report_appointment_document")
        view.update_field_translations(
            "arch_db", {"zh_CN": {"Proposed solution": "建议方案"}}
        )
        self.customer.lang = "zh_CN"
        appointment = self._agreed(planned_start=self._monday())
        self.assertIn("建议方案", self._text("report_appointment", appointment))

    def test_register(self):
        """F16: all appointments, whether the workshop was told, kept or not."""
        first = self._agreed(planned_start=self._monday())
        second = self._appointment(planned_start=self._monday())
        text = self._text("report_appointment_register", first + second)
        self.assertWords(
            text, "Appointment Register", first.name, second.name, "Agreed", "Draft"
        )
