from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_workshop import WorkshopCommon


class FinishedCommon(WorkshopCommon):
    """A ticket whose work is reported finished."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yard = cls.env["aftersales.bay"].create(
            {"name": "Yard", "kind": "finished", "company_id": cls.company.id}
        )
        cls.ticket = cls._diagnosed(team_id=cls.team.id)
        cls._line(cls.ticket, cls.labour)
        cls.ticket.action_quote()
        orders = cls.ticket.sudo().order_ids
        orders.write({"signed_by": "Mr Zhao"})
        orders.action_confirm()
        cls._receive(cls.ticket)
        technical = cls.ticket.with_user(cls.user_technician)
        technical.action_start()
        technical.correction = "Motor replaced"
        technical.line_ids.action_done()
        cls._finish_work(cls.ticket)

    def _defect(self, note="Seal weeps", index=0):
        """Return the finished sheet with one defect on it."""
        sheet = self._final_sheet(self.ticket)
        sheet.line_ids[index].write({"result": "defect", "note": note})
        sheet.action_rest_ok()
        sheet.action_done()
        return sheet

    def _rework(self, measure="Seal replaced"):
        """Let the technician rework what is open, and report it finished."""
        items = self._as("technician", self.ticket).nonconformity_ids
        items = items.filtered(lambda item: item.state == "open")
        for item in items:
            item.measure = measure
        items.action_reworked()
        self._finish_work(self.ticket)


@tagged("post_install", "-at_install")
class TestNonconformity(FinishedCommon):
    """What did not pass, its rework and the inspection after it (R-QC-04, F24)."""

    def test_rework_loop(self):
        """Found, adviser told, reworked, failed again, reworked, accepted."""
        sheet = self._defect()
        point = sheet.line_ids[0]
        self._as("inspector", self.ticket).action_fail_inspection()
        item = self.ticket.nonconformity_ids
        self.assertEqual(
            (item.name, item.description, item.state, item.round),
            (point.name, "Seal weeps", "open", 1),
        )
        self.assertEqual(item.inspection_line_id, point)
        technical = self._as("technician", self.ticket)
        self.assertEqual(technical.open_nonconformity_ids, item)
        self.assertEqual(item.found_by_id, self.user_inspector)
        self.assertEqual(item.advisor_id, self.user_advisor)
        self.assertTrue(item.advisor_told_at)
        told = self.ticket.sudo().activity_ids.filtered(
            lambda activity: activity.user_id == self.user_advisor
        )
        self.assertIn(f"Inspection not passed: {point.name}", told.mapped("summary"))
        self.assertEqual(self.ticket.state, "in_progress")

        technical = self._as("technician", self.ticket)
        with self.assertRaisesRegex(UserError, "not reworked yet: "):
            technical.action_finish()
        theirs = self._as("technician", item)
        with self.assertRaisesRegex(UserError, "write the measure"):
            theirs.action_reworked()
        self._rework()
        self.assertEqual(item.state, "reworked")
        self.assertEqual(item.rework_by_id, self.user_technician)
        with self.assertRaisesRegex(UserError, "stays"):
            theirs.measure = "Something else"

        self._defect("Still weeps")
        self._as("inspector", self.ticket).action_fail_inspection()
        self.assertEqual(self.ticket.nonconformity_ids, item, "the same point")
        self.assertEqual((item.state, item.round), ("open", 2))
        self.assertEqual(self.ticket.rework_count, 2)
        self._rework("Housing replaced")

        self._inspect(self.ticket)
        self.assertEqual(item.state, "accepted")
        self.assertEqual(item.reinspected_by_id, self.user_inspector)
        self.assertTrue(item.reinspected_at)
        self.assertEqual(self.ticket.state, "ready")
        calls = self.ticket.sudo().activity_ids.mapped("summary")
        self.assertNotIn("Rework after inspection", calls, "nothing is left to do")

    def test_one_is_in_order_the_other_is_not(self):
        """At the inspection after the rework each item has its own answer."""
        sheet = self._final_sheet(self.ticket)
        for line in sheet.line_ids[:2]:
            line.write({"result": "defect", "note": "Loose"})
        sheet.action_rest_ok()
        sheet.action_done()
        self._as("inspector", self.ticket).action_fail_inspection()
        first, second = self.ticket.nonconformity_ids.sorted("id")
        self._rework()
        self._defect("Loose again", index=1)
        self._as("inspector", self.ticket).action_fail_inspection()
        self.assertEqual((first.state, second.state), ("accepted", "open"))

    def test_said_in_words(self):
        """Without a defect on the sheet the reason is the failed item."""
        with self.assertRaisesRegex(UserError, "say what failed"):
            self._as("inspector", self.ticket).action_fail_inspection()
        inspector = self._as("inspector", self.ticket)
        action = inspector.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.ticket_rework_action"
        )
        action["context"] = {
            "default_kind": "rework",
            "default_ticket_id": self.ticket.id,
        }
        with Form.from_action(inspector.env, action) as form:
            form.reason = "Motor still howls"
        form.record.action_confirm()
        self.assertEqual(self.ticket.nonconformity_ids.name, "Motor still howls")

    def test_unfinished_sheet_is_kept(self):
        """R-QC-10: an inspection that ended early stays on record, incomplete."""
        sheet = self._final_sheet(self.ticket)
        sheet.line_ids[0].write({"result": "defect", "note": "Leaks"})
        self._as("inspector", self.ticket).action_fail_inspection()
        self.assertEqual(sheet.state, "done")
        self.assertFalse(sheet.is_complete)
        self._rework()
        self.assertNotEqual(self._final_sheet(self.ticket), sheet)

    def test_steps_only(self):
        self._defect()
        self._as("inspector", self.ticket).action_fail_inspection()
        item = self._as("inspector", self.ticket.nonconformity_ids)
        with self.assertRaisesRegex(AccessError, "follows from its steps"):
            item.state = "accepted"
        with self.assertRaises(AccessError):
            item.create({"ticket_id": self.ticket.id, "name": "x"})
        with self.assertRaises(AccessError):
            item.unlink()
        foreign = item.with_user(self.technician_2)
        self.assertFalse(foreign.search([("id", "=", item.id)]))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            item.sudo().state = "reworked"
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestInspectionRecord(FinishedCommon):
    """Road test, complete and on time, vehicles and assemblies (R-QC-03, 10, 11)."""

    def test_road_test(self):
        sheet = self._final_sheet(self.ticket)
        self.assertEqual(sheet.road_test_technician_id, self.user_technician)
        sheet.road_test_needed = True
        sheet.action_rest_ok()
        with self.assertRaisesRegex(UserError, "distance and result"):
            sheet.action_done()
        sheet.write({"road_test_distance": 5, "road_test_result": "fault"})
        with self.assertRaisesRegex(UserError, "describe the fault"):
            sheet.action_done()
        sheet.road_test_note = "Howls at 60"
        sheet.road_test_technician_id = self.technician_2
        with self.assertRaisesRegex(UserError, "who worked on the vehicle"):
            sheet.action_done()
        sheet.road_test_technician_id = self.user_technician
        sheet.action_done()
        inspected = self._as("inspector", self.ticket)
        with self.assertRaisesRegex(UserError, "road test found a fault"):
            inspected.action_pass_inspection()
        inspected.action_fail_inspection()
        self.assertEqual(self.ticket.nonconformity_ids.name, "Howls at 60")

    def test_template_asks_for_a_road_test(self):
        self.env.ref("aftersales.inspection_template_final").asks_road_test = True
        self.assertTrue(self._final_sheet(self.ticket).road_test_needed)

    def test_complete_and_on_time(self):
        sheet = self._final_sheet(self.ticket)
        self.assertEqual(sheet.due_at, self.ticket.finished_at + timedelta(hours=2))
        wearing = sheet.line_ids.filtered("asks_remaining_life")
        wearing.remaining_life = 60
        sheet.action_rest_ok()
        sheet.action_done()
        self.assertTrue(sheet.is_complete)
        self.assertTrue(sheet.is_on_time)

    def test_remaining_life_not_told(self):
        """R-VEH-08: a sheet without it is done, but counts as incomplete."""
        sheet = self._final_sheet(self.ticket)
        sheet.action_rest_ok()
        sheet.action_done()
        self.assertFalse(sheet.is_complete)

    def test_late(self):
        self.company.aftersales_inspection_hours = 1
        sheet = self._final_sheet(self.ticket)
        self._freeze(fields.Datetime.now() + timedelta(hours=1, minutes=1))
        sheet.action_rest_ok()
        sheet.action_done()
        self.assertFalse(sheet.is_on_time)

    def test_flags_are_not_written(self):
        sheet = self._final_sheet(self.ticket)
        with self.assertRaises(UserError):
            sheet.is_complete = True

    def test_assembly(self):
        """R-QC-11: an assembly is named, and counted beside the vehicles."""
        sheet = self._final_sheet(self.ticket)
        sheet.subject = "assembly"
        sheet.action_rest_ok()
        with self.assertRaisesRegex(UserError, "which assembly"):
            sheet.action_done()
        sheet.assembly_id = self.motor
        sheet.action_done()
        count = self.env["aftersales.inspection"]._read_group(
            [("id", "=", sheet.id)], ["subject"], ["sheet_count:sum"]
        )
        self.assertEqual(count, [("assembly", 1)])
