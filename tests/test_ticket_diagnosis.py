from datetime import timedelta

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

    def test_all_that_is_lacking_is_told_at_once(self):
        ticket = self._assigned(cause=False)
        ticket.diagnosis_consent_by = False
        with self.assertRaises(UserError) as refusal:
            self._as("technician", ticket).action_diagnose()
        self.assertIn(ticket.name, str(refusal.exception))
        self.assertIn("Write down the cause", str(refusal.exception))
        self.assertIn("enter who agreed", str(refusal.exception))

    def test_only_a_technician_is_given_a_ticket(self):
        ticket = self._ticket(technician_id=self.user_advisor.id)
        with self.assertRaisesRegex(UserError, "is no technician"):
            self._as("advisor", ticket).action_assign()
        self.assertEqual(ticket.state, "new")

    def test_field_ticket_has_one_solution(self):
        ticket = self._assigned(service_mode="onsite")
        ticket.cause = "Loose plug"
        with self.assertRaisesRegex(UserError, "Choose the solution"):
            ticket.action_diagnose()
        ticket.solution_kind = "onsite"
        with self.assertRaisesRegex(UserError, "Try from afar first"):
            ticket.action_diagnose()
        ticket.remote_attempt = "Read the codes by phone"
        with self.assertRaisesRegex(UserError, "Agree the time"):
            ticket.action_diagnose()
        ticket.planned_at = fields.Datetime.now()
        ticket.action_diagnose()
        self.assertEqual(ticket.service_mode, "onsite")

    def test_visit_is_confirmed_and_packed(self):
        """R-DIAG-06, R-DIAG-07: confirmed with the customer, tools and parts taken."""
        ticket = self._diagnosed(service_mode="onsite")
        line = self._line(ticket, self.mirror, quantity=2, payer="internal")
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        self.assertEqual(line.approval, "approved")
        technical = self._as("technician", ticket)
        self.assertEqual(
            technical.parts_to_take, "Mirror: 2 needed, 0 taken out", "packing list"
        )
        with self.assertRaisesRegex(UserError, "nobody has arrived"):
            technical.action_start()
        with self.assertRaisesRegex(UserError, "set out first"):
            technical.action_arrive()
        with self.assertRaisesRegex(UserError, "confirm the time of the visit"):
            technical.action_set_out()
        technical.visit_confirmed_by = "Mr Zhao"
        self.assertTrue(technical.visit_confirmed_at)
        with self.assertRaisesRegex(UserError, "take the tools and parts"):
            technical.action_set_out()
        self.assertFalse(ticket.departed_at)
        technical.is_packed = True
        technical.action_set_out()
        self.assertTrue(ticket.departed_at)
        technical.action_arrive()
        self.assertTrue(ticket.arrived_at)
        technical.action_start()
        self.assertEqual(ticket.state, "in_progress")

    def test_a_new_time_is_confirmed_anew(self):
        ticket = self._diagnosed(service_mode="onsite").with_user(self.user_technician)
        ticket.write({"visit_confirmed_by": "Mr Zhao", "is_packed": True})
        ticket.planned_at = ticket.planned_at
        self.assertEqual(ticket.visit_confirmed_by, "Mr Zhao", "the same time")
        ticket.planned_at = ticket.planned_at + timedelta(days=1)
        self.assertFalse(ticket.visit_confirmed_by)
        self.assertFalse(ticket.visit_confirmed_at)
        with self.assertRaisesRegex(UserError, "confirm the time of the visit"):
            ticket.action_set_out()

    def test_nobody_sets_out_untried(self):
        """R-DIAG-07: also before the diagnosis, a visit comes after the phone."""
        ticket = self._assigned(service_mode="onsite")
        with self.assertRaisesRegex(UserError, "try from afar first"):
            ticket.action_set_out()

    def test_trials_on_an_unknown_problem(self):
        """R-DIAG-15: symptom, condition, trial and result."""
        ticket = self._assigned()
        ticket.write(
            {
                "cause": "Unknown yet",
                "diagnosis_consent_by": "Mr Zhao",
                "is_unknown_problem": True,
            }
        )
        step = self.env["aftersales.diagnosis.step"].with_user(self.user_technician)
        step = step.create(
            {
                "ticket_id": ticket.id,
                "symptom": "Howls",
                "condition": "Above 60 km/h, loaded",
                "name": "Other motor fitted",
            }
        )
        self.assertEqual(step.user_id, self.user_technician)
        with self.assertRaisesRegex(UserError, "what was tried, and its result"):
            ticket.action_diagnose()
        step.result = "Howls no more"
        ticket.action_diagnose()
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_ticket_diagnosis", ticket.ids
        )
        for text in ("Howls", "Above 60 km/h, loaded", "Other motor", "no more"):
            self.assertIn(text, html.decode())

    def test_diagnosis_is_handed_over(self):
        """R-DIAG-10: printed at once, told and handed over, by whom and when."""
        ticket = self._assigned()
        with self.assertRaisesRegex(UserError, "has not been diagnosed"):
            ticket.action_hand_over_diagnosis()
        ticket.write({"cause": "Bearing worn", "diagnosis_consent_by": "Mr Zhao"})
        ticket.action_diagnose()
        action = self._as("advisor", ticket).action_hand_over_diagnosis()
        self.assertEqual(action["report_name"], "aftersales.report_ticket_diagnosis")
        self.assertEqual(ticket.diagnosis_told_by_id, self.user_advisor)
        first = ticket.diagnosis_told_at
        self._as("technician", ticket).action_hand_over_diagnosis()
        self.assertEqual(ticket.diagnosis_told_at, first, "a second print is a copy")

    def test_sending_parts_needs_parts(self):
        """R-DIAG-02: the parts to be replaced are on the repair order."""
        ticket = self._diagnosed(service_mode="parts")
        self._line(ticket, self.labour)
        with self.assertRaisesRegex(UserError, "Enter the parts"):
            ticket.action_quote()
        self._line(ticket, self.mirror)
        ticket.action_quote()
        self.assertEqual(ticket.state, "quoted")

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
