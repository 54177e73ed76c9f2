from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaim(ClaimCommon):
    """Claims from the ticket to the answer (R-WAR-08, R-PART-21, R-BEY-09)."""

    def test_claim_takes_the_tickets_warranty_lines(self):
        ticket = self._finished(self.maker)
        claim = self._claim(ticket)
        self.assertEqual(claim.kind, "maker")
        self.assertEqual(claim.provider_id, self.maker)
        self.assertEqual(claim.line_ids.ticket_line_id, ticket.line_ids)
        self.assertEqual(claim.vin, self.vehicle.vin)
        self.assertEqual(claim.contact_id, self.driver)
        self.assertEqual(claim.causal_product_id, self.motor)
        self.assertEqual(claim.cause, ticket.cause)
        # Motor 1200, labour 60, without tax
        self.assertEqual(claim.amount_claimed, 1260.0)
        self.assertFalse(claim.problem_text)
        with self.assert_refused(UserError, "no warranty work is left"):
            self._as("claims_clerk", ticket).action_make_claim()
        self.assertEqual(ticket.with_user(self.user_finance).claim_count, 1)
        self.assertEqual(self.vehicle.claim_count, 1)

    def test_who_bears_it_himself_claims_at_cost(self):
        claim = self._claim(self._finished())
        self.assertEqual(claim.kind, "own")
        self.assertFalse(claim.provider_id)
        [part] = claim.line_ids.filtered(lambda line: line.line_type == "part")
        self.assertEqual(part.amount_claimed, 800.0)

    def test_work_to_claim_is_listed_until_it_is_claimed(self):
        Line = self.env["aftersales.ticket.line"].with_user(self.user_claims_clerk)
        domain = [("is_to_claim", "=", True)]
        first, second = self._finished(self.maker), self._finished(self.maker)
        waiting = Line.search(domain)
        self.assertEqual(waiting.ticket_id, first | second)
        waiting.action_make_claim()
        self.assertFalse(Line.search(domain))
        self.assertEqual(len((first | second).claim_ids), 2)
        first.claim_ids.with_user(self.user_claims_clerk).action_cancel()
        self.assertEqual(Line.search(domain).ticket_id, first)
        self.assertEqual(self._claim(first).state, "draft")

    def test_a_line_is_claimed_once(self):
        claim = self._claim(self._finished(self.maker))
        twin = claim.sudo().create(
            {
                "ticket_id": claim.ticket_id.id,
                "provider_id": self.maker.id,
            }
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            twin.line_ids.create(
                {
                    "claim_id": twin.id,
                    "ticket_line_id": claim.line_ids[0].ticket_line_id.id,
                }
            )

    def test_vehicle_and_user_must_be_those_of_the_file(self):
        claim = self._claim(self._finished(self.maker))
        stranger = self.env["res.partner"].create({"name": "Mr Wu"})
        for vals, words in (
            ({"vin": False}, "enter the VIN"),
            ({"vin": "1G4AH59H45G118341"}, "not that of the vehicle's file"),
            ({"delivery_date": False}, "enter the day of delivery"),
            ({"delivery_date": "2019-01-01"}, "vehicle's file says"),
            ({"contact_id": False}, "enter the user"),
            ({"contact_phone": False}, "enter the phone of Lin Freight, Mr Zhao"),
            ({"contact_id": stranger.id}, "Mr Wu is not in the file"),
            ({"odometer": 0}, "enter the reading"),
            ({"odometer": 11}, "12,000 was read"),
            ({"cause": False}, "enter: cause"),
            ({"liability": "customer"}, "misuse"),
            ({"category": "gesture"}, "attach the evidence"),
        ):
            with self.subTest(words), self._refused(words):
                claim.write(vals)
                self.assertRegex(claim.problem_text, words)
                claim.action_submit()
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_lines_are_checked(self):
        ticket = self._finished(self.maker)
        claim = self._claim(ticket)
        part = claim.line_ids.filtered(lambda line: line.line_type == "part")
        part.quantity = 2
        self.assertRegex(claim.problem_text, "2.0 claimed, 1.0 used")
        part.quantity = 1
        part.ticket_line_id.sudo().human_caused = True
        claim.invalidate_recordset()
        self.assertRegex(claim.problem_text, "human cause")
        claim.category = "recall"
        self.assertFalse(claim.problem_text)
        claim.category = "standard"
        part.ticket_line_id.sudo().human_caused = False
        part.ticket_line_id.sudo().part_return_ids.state = "cancelled"
        claim.invalidate_recordset()
        self.assertRegex(claim.problem_text, "old part is on no list")

    def test_decision_of_the_report_stands(self):
        claim = self._claim(self._finished(self.maker))
        part = claim.line_ids.filtered(lambda line: line.line_type == "part")
        decision = part.ticket_line_id.sudo().warranty_decision_id
        self.assertEqual(decision.result, "covered")
        # What has run out since does not matter.
        self.vehicle.warranty_end_date = fields.Date.today() - timedelta(days=1)
        claim.invalidate_recordset()
        self.assertFalse(claim.problem_text)
        part.ticket_line_id.sudo()._set_decisions_aside()
        claim.invalidate_recordset()
        self.assertRegex(claim.problem_text, "nobody has judged the cause")

    def test_labour_is_capped(self):
        hour = self.env.ref("uom.product_uom_hour")
        self.labour.write({"uom_id": hour.id, "aftersales_standard_hours": 0.8})
        claim = self._claim(self._finished(self.maker))
        self.assertRegex(claim.problem_text, "1.0 h claimed, 0.8 h are allowed")
        self.company.aftersales_claim_labour_percent = 125
        claim.invalidate_recordset()
        self.assertFalse(claim.problem_text)

    def test_late_claim_needs_a_pre_authorisation(self):
        claim = self._claim(self._finished(self.maker))
        ticket = claim.ticket_id.sudo()
        ticket.write(
            {
                "reported_at": ticket.reported_at - timedelta(days=60),
                "finished_at": ticket.finished_at - timedelta(days=31),
            }
        )
        claim.invalidate_recordset()
        self.assertRegex(claim.problem_text, "within 30 days of the repair")
        claim.preauth_number = "PA-7"
        self.assertFalse(claim.problem_text)
        claim.preauth_limit = 1000
        self.assertRegex(claim.problem_text, "PA-7 authorises")
        self.company.aftersales_claim_preauth_amount = 500
        claim.write({"preauth_number": False, "preauth_limit": 0})
        self.company.aftersales_claim_days = 0
        claim.invalidate_recordset()
        self.assertRegex(claim.problem_text, "need a pre-authorisation")

    def test_same_part_again_needs_a_word(self):
        self._submitted(self._finished(self.maker))
        claim = self._claim(self._finished(self.maker))
        self.assertRegex(claim.problem_text, "claimed on .* already")
        claim.line_ids.duplicate_reason = "The first motor failed again"
        self.assertFalse(claim.problem_text)

    def test_what_is_out_stays_as_it_is(self):
        claim = self._submitted(self._finished(self.maker))
        with self.assert_refused(UserError, "is out and says what it says"):
            claim.cause = "Something else"
        with self.assert_refused(UserError, "stays as it is"):
            claim.line_ids[0].amount_claimed = 1
        with self.assert_refused(AccessError, "follows from its steps"):
            claim.state = "settled"
        with self.assert_refused(UserError, "has been submitted; cancel it"):
            claim.unlink()
        claim.provider_reference = "F-2026-11"

    def test_answer_line_by_line(self):
        claim = self._submitted(self._finished(self.maker))
        with self.assert_refused(UserError, "enter the answer of each line"):
            claim.action_answer()
        part = claim.line_ids.filtered(lambda line: line.line_type == "part")
        labour = claim.line_ids - part
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                part.write({"answer": "part", "amount_approved": 1000.0})
        self._answer(claim, part=1000.0, operation="approved")
        self.assertEqual(claim.state, "answered")
        self.assertEqual((claim.amount_claimed, claim.amount_approved), (1260, 1060))
        self.assertEqual((part.amount_difference, labour.amount_difference), (200, 0))
        self.assertEqual(claim.first_acceptance, 50.0)

    def test_sent_back_is_corrected_and_counted(self):
        claim = self._submitted(self._finished(self.maker))
        self._answer(claim, part="back", operation="approved")
        self.assertEqual((claim.state, claim.round), ("draft", 1))
        claim.cause = "Bearing worn out, water past the seal"
        labour = claim.line_ids.filtered(lambda line: line.line_type == "operation")
        with self.assert_refused(UserError, "stays as it is"):
            labour.amount_claimed = 1
        claim.action_submit()
        self.assertEqual(claim.round, 2)
        part = claim.line_ids - labour
        self.assertFalse(part.answer)
        self.assertEqual(labour.answer, "approved")
        self._answer(claim, part="approved", operation="approved")
        self.assertEqual(claim.state, "answered")
        self.assertEqual(claim.amount_approved, 1260.0)
        # The second try does not mend the figure of the first.
        self.assertEqual(claim.first_acceptance, 50.0)

    def test_own_claim_is_determined_by_somebody_else(self):
        claim = self._submitted(self._finished())
        with self.assert_refused(AccessError, "belongs to Quality"):
            claim.line_ids[0].write({"answer": "approved"})
        with self.assert_refused(AccessError, "belongs to Quality"):
            claim.action_approve_all()
        with self.assert_refused(UserError, "submitted it yourself"):
            claim.sudo().submitted_by_id = self.user_manager
            claim.with_user(self.user_manager).action_approve_all()
        self.env.invalidate_all()
        claim.sudo().submitted_by_id = self.user_claims_clerk
        decided = claim.with_user(self.user_quality)
        decided.action_approve_all()
        decided.action_answer()
        self.assertEqual(claim.answered_by_id, self.user_quality)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            claim.sudo().answered_by_id = self.user_claims_clerk
            claim.flush_recordset()

    def test_only_the_clerk_claims(self):
        ticket = self._finished(self.maker)
        for role in ("advisor", "technician", "finance", "quality"):
            with self.subTest(role), self.assertRaises(AccessError):
                self._as(role, ticket).action_make_claim()
        claim = self._claim(ticket)
        with self.assertRaises(AccessError):
            self._as("finance", claim).action_submit()
        with self.assertRaises(AccessError):
            claim.create({"ticket_id": ticket.id, "provider_id": self.maker.id})
        # A technician sees the claims of his own tickets only.
        self.assertTrue(self._as("technician", claim).has_access("read"))
        self.assertFalse(claim.with_user(self.technician_2).has_access("read"))

    def test_recovery_from_the_supplier(self):
        claim = self._submitted(self._finished())
        with self.assert_refused(UserError, "has no supplier"):
            claim.action_recover()
        self.motor.seller_ids = [(0, 0, {"partner_id": self.supplier.id})]
        self.company.aftersales_claim_uplift = 10
        self.supplier.aftersales_claim_uplift = 25
        action = claim.action_recover()
        recovery = claim.browse(action["res_id"])
        self.assertEqual(recovery.parent_id, claim)
        self.assertEqual(recovery.provider_id, self.supplier)
        # Motor 800 + 25 %; the labour has no cost of its own.
        self.assertEqual(recovery.amount_claimed, 1000.0)
        self.assertEqual(claim.action_recover()["res_id"], recovery.id)
        recovery.action_submit()
        self.assertEqual(recovery.state, "submitted")

    def test_form_and_mail(self):
        claim = self._claim(self._finished(self.maker))
        with Form(claim) as form:
            form.preauth_number = "PA-1"
        claim.action_submit()
        action = claim.action_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.user_claims_clerk)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids, self.maker)
        self.assertIn(claim.name, composer.subject)
        with Form(claim) as form:
            with form.line_ids.edit(0) as line:
                line.answer = "rejected"
                line.reason_id = self.reason_papers
        self.assertEqual(claim.line_ids[0].amount_approved, 0.0)

    def test_sheet_says_vehicle_user_and_parts(self):
        claim = self._claim(self._finished(self.maker))
        Report = self.env["ir.actions.report"].with_user(self.user_claims_clerk)
        html, __ = Report._render_qweb_html("aftersales.report_claim", claim.ids)
        for words in (
            claim.name,
            self.vehicle.vin,
            "Mr Zhao",
            "+86 555 0201",
            "Bearing worn out",
            "Drive motor",
            "Feiyue Works",
        ):
            self.assertIn(words, html.decode())
        blank, __ = Report._render_qweb_html(
            "aftersales.report_claim_blank", self.company.ids
        )
        self.assertIn("User of the vehicle", blank.decode())
