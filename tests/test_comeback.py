from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestComeback(PartsCommon):
    """The same concern again within the guarantee on finished work (R-BEY-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()

    def _finished(self, days, product=None, **vals):
        """Return work handed over so many days ago, with one part fitted."""
        ticket = self._ticket(
            reported_at=self.now - timedelta(days=days, hours=2), **vals
        )
        self._line(ticket, product or self.motor)
        ticket = ticket.sudo()
        ticket.line_ids._approve("Mr Zhao", "phone")
        ticket.write(
            {"state": "delivered", "delivered_at": self.now - timedelta(days=days)}
        )
        return ticket

    def _candidate(self, **vals):
        return self._ticket(**vals).comeback_candidate_id

    def test_the_same_concern_within_its_window_is_proposed(self):
        earlier = self._finished(10, odometer=10000)
        self.assertEqual(self._candidate(), earlier, "the last day")
        self.assertEqual(self._candidate(odometer=12000), earlier)
        self.assertFalse(self._candidate(odometer=12001), "too far")
        self.assertFalse(
            self._candidate(complaint="Wipers smear, please look after them")
        )
        earlier.delivered_at -= timedelta(days=1)
        self.assertFalse(self._candidate(), "a day too late")

    def test_windows_by_class_of_work(self):
        self.motor.aftersales_guarantee_class = "overhaul"
        self.mirror.aftersales_guarantee_class = "secondary"
        overhaul = self._finished(100)
        secondary = self._finished(30, self.mirror)
        ticket = self._ticket()
        self.assertEqual(
            set(ticket._get_comeback_candidates().ids), {overhaul.id, secondary.id}
        )
        (overhaul | secondary).line_ids.no_guarantee = True
        self.assertFalse(ticket._get_comeback_candidates(), "no guarantee, no comeback")
        (overhaul | secondary).line_ids.no_guarantee = False
        self.company.aftersales_guarantee_secondary_days = 29
        self.assertEqual(ticket._get_comeback_candidates(), overhaul)

    def test_a_fault_code_a_part_or_chinese_words_tell_the_concern(self):
        fault = self.env["aftersales.fault.code"].create(
            {"code": "M1", "name": "Motor"}
        )
        by_code = self._finished(3, complaint="Stands still", fault_code_ids=fault.ids)
        self.assertEqual(
            self._candidate(complaint="Rattles", fault_code_ids=fault.ids), by_code
        )
        by_words = self._finished(2, complaint="电机异响，无法行驶")
        self.assertEqual(self._candidate(complaint="又出现电机异响"), by_words)
        ticket = self._ticket(complaint="Nothing alike")
        self.assertFalse(ticket.comeback_candidate_id)
        self._line(ticket, self.motor)
        ticket.invalidate_recordset(["comeback_candidate_id"])
        self.assertTrue(ticket.comeback_candidate_id)

    def test_judged_by_somebody_else_and_counted(self):
        first, second, third = (self._finished(days) for days in (4, 3, 2))
        again = self._ticket()
        again.action_take_comeback()
        self.assertEqual(again.comeback_of_id, third)
        self.assertFalse(again.comeback_judged_by_id)
        with self.assertRaises(AccessError):
            again.with_user(self.user_technician).action_comeback_part()
        technical = third.technician_id
        technical.group_ids |= self.env.ref("aftersales.group_aftersales_quality")
        with self._refused("worked on .* yourself", AccessError):
            again.with_user(technical).action_comeback_part()
        again.with_user(self.user_quality).action_comeback_technician()
        self.assertEqual(again.comeback_judged_by_id, self.user_quality)
        other = self._ticket(complaint="No drive, motor howls once more")
        other.comeback_of_id = second
        other.with_user(self.user_quality).action_not_comeback()
        self.env.flush_all()
        report = self.env["aftersales.comeback.report"].with_user(self.user_quality)
        rows = report.search([("ticket_id", "in", (first | second | third).ids)])
        self.assertEqual(sum(rows.mapped("comeback_count")), 1)
        [(rate,)] = report._read_group(
            [("id", "in", rows.ids)], [], ["first_time_fix:avg"]
        )
        self.assertAlmostEqual(rate, 200 / 3, 2)
        row = rows.filtered("comeback_id")
        self.assertEqual((row.ticket_id, row.comeback_cause), (third, "technician"))

    def test_a_new_report_has_nothing_to_come_back_to_yet(self):
        form = Form(self.env["aftersales.ticket"].with_user(self.user_advisor))
        self.assertFalse(form.comeback_candidate_id)
        earlier = self._finished(2)
        form.vehicle_id = self.vehicle
        form.complaint = "No drive, motor howls"
        self.assertEqual(form.comeback_candidate_id, earlier)

    def test_not_a_comeback(self):
        self._finished(2)
        again = self._ticket()
        again.action_not_comeback()
        self.assertEqual(again.comeback_cause, "new_concern")
        self.assertFalse(again.comeback_candidate_id)
        fresh = self._ticket(complaint="Wipers smear, please look after them")
        with self._refused("no earlier work"):
            fresh.action_take_comeback()
        other = self._ticket(vehicle_id=self.vehicle.copy({"serial_number": "S"}).id)
        with self._refused("cannot be a comeback"):
            fresh.comeback_of_id = other
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                fresh.sudo().comeback_cause = "part"
                self.env.flush_all()
