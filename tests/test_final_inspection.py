from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_workshop import WorkshopCommon


@tagged("post_install", "-at_install")
class TestFinalInspection(WorkshopCommon):
    """Self-check, the inspector's call, the sheet, and who may pass (R-QC-01, 02)."""

    def _worked(self, **vals):
        """Return a ticket at work whose one operation is done."""
        ticket = self._approved(**vals)
        technical = self._as("technician", ticket)
        technical.action_start()
        technical.correction = "Motor replaced"
        technical.line_ids.action_done()
        return ticket

    def _finished(self, **vals):
        ticket = self._worked(**vals)
        self._finish_work(ticket)
        return ticket

    # -- Self-check --------------------------------------------------------------------

    def test_self_check(self):
        """R-WORK-08: no end of the work without it, and by nobody else."""
        ticket = self._worked()
        technical = self._as("technician", ticket)
        with self.assertRaisesRegex(UserError, "press Self-check"):
            technical.action_finish()
        self.user_dispatcher.group_ids += self.env.ref(
            "aftersales.group_aftersales_technician"
        )
        ticket.sudo().team_id.member_ids += self.user_dispatcher
        with self.assertRaisesRegex(UserError, "belongs to who worked on it: Tech"):
            self._as("dispatcher", ticket).action_self_check()
        technical.action_self_check()
        self.assertEqual(ticket.self_checked_by_id, self.user_technician)
        self.assertTrue(ticket.self_checked_at)
        technical.action_finish()
        self.assertEqual(ticket.state, "inspection")

    def test_self_check_follows_the_work(self):
        """It is stamped after the work, and work after it asks for another one."""
        ticket = self._approved()
        technical = self._as("technician", ticket)
        technical.action_start()
        with self.assertRaisesRegex(UserError, "correction first"):
            technical.action_self_check()
        technical.correction = "Motor replaced"
        with self.assertRaisesRegex(UserError, "not finished"):
            technical.action_self_check()
        technical.line_ids.action_done()
        technical.action_self_check()
        technical.line_ids.action_done()
        self.assertFalse(ticket.self_checked_at)

    def test_self_check_after_rework(self):
        """What came back from the inspector is checked anew."""
        ticket = self._finished()
        self._as("inspector", ticket).action_fail_inspection("Howls")
        self.assertFalse(ticket.self_checked_at)
        technical = self._as("technician", ticket)
        technical.nonconformity_ids.measure = "Bearing replaced"
        technical.nonconformity_ids.action_reworked()
        with self.assertRaisesRegex(UserError, "press Self-check"):
            technical.action_finish()

    def test_self_check_setting(self):
        self.company.aftersales_self_check_required = False
        ticket = self._worked()
        self._as("technician", ticket).action_finish()
        self.assertEqual(ticket.state, "inspection")

    # -- The call ----------------------------------------------------------------------

    def _calls(self, ticket):
        activity = self.env.ref("aftersales.activity_inspect")
        return ticket.sudo().activity_ids.filtered(
            lambda item: item.activity_type_id == activity
        )

    def test_inspectors_are_called(self):
        """R-DISP-07: to the bay, at once; the call ends with the inspection."""
        ticket = self._worked()
        self._job(ticket).bay_id = self.bay_2
        self.assertFalse(self._calls(ticket))
        self._finish_work(ticket)
        call = self._calls(ticket)
        self.assertEqual(call.user_id, self.user_inspector)
        self.assertEqual(call.summary, "Inspect in bay Lift 2")
        self.assertEqual(call.date_deadline, fields.Date.context_today(ticket))
        self._inspect(ticket)
        self.assertFalse(self._calls(ticket))

    def test_repairer_is_not_called(self):
        self.env["aftersales.inspector"].create(
            {"user_id": self.user_technician.id, "company_id": self.company.id}
        )
        ticket = self._finished()
        self.assertEqual(self._calls(ticket).user_id, self.user_inspector)

    # -- Who ---------------------------------------------------------------------------

    def test_only_qualified(self):
        """R-QC-02: today, in this company; the refusal says who is."""
        ticket = self._finished()
        row = self.env["aftersales.inspector"].search([])
        today = fields.Date.context_today(ticket)
        row.write(
            {"valid_from": today - timedelta(9), "valid_until": today - timedelta(1)}
        )
        row.create({"user_id": self.user_manager.id, "company_id": self.company.id})
        inspected = self._as("inspector", ticket)
        for step in (
            inspected.action_final_inspection,
            inspected.action_pass_inspection,
            inspected.action_fail_inspection,
        ):
            with self.assertRaisesRegex(UserError, "no qualified .* Ask Manager"):
                step()
        row.valid_until = today
        self._inspect(ticket)
        self.assertEqual(ticket.inspected_by_id, self.user_inspector)

    def test_not_qualified_on_the_sheet(self):
        sheet = self._final_sheet(self._finished())
        sheet.action_rest_ok()
        self.env["aftersales.inspector"].search([]).active = False
        with self.assertRaisesRegex(UserError, "no qualified"):
            sheet.action_done()

    def test_qualification_setting(self):
        self.env["aftersales.inspector"].search([]).unlink()
        self.company.aftersales_inspector_qualified = False
        ticket = self._finished()
        self.assertIn(self.user_inspector, self._calls(ticket).user_id)
        self._inspect(ticket)
        self.assertEqual(ticket.state, "ready")

    # -- The sheet ---------------------------------------------------------------------

    def test_sheet_after_the_work(self):
        """R-QC-02: not before the work is self-checked and reported finished."""
        ticket = self._worked()
        with self.assertRaisesRegex(UserError, "taken from Inspection"):
            self._final_sheet(ticket)
        with self.assertRaisesRegex(UserError, "follows the technician"):
            self._as("inspector", self.env["aftersales.inspection"]).create(
                {
                    "ticket_id": ticket.id,
                    "template_id": self.env.ref(
                        "aftersales.inspection_template_final"
                    ).id,
                }
            )

    def test_sheet_is_the_inspectors(self):
        """Neither adviser nor technician fills it in."""
        sheet = self._final_sheet(self._finished())
        for role in ("technician", "advisor"):
            theirs = self._as(role, sheet)
            with self.subTest(role=role):
                for change in (
                    lambda theirs=theirs: theirs.line_ids[0].action_ok(),
                    theirs.action_rest_ok,
                    lambda theirs=theirs: theirs.write({"note": "x"}),
                    lambda theirs=theirs: theirs.line_ids.create(
                        {"inspection_id": sheet.id, "name": "More"}
                    ),
                ):
                    with self.assertRaises(AccessError):
                        change()

    def test_no_pass_without_sheet(self):
        ticket = self._finished()
        inspected = self._as("inspector", ticket)
        self.assertFalse(ticket.final_sheet_done)
        with self.assertRaisesRegex(UserError, "fill in the sheet"):
            inspected.action_pass_inspection()
        sheet = self._final_sheet(ticket)
        with self.assertRaisesRegex(UserError, "fill in the sheet"):
            inspected.action_pass_inspection()
        sheet.action_rest_ok()
        sheet.action_done()
        self.assertTrue(ticket.final_sheet_done)
        inspected.action_pass_inspection()
        self.assertEqual(ticket.state, "ready")
        self.assertEqual(sheet.done_by_id, self.user_inspector)

    def test_sheet_setting(self):
        self.company.aftersales_final_sheet_required = False
        ticket = self._finished()
        self.assertTrue(ticket.final_sheet_done)
        self._as("inspector", ticket).action_pass_inspection()
        self.assertEqual(ticket.state, "ready")

    def test_rework_asks_for_a_new_sheet(self):
        """What was found before the rework says nothing about the work after it."""
        ticket = self._finished()
        sheet = self._final_sheet(ticket)
        sheet.action_rest_ok()
        sheet.action_done()
        self._as("inspector", ticket).action_fail_inspection("Howls")
        technical = self._as("technician", ticket)
        technical.nonconformity_ids.measure = "Bearing replaced"
        technical.nonconformity_ids.action_reworked()
        self._finish_work(ticket)
        self.assertFalse(ticket.final_sheet_done)
        with self.assertRaisesRegex(UserError, "fill in the sheet"):
            self._as("inspector", ticket).action_pass_inspection()
        again = self._final_sheet(ticket)
        self.assertNotEqual(again, sheet)
        self.assertEqual((sheet.rework_round, again.rework_round), (0, 1))

    def test_open_defect(self):
        """R-QC-05: a defect goes back, or is proposed; it is not passed over."""
        ticket = self._finished()
        sheet = self._final_sheet(ticket)
        bad = sheet.line_ids[0]
        bad.write({"result": "defect", "note": "Seal weeps"})
        sheet.action_rest_ok()
        sheet.action_done()
        inspected = self._as("inspector", ticket)
        # Nobody is offered what would be refused.
        self.assertTrue(sheet.has_open_defect)
        with self.assertRaisesRegex(UserError, f"defects are open.*{bad.name}"):
            inspected.action_pass_inspection()
        bad.action_propose()
        inspected.action_pass_inspection()
        self.assertEqual(ticket.vehicle_id.recommendation_ids.note, "Seal weeps")

    # -- All work ----------------------------------------------------------------------

    def test_unanswered_line(self):
        """R-QC-01: each line is done or refused before the vehicle passes."""
        ticket = self._finished()
        line = self._line(ticket, self.brake_pads)
        sheet = self._final_sheet(ticket)
        sheet.action_rest_ok()
        sheet.action_done()
        with self.assertRaisesRegex(UserError, "waits for the .* on .*Brake pads"):
            self._as("inspector", ticket).action_pass_inspection()
        line.sudo()._decline()
        self._as("inspector", ticket).action_pass_inspection()

    def test_work_added(self):
        """Work agreed during the inspection goes to the workshop; it is no rework."""
        ticket = self._finished()
        inspected = self._as("inspector", ticket)
        with self.assertRaisesRegex(UserError, "nothing was added"):
            inspected.action_reopen_work()
        line = self._line(ticket, self.labour)
        line.sudo()._approve("Mr Zhao", "Phone")
        self.assertTrue(ticket.work_added)
        with self.assertRaisesRegex(UserError, "not finished: .*Work added"):
            inspected.action_pass_inspection()
        inspected.action_reopen_work()
        self.assertEqual((ticket.state, ticket.rework_count), ("in_progress", 0))
        self._as("technician", line).action_done()
        self._finish_work(ticket)
        self._inspect(ticket)
        self.assertEqual(ticket.state, "ready")
