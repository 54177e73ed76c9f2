from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestTicket(AftersalesCommon):
    def test_advisor_takes_a_report(self):
        with Form(self.env["aftersales.ticket"].with_user(self.user_advisor)) as form:
            form.vehicle_id = self.vehicle
            form.complaint = "Brakes squeal"
        ticket = form.save()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.contact_id, self.driver)
        self.assertEqual(ticket.advisor_id, self.user_advisor)
        self.assertTrue(ticket.name.startswith("AS"))
        self.assertTrue(ticket.policy_id)

    def test_numbers_are_consecutive_in_a_batch(self):
        tickets = self.env["aftersales.ticket"].create(
            [{"complaint": str(n)} for n in range(5)]
        )
        numbers = [int(name[-6:]) for name in tickets.mapped("name")]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 5)))

    def test_search_by_plate_and_vin(self):
        ticket = self._ticket()
        search = self.env["aftersales.ticket"].with_user(self.user_advisor).name_search
        for text in (ticket.name[-4:], "A1234", VINS[0][-8:]):
            self.assertIn(ticket.id, [row[0] for row in search(text)], text)

    def test_state_is_not_written_by_hand(self):
        ticket = self._ticket()
        for role in ("advisor", "manager"):
            with self.assertRaises(AccessError):
                self._as(role, ticket).write({"state": "closed"})
        with self.assertRaises(AccessError):
            self.env["aftersales.ticket"].with_user(self.user_manager).create(
                {"complaint": "x", "state": "ready"}
            )

    def test_hand_over_needs_a_clear_report(self):
        ticket = self._ticket(technician_id=False, complaint=False)
        with self.assertRaisesRegex(UserError, "Complaint, Technician"):
            ticket.action_assign()
        self.assertEqual(ticket.state, "new")
        ticket.write({"complaint": "x", "technician_id": self.user_technician.id})
        ticket.vehicle_id = False
        with self.assertRaisesRegex(UserError, "Vehicle"):
            ticket.action_assign()
        ticket.ticket_type = "consultation"
        ticket.action_assign()
        self.assertEqual(ticket.state, "assigned")
        self.assertEqual(
            ticket.activity_ids.filtered(
                lambda a: a.user_id == self.user_technician
            ).mapped("activity_type_id"),
            self.env.ref("aftersales.activity_call_back"),
        )

    def test_no_report_from_the_future(self):
        with self.assertRaises(ValidationError):
            self._ticket(reported_at=fields.Datetime.now() + timedelta(minutes=5))

    def test_workshop_way(self):
        """Every station in order; nobody takes the step of another."""
        ticket = self._diagnosed()
        self._line(ticket, self.labour, payer="goodwill")
        self.assertEqual(ticket.state, "diagnosed")
        ticket.action_quote()
        with Form.from_action(ticket.env, ticket.action_approve()) as form:
            form.name = "Mr Zhao"
        form.record.action_confirm()
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(ticket.consent_by, "Mr Zhao")
        technical = self._as("technician", ticket)
        with self.assertRaisesRegex(UserError, "has not been received"):
            technical.action_start()
        self._receive(ticket)
        technical.action_start()
        technical.correction = "Motor replaced, road test passed"
        self.assertEqual(ticket.line_ids.approval, "approved")
        with self.assertRaisesRegex(UserError, "not finished"):
            technical.action_finish()
        technical.line_ids.action_done()
        self._finish_work(ticket)
        self.assertEqual(ticket.state, "inspection")
        self._as("inspector", ticket).action_fail_inspection("Howls")
        self.assertEqual(ticket.state, "in_progress")
        self.assertEqual(ticket.rework_count, 1)
        item = self._as("technician", ticket).nonconformity_ids
        item.measure = "Bearing replaced"
        item.action_reworked()
        self._finish_work(ticket)
        self._inspect(ticket)
        self.assertEqual(ticket.state, "ready")

    def test_inspector_never_passes_his_own_work(self):
        self.user_technician.group_ids += self.env.ref(
            "aftersales.group_aftersales_inspector"
        )
        ticket = self._ticket()
        ticket.sudo()._set_state("inspection")
        with self.assertRaisesRegex(UserError, "cannot inspect"):
            self._as("technician", ticket).action_pass_inspection()
        self.assertEqual(ticket.state, "inspection")

    def test_steps_belong_to_roles(self):
        """Each step refuses every role but its own, and changes nothing."""
        steps = {
            "new": {"action_assign": {"advisor", "dispatcher"}},
            "assigned": {
                "action_diagnose": {"technician"},
                "action_waive_diagnosis": set(),
            },
            "diagnosed": {"action_quote": {"advisor"}},
            "approved": {"action_start": {"technician"}},
            "in_progress": {
                "action_self_check": {"technician"},
                "action_finish": {"technician"},
            },
            "inspection": {
                "action_final_inspection": {"inspector"},
                "action_pass_inspection": {"inspector"},
                "action_fail_inspection": {"inspector"},
            },
            "ready": {"action_deliver": {"advisor"}},
            "delivered": {
                "action_report_back": {"technician"},
                "action_close": {"advisor"},
            },
        }
        roles = [role for role in self.users if role != "manager"]
        for state, actions in steps.items():
            ticket = self._ticket()
            ticket.sudo()._set_state(state)
            for action, allowed in actions.items():
                for role in set(roles) - allowed:
                    with (
                        self.subTest(state=state, action=action, role=role),
                        self.assertRaises(AccessError),
                    ):
                        getattr(self._as(role, ticket), action)()
                    self.assertEqual(ticket.state, state)

    def test_technician_sees_his_own_only(self):
        mine = self._ticket()
        other = self._ticket(technician_id=self.technician_2.id)
        found = self.env["aftersales.ticket"].with_user(self.user_technician).search([])
        self.assertIn(mine, found)
        self.assertNotIn(other, found)
        with self.assertRaises(AccessError):
            self._as("technician", other).action_respond()
        other.technician_ids = self.user_technician
        self.assertIn(
            other,
            self.env["aftersales.ticket"].with_user(self.user_technician).search([]),
        )

    def test_closing_takes_two(self):
        ticket = self._ticket()
        ticket.sudo()._set_state("delivered")
        with self.assertRaisesRegex(UserError, "has not reported back"):
            ticket.action_close()
        self._as("technician", ticket).action_report_back()
        self.user_technician.group_ids += self.env.ref(
            "aftersales.group_aftersales_advisor"
        )
        with self.assertRaisesRegex(UserError, "closed by two"):
            self._as("technician", ticket).action_close()
        self._as("advisor", ticket).action_close()
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(ticket.cs_closed_by_id, self.user_advisor)
        self.assertEqual(ticket.technician_closed_by_id, self.user_technician)

    def test_hold_stops_the_way(self):
        ticket = self._ticket()
        ticket.action_hold("customer")
        with self.assertRaisesRegex(UserError, "on hold"):
            ticket.action_assign()
        ticket.action_resume()
        ticket.action_assign()
        self.assertEqual(ticket.state, "assigned")

    def test_cancel_needs_a_reason(self):
        ticket = self._ticket()
        with self.assertRaises(UserError):
            ticket.action_cancel("")
        ticket.action_cancel("Reported twice")
        self.assertEqual(ticket.state, "cancelled")
        self.assertEqual(ticket.cancel_reason, "Reported twice")

    def test_agreed_line_does_not_change(self):
        ticket = self._diagnosed()
        line = self._line(ticket, self.brake_pads)
        line._approve("Mr Zhao", "phone")
        for vals in ({"quantity": 2}, {"price_unit": 1}, {"payer": "warranty"}):
            with self.assertRaisesRegex(UserError, "agreed with the payer"):
                line.write(vals)
        line.write({"quantity": line.quantity, "sequence": 5})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            line.unlink()

    def test_technician_does_not_change_the_order(self):
        """What is agreed he carries out; it is changed by the office (R-ORG-03)."""
        ticket = self._diagnosed()
        ticket.sudo()._set_state("in_progress")
        technical = ticket.with_user(self.user_technician)
        for vals in (
            {"promised_at": fields.Datetime.now() + timedelta(days=9)},
            {"ticket_type": "maintenance"},
            {"technician_id": self.technician_2.id},
        ):
            with self.assertRaisesRegex(AccessError, f"{ticket.name} is agreed"):
                technical.write(vals)
        technical.cause = "Bearing worn"
        # Nor does his screen offer it.
        with Form(technical) as form:
            for fname in ("promised_at", "ticket_type", "vehicle_id", "partner_id"):
                with self.assertRaisesRegex(AssertionError, "readonly"):
                    form[fname] = False
        self.assertFalse(ticket.with_user(self.user_advisor).is_order_kept)

    def test_an_open_ticket_is_not_put_away(self):
        ticket = self._ticket()
        with self.assertRaisesRegex(UserError, "not finished"):
            ticket.action_archive()
        ticket.action_cancel("Came to the wrong door")
        ticket.action_archive()
        self.assertFalse(ticket.active)

    def test_line_after_approval_is_additional(self):
        ticket = self._diagnosed()
        first = self._line(ticket, self.brake_pads)
        ticket.sudo()._set_state("in_progress")
        second = self._line(ticket, self.mirror)
        self.assertEqual((first.origin, second.origin), ("first", "additional"))
        ticket.sudo()._set_state("delivered")
        with self.assertRaisesRegex(UserError, "new visit is a new ticket"):
            self._line(ticket, self.mirror)

    def test_line_figures(self):
        ticket = self._diagnosed()
        line = self._line(ticket, self.brake_pads, quantity=3, discount=10)
        self.assertEqual(line.price_unit, 180.0)
        self.assertAlmostEqual(line.price_subtotal, 486.0)
        self.assertAlmostEqual(line.price_total, 549.18)
        self._line(ticket, self.motor, payer="warranty")
        self.assertAlmostEqual(ticket.amount_estimate, 486.0)

    @mute_logger("odoo.sql_db")
    def test_database_refuses_nonsense(self):
        ticket = self._diagnosed()
        for vals in ({"quantity": 0}, {"quantity": -1}, {"discount": 101}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._line(ticket, self.mirror, **vals)
                self.env.flush_all()

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "North Branch"})
        foreign = self.env["aftersales.vehicle"].create(
            {
                "serial_number": "N-1",
                "company_id": other.id,
                "partner_id": self.customer.id,
            }
        )
        with self.assertRaises(UserError):
            self._ticket(vehicle_id=foreign.id)
        outsider = new_test_user(
            self.env,
            login="outsider",
            groups="aftersales.group_aftersales_manager",
            company_id=other.id,
            company_ids=other.ids,
        )
        ticket = self._ticket()
        self.assertFalse(
            self.env["aftersales.ticket"].with_user(outsider).search_count([])
        )
        with self.assertRaises(AccessError):
            ticket.with_user(outsider).read(["name"])
        with self.assertRaises(AccessError):
            ticket.with_user(outsider).action_assign()

    def test_new_visit_is_announced(self):
        first = self._ticket()
        second = self._ticket()
        self.assertEqual(second.other_open_ticket_ids, first)
        first.action_cancel("Same thing")
        second.invalidate_recordset()
        self.assertFalse(second.other_open_ticket_ids)

    def test_batch_creation_costs_a_constant_number_of_queries(self):
        def create(count):
            self.env["aftersales.ticket"].create(
                [
                    {
                        "partner_id": self.customer.id,
                        "vehicle_id": self.vehicle.id,
                        "complaint": "x",
                    }
                    for __ in range(count)
                ]
            )
            self.env.flush_all()

        create(1)
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            create(200)
