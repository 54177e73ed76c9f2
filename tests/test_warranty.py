from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import VINS
from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestWarranty(PartsCommon):
    """Policies, coverages and decisions (R-WAR-01, 02, 06, 10, R-BEY-03, R-VEH-07)."""

    def _decide(self, line, cause="none", user=None, **vals):
        decisions = self.env["aftersales.warranty.decision"]
        return decisions.with_user(user or self.user_technician).create(
            {
                "ticket_line_id": line.id,
                "cause": cause,
                "evidence": "Photo",
                **vals,
            }
        )

    def _fitted(self, product=None, quantity=1, lots=None, **vals):
        """Return a ticket on which a part was fitted under warranty."""
        ticket = self._approved(
            (product or self.motor, {"payer": "warranty", "quantity": quantity}), **vals
        )
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip, lots=lots)
        return ticket.sudo()

    def _policy(self, *terms, **vals):
        return self.env["aftersales.warranty.policy"].create(
            {
                "name": "Own",
                "company_id": self.company.id,
                "line_ids": [Command.create(term) for term in terms],
                **vals,
            }
        )

    # -- The vehicle's file ---------------------------------------------------------

    def test_the_file_reads_and_writes_its_coverage(self):
        vehicle = self.env["aftersales.vehicle"].create(
            {
                "vin": VINS[1],
                "partner_id": self.customer.id,
                "delivery_date": "2025-01-31",
            }
        )
        coverage = vehicle.coverage_ids
        self.assertEqual(coverage.date_end, date(2028, 1, 31))
        self.assertEqual(vehicle.warranty_end_date, date(2028, 1, 31))
        self.assertFalse(coverage.is_manual)
        advisor = vehicle.with_user(self.user_advisor)
        advisor.write({"warranty_start_date": "2025-03-01"})
        self.assertEqual(vehicle.warranty_end_date, date(2028, 3, 1), "moves along")
        advisor.write(
            {"warranty_end_date": "2030-01-01", "warranty_end_odometer": 90000}
        )
        self.assertEqual(coverage.date_end, date(2030, 1, 1))
        self.assertEqual(coverage.end_odometer, 90000)
        self.assertTrue(coverage.is_manual)
        self.assertEqual(vehicle.coverage_ids, coverage, "corrected, not doubled")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                advisor.write({"warranty_end_date": "2024-01-01"})
                self.env.flush_all()
        advisor.write({"warranty_start_date": False})
        self.assertFalse(vehicle.coverage_ids)
        self.assertEqual(vehicle.warranty_state, "none")

    def test_a_corrected_model_brings_its_terms_unless_entered_or_decided(self):
        long = self.vehicle_model.copy({"name": "Long"})
        self._policy({"months": 60}, model_ids=long.ids)
        vals = {
            "partner_id": self.customer.id,
            "model_id": self.vehicle_model.id,
            "delivery_date": "2025-01-31",
        }
        plain, typed, judged = self.env["aftersales.vehicle"].create(
            [{"serial_number": f"M-{n}", **vals} for n in range(3)]
        )
        typed.warranty_end_date = "2031-01-01"
        ticket = self._ticket(vehicle_id=judged.id)
        self._decide(self._line(ticket, self.motor, payer="warranty"))
        (plain | typed | judged).model_id = long
        self.assertEqual(plain.warranty_end_date, date(2030, 1, 31))
        self.assertEqual(typed.warranty_end_date, date(2031, 1, 1))
        self.assertEqual(judged.warranty_end_date, date(2028, 1, 31))
        with self._refused("has been decided on"):
            judged.warranty_start_date = False

    def test_settings_of_a_policy_make_sense(self):
        with mute_logger("odoo.sql_db"):
            for term in (
                {"scope": "class", "months": 12},
                {"months": 0},
                {"months": -1},
            ):
                with self.assertRaises(IntegrityError), self.cr.savepoint():
                    self._policy(term)
                    self.env.flush_all()

    # -- Installed parts --------------------------------------------------------------

    def test_each_number_fitted_is_covered_until_it_comes_back(self):
        """R-BEY-03, R-VEH-07: by move line, with the reading at its installation."""
        ticket = self._fitted(self.pump, 2, self.serials[:2], odometer=51234)
        parts = self.vehicle.coverage_ids.filtered(lambda c: c.kind == "part")
        self.assertEqual(parts.lot_id, self.serials[:2])
        self.assertEqual(parts.mapped("end_odometer"), [71234, 71234])
        self.assertEqual(set(parts.mapped("date_start")), {fields.Date.today()})
        self.assertEqual(parts.ticket_line_id, ticket.line_ids)
        self._issue(self._transfer(ticket, "return", {self.serials[1]: 1}))
        first, second = parts.sorted(lambda c: c.lot_id.name)
        self.assertEqual((first.state, second.state), ("running", "ended"))
        self.assertEqual(second.end_reason, "returned")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                first.copy()
        quality = first.with_user(self.user_quality)
        with self.assertRaises(AccessError):
            quality.date_end = "2099-01-01"
        self.vehicle._transfer_ownership(
            self.env["res.partner"].create({"name": "Next"}),
            fields.Date.today() + timedelta(days=1),
        )
        self.assertEqual(first.state, "running", "goes with the vehicle")
        self.assertEqual(first.partner_id.name, "Next")

    def test_pieces_of_a_part_come_back_one_by_one(self):
        ticket = self._fitted(self.motor, 3)
        part = self.vehicle.coverage_ids.filtered(lambda c: c.kind == "part")
        self.assertEqual(part.quantity, 3)
        self._issue(self._transfer(ticket, "return", {self.motor: 1}))
        self.assertEqual((part.quantity, part.state), (2, "running"))
        self._issue(self._transfer(ticket, "return", {self.motor: 2}))
        self.assertEqual((part.quantity, part.state), (0, "ended"))

    def test_a_replaced_part_is_covered_no_more_unless_the_new_one_comes_back(self):
        self.vehicle.warranty_end_date = fields.Date.today()
        self._fitted()
        old = self.vehicle.coverage_ids.filtered(lambda c: c.kind == "part")
        second = self._fitted()
        new = self.vehicle.coverage_ids.filtered(lambda c: c.kind == "part") - old
        self.assertEqual(new.replaced_id, old)
        self.assertEqual((old.end_reason, old.quantity), ("replaced", 0))
        third = self._fitted()
        self.assertEqual((old.state, new.state), ("ended", "ended"))
        self._issue(self._transfer(third, "return", {self.motor: 1}))
        self.assertEqual((old.state, new.state), ("ended", "running"))
        self._issue(self._transfer(second, "return", {self.motor: 1}))
        self.assertEqual((old.state, new.state), ("running", "ended"))

    # -- Decisions --------------------------------------------------------------------

    def test_decided_in_the_form_on_the_figures_of_the_report(self):
        """R-WAR-06: who, when, on which figures, on what evidence."""
        ticket = self._ticket(odometer=51234)
        line = self._line(ticket, self.motor, payer="warranty")
        self.assertTrue(line.needs_warranty_decision)
        self.assertEqual(line.warranty_outlook, "running")
        queue = self.env["aftersales.ticket.line"].with_user(self.user_quality)
        waiting = [
            ("needs_warranty_decision", "=", True),
            ("ticket_id", "=", ticket.id),
        ]
        self.assertEqual(queue.search(waiting), line)
        action = line.with_user(self.user_quality).action_judge_cause()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.user_quality)
            .with_context(**action["context"])
        )
        self.assertEqual((form.odometer, form.coverage_state), (51234, "running"))
        self.assertEqual(form.coverage_id, self.vehicle.coverage_ids)
        form.cause = "none"
        form.evidence = "Bearing run dry"
        self.assertEqual(form.result, "covered")
        decision = form.save()
        self.assertEqual(decision.decided_by_id, self.user_quality)
        self.assertEqual(line.cause_judged_by_id, self.user_quality)
        self.assertFalse(queue.search(waiting))
        # Read further since: the decision stands on what it was made on.
        self.vehicle._add_reading(61000, reason="long_trip")
        self.assertEqual((decision.odometer, decision.result), (51234, "covered"))

    def test_the_term_says_who_bears_it(self):
        maker, foundry = self.env["res.partner"].create(
            [{"name": "Feiyue Motors"}, {"name": "Motor Foundry"}]
        )
        self.company.aftersales_warranty_provider_id = maker
        ticket = self._ticket()
        lines = self._line(ticket, self.motor, payer="warranty")
        lines |= self._line(ticket, self.mirror, payer="warranty")
        motor, mirror = lines
        self.assertEqual(ticket.warranty_provider_id, maker)
        plain = self.vehicle.coverage_ids[:1]
        named = plain.copy(
            {"is_main": False, "policy_line_id": False, "provider_id": foundry.id}
        )
        self._decide(motor, coverage_id=named.id)
        self.assertEqual(ticket.warranty_provider_id, foundry)
        with self._refused("Mirror.*is borne by Feiyue Motors.*ticket of its own"):
            self._decide(mirror, coverage_id=plain.id)
        self._decide(mirror, coverage_id=named.id)
        self.assertEqual(mirror.warranty_result, "covered")

    def test_labour_goes_with_the_part_that_was_found_covered(self):
        ticket = self._ticket()
        part = self._line(ticket, self.motor, payer="warranty")
        labour = self._line(ticket, self.labour, payer="warranty")
        queue = self.env["aftersales.ticket.line"].with_user(self.user_quality)
        waiting = [("needs_warranty_decision", "=", True)]
        self.assertEqual(queue.search(waiting), part | labour)
        self._decide(part)
        self.assertFalse(queue.search(waiting))
        self.assertFalse(labour.needs_warranty_decision)
        self._decide(part, cause="wear")
        self.assertEqual(queue.search(waiting), labour)

    def test_wrong_assembly_is_the_customers(self):
        """R-WAR-10, R-WAR-02: he pays the normal price."""
        ticket = self._diagnosed()
        line = self._line(ticket, self.motor, payer="warranty")
        ticket.action_quote()
        self.assertFalse(line.sale_line_id)
        self._decide(line, "assembly")
        self.assertTrue(line.human_caused)
        self.assertEqual((line.payer, line.release_basis), ("customer", "paid"))
        order_line = line.sudo().sale_line_id
        self.assertEqual(order_line.order_id.partner_id, self.customer)
        self.assertEqual(order_line.price_unit, 1200)
        with self._refused("found not to be covered"):
            line.payer = "warranty"
        line.payer = "goodwill"
        line.payer = "customer"
        # Judged anew, it goes back; both decisions stay to be seen.
        self._decide(line, "none")
        self.assertEqual((line.payer, line.human_caused), ("warranty", False))
        self.assertEqual(line.warranty_decision_ids.mapped("is_current"), [True, False])

    def test_what_the_payer_has_agreed_to_stays(self):
        ticket = self._approved((self.motor, {"payer": "warranty"}))
        self._decide(ticket.line_ids, "wear")
        self.assertEqual(ticket.line_ids.payer, "warranty")
        self.assertFalse(ticket.line_ids.human_caused)
        self.assertIn("Outside", ticket.line_ids._get_report_coverage())
        slip = self._request(ticket)
        with self._refused("not under warranty .* Normal wear"):
            self._release(slip)

    def test_a_decision_is_kept_as_it_was_made(self):
        line = self._line(self._ticket(), self.motor, payer="warranty")
        decisions = self.env["aftersales.warranty.decision"]
        spoofed = self._decide(
            line,
            "human",
            user=self.user_manager,
            result="covered",
            decided_by_id=self.user_quality.id,
            odometer=1.0,
        )
        self.assertEqual(spoofed.result, "not_covered")
        self.assertEqual(spoofed.decided_by_id, self.user_manager)
        self.assertEqual(spoofed.odometer, 0)
        by_default = decisions.with_user(self.user_manager).with_context(
            default_result="covered", default_decided_by_id=self.user_quality.id
        )
        again = by_default.create(
            {"ticket_line_id": line.id, "cause": "human", "evidence": "Photo"}
        )
        self.assertEqual(again.result, "not_covered")
        self.assertEqual(again.decided_by_id, self.user_manager)
        for decision in (again, again.sudo()):
            with self.assertRaises(AccessError):
                decision.write({"cause": "none"})
            with self.assertRaises(UserError):
                decision.unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE aftersales_warranty_decision SET result = 'covered' "
                    "WHERE id = %s",
                    [again.id],
                )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE aftersales_warranty_decision SET is_current = TRUE"
                )

    def test_who_decides(self):
        line = self._line(self._ticket(), self.motor, payer="warranty")
        for user in (self.user_finance, self.user_parts_keeper, self.technician_2):
            with self.assertRaises(AccessError):
                self._decide(line, user=user)
        with self._refused("write down the evidence"):
            self._decide(line, evidence="  ")
        other = self.env["aftersales.vehicle"].create(
            {
                "vin": VINS[1],
                "partner_id": self.customer.id,
                "delivery_date": fields.Date.today(),
            }
        )
        with self._refused("the coverage is that of"):
            self._decide(line, coverage_id=other.coverage_ids.id)
        ticket = self._fitted()
        with self._refused("the part has left"):
            self._decide(ticket.line_ids)

    def test_another_vehicle_or_part_wants_a_new_decision(self):
        other = self.vehicle.copy({"vin": VINS[1]})
        ticket = self._ticket()
        line = self._line(ticket, self.motor, payer="warranty")
        self._decide(line)
        ticket.vehicle_id = other
        self.assertFalse(line.warranty_decision_id)
        self.assertTrue(line.warranty_decision_ids)
        self.assertEqual(line.warranty_outlook, "none")
        self._decide(line)
        self.assertEqual(line.payer, "customer", "never delivered")
        line.product_id = self.mirror
        self.assertFalse(line.warranty_decision_id)
