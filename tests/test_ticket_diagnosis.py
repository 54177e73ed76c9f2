from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestTicketDiagnosis(AftersalesCommon):
    def _assigned(self, **vals):
        ticket = self._ticket(**vals)
        ticket.action_assign()
        return ticket.with_user(self.user_technician)

    def test_call_back_answers_the_customer(self):
        ticket = self._assigned()
        ticket.action_call_back()
        self.assertTrue(ticket.called_back_at)
        self.assertEqual(ticket.responded_at, ticket.called_back_at)
        self.assertFalse(
            ticket.activity_ids.filtered(
                lambda a: (
                    a.activity_type_id == self.env.ref("aftersales.activity_call_back")
                )
            )
        )

    def test_workshop_needs_consent(self):
        ticket = self._assigned()
        with self.assertRaisesRegex(UserError, "cause"):
            ticket.action_diagnose()
        ticket.cause = "Bearing worn out"
        with self.assertRaisesRegex(UserError, "consent"):
            ticket.action_diagnose()
        ticket.diagnosis_consent_by = "Mr Zhao"
        self.assertTrue(ticket.diagnosis_consent_at)
        ticket.action_diagnose()
        self.assertEqual(ticket.state, "diagnosed")
        self.assertEqual(ticket.diagnosed_by_id, self.user_technician)

    def test_field_ticket_has_one_solution(self):
        ticket = self._assigned(service_mode="onsite")
        ticket.cause = "Loose plug"
        with self.assertRaisesRegex(UserError, "choose the solution"):
            ticket.action_diagnose()
        ticket.solution_kind = "onsite"
        with self.assertRaisesRegex(UserError, "try from afar first"):
            ticket.action_diagnose()
        ticket.remote_attempt = "Read the codes by phone"
        with self.assertRaisesRegex(UserError, "agree the time"):
            ticket.action_diagnose()
        ticket.planned_at = fields.Datetime.now()
        ticket.action_diagnose()
        self.assertEqual(ticket.service_mode, "onsite")

    def test_solution_parts_changes_the_way(self):
        ticket = self._assigned(service_mode="onsite")
        ticket.write({"cause": "Broken mirror", "solution_kind": "parts"})
        ticket.action_diagnose()
        self.assertEqual(ticket.service_mode, "parts")
        self.assertEqual(ticket._next_state(), "quoted")
        with self.assertRaisesRegex(UserError, "fits the parts himself"):
            ticket._check_disclaimer()
        ticket.action_accept_disclaimer("Mr Zhao")
        ticket._check_disclaimer()
        self.assertEqual(ticket.disclaimer_accepted_by, "Mr Zhao")

    def test_solved_by_phone(self):
        ticket = self._ticket(technician_id=False)
        with self.assertRaisesRegex(UserError, "say what it was"):
            ticket.action_resolve_by_phone()
        ticket.outcome = "misoperation"
        with self.assertRaisesRegex(UserError, "guidance given"):
            ticket.action_resolve_by_phone()
        ticket.correction = "Told to release the parking brake; drives again"
        ticket.action_resolve_by_phone()
        self.assertEqual(ticket.state, "delivered")
        self.assertEqual(ticket.service_mode, "remote")
        self.assertEqual(ticket.technician_id, self.user_advisor)

    def test_manager_may_skip_the_diagnosis(self):
        ticket = self._assigned()
        self._as("manager", ticket).action_waive_diagnosis()
        self.assertEqual(ticket.state, "diagnosed")
        self.assertEqual(ticket.diagnosis_waived_by_id, self.user_manager)

    def test_quote_needs_lines(self):
        ticket = self._diagnosed()
        with self.assertRaisesRegex(UserError, "nothing to quote"):
            ticket.action_quote()

    def test_expert_is_called(self):
        ticket = self._assigned()
        action = ticket.action_request_help()
        wizard = (
            self.env["mail.activity.schedule"]
            .with_user(self.user_technician)
            .with_context(**action["context"])
            .create({"activity_user_id": self.user_quality.id})
        )
        wizard.action_schedule_activities()
        self.assertIn(self.user_quality, ticket.activity_ids.user_id)

    def test_similar_cases(self):
        fault = self.env["aftersales.fault.code"].create(
            {"code": "M1", "name": "Motor bearing"}
        )
        old = self._diagnosed()
        old.fault_code_ids = fault
        new = self._ticket()
        new.fault_code_ids = fault
        domain = new.action_similar_cases()["domain"]
        self.assertEqual(self.env["aftersales.ticket"].search(domain), old)
