from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartsRelease(PartsCommon):
    """The gate: no part leaves without Finance's signature (R-PART-01..05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance_2 = new_test_user(
            cls.env,
            login="finance_2",
            groups="aftersales.group_aftersales_finance",
            company_id=cls.company.id,
        )

    def _slip(self, product=None, **vals):
        ticket = self._approved((product or self.brake_pads, vals))
        return self._request(ticket)

    def test_no_part_leaves_without_release(self):
        """However the transfer is brought to done."""
        slip = self._slip(payer="internal")
        ways = (
            lambda: slip.button_validate(),
            lambda: slip._action_done(),
            lambda: slip.move_ids._action_done(),
        )
        slip.move_ids.picked = True
        for way in ways:
            with self._refused("has not been released"):
                way()
        self.assertEqual(self.brake_pads.qty_available, 20)
        self.assertNotEqual(slip.state, "done")

    def test_self_assembly_needs_its_terms(self):
        """R-DIAG-04: nothing leaves before the customer accepted to fit it himself."""
        ticket = self._approved(
            (self.mirror, {"payer": "internal"}), service_mode="parts"
        )
        slip = self._request(ticket)
        self._release(slip)
        with self._refused("fits the parts himself"):
            self._issue(slip)
        self.assertNotEqual(slip.state, "done")
        ticket.action_accept_disclaimer("Mr Zhao")
        self.assertTrue(ticket.disclaimer_accepted_at)
        self._issue(slip)
        self.assertEqual(ticket.line_ids.qty_issued, 1)

    def test_no_way_around_the_slip(self):
        """A part of a ticket does not leave on any other paper."""
        slip = self._slip(payer="internal")
        move = slip.move_ids
        # Taken off the slip, or put on a delivery of another kind.
        move.picking_id = False
        move.picked = True
        with self._refused("issue slip of that ticket only"):
            move._action_done()
        delivery = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id}
        )
        move.picking_id = delivery
        with self._refused("issue slip of that ticket only"):
            delivery._action_done()

    def test_order_of_a_ticket_is_not_delivered_otherwise(self):
        ticket = self._approved((self.brake_pads, {"payer": "customer"}))
        sale_line = ticket.sudo().line_ids.sale_line_id
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.brake_pads.id,
                            "product_uom_qty": 1,
                            "sale_line_id": sale_line.id,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                ],
            }
        )
        delivery.action_confirm()
        delivery.move_ids.picked = True
        with self._refused("issue slip of that ticket only"):
            delivery.button_validate()

    def test_release_cannot_be_forged(self):
        slip = self._slip(payer="internal")
        storeman = new_test_user(
            self.env, login="storeman", groups="stock.group_stock_manager"
        )
        mine = slip.with_user(storeman)
        with self.assertRaises(AccessError):
            mine.write({"aftersales_released_by": self.user_finance.id})
        with self.assertRaises(AccessError):
            mine.move_ids.write({"aftersales_released_qty": 5})
        with self.assertRaises(AccessError):
            self.env["stock.picking"].with_user(storeman).with_context(
                default_aftersales_released_by=self.user_finance.id
            ).create({"picking_type_id": self.warehouse.out_type_id.id})
        self._release(slip)
        # What was signed for is not exchanged, raised or added to afterwards.
        mine.move_ids.write({"product_uom_qty": 5, "quantity": 5, "picked": True})
        with self._refused("only 1.0 released"):
            mine.button_validate()
        mine.move_ids.write({"quantity": 1})
        mine.write(
            {
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.motor.id,
                            "product_uom_qty": 1,
                            "quantity": 1,
                            "picked": True,
                            "location_id": slip.location_id.id,
                            "location_dest_id": slip.location_dest_id.id,
                        }
                    )
                ]
            }
        )
        with self._refused("not on any line"):
            mine.button_validate()
        self.assertEqual(self.motor.qty_available, 20)

    def test_done_slip_is_not_enlarged(self):
        slip = self._slip(payer="internal", quantity=2)
        self._release(slip)
        self._issue(slip)
        slip.is_locked = False
        with self._refused("only 2.0 .*released"):
            slip.move_ids.quantity = 4

    def test_who_asks_does_not_release(self):
        both = new_test_user(
            self.env,
            login="both",
            groups=(
                "aftersales.group_aftersales_advisor,"
                "aftersales.group_aftersales_finance"
            ),
            company_id=self.company.id,
        )
        ticket = self._approved((self.mirror, {"payer": "internal"}))
        slip = self._request(ticket, both)
        with self._refused("asked for these parts yourself"):
            self._release(slip, both)
        slip = slip.sudo()
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            slip.aftersales_released_by = both
            self.env.flush_all()
        slip.invalidate_recordset()
        self._release(slip, self.user_manager)
        self.assertEqual(slip.aftersales_released_by, self.user_manager)
        self.assertTrue(slip.aftersales_released_at)
        with self._refused("already"):
            self._release(slip)

    def test_paid_needs_the_money_in_the_books(self):
        """R-PART-03: 2 × 180 + 13 % = 406.80."""
        ticket = self._approved((self.brake_pads, {"quantity": 2}))
        slip = self._request(ticket)
        self.assertEqual(slip.aftersales_release_basis, "paid")
        with self._refused("406.80.*only.*0.00"):
            self._release(slip)
        order = ticket.sudo().order_ids
        self._pay(order, 406.79)
        with self._refused("has been received"):
            self._release(slip)
        self.assertFalse(slip.aftersales_released_by)
        self._pay(order, 0.01)
        self._release(slip)
        self._issue(slip)
        self.assertEqual(ticket.line_ids.qty_issued, 2)

    def test_money_is_not_counted_twice(self):
        """Two slips on one order want both their money."""
        ticket = self._approved((self.brake_pads, {}), (self.mirror, {}))
        order = ticket.sudo().order_ids
        self._pay(order, 203.40)
        slip = self._request(ticket)
        with self._refused("288.15"):
            self._release(slip)
        # Only the pads: the mirror comes later.
        slip.move_ids.filtered(lambda m: m.product_id == self.mirror)._action_cancel()
        self._release(slip)
        self._issue(slip)
        rest = self._request(ticket)
        self.assertEqual(rest.move_ids.product_id, self.mirror)
        with self._refused("288.15"):
            self._release(rest)
        # What comes back frees its money.
        self._issue(self._transfer(ticket, "return", {self.brake_pads: 1}))
        self._release(rest)

    def test_credit_does_not_eat_the_money_of_paid_parts(self):
        ticket = self._approved((self.brake_pads, {}), (self.motor, {}))
        motor = ticket.line_ids.filtered(lambda line: line.product_id == self.motor)
        motor.with_user(self.user_advisor).write(
            {"release_basis": "credit", "guarantor_id": self.user_advisor.id}
        )
        slips = self._request(ticket)
        paid = slips.filtered(lambda s: s.aftersales_release_basis == "paid")
        self._release(slips - paid)
        self._pay(ticket.sudo().order_ids, 203.40)
        self._release(paid)

    def test_credit_needs_a_guarantor_other_than_the_releaser(self):
        """R-PART-04."""
        ticket = self._approved((self.mirror, {"release_basis": "credit"}))
        slip = self._request(ticket)
        with self._refused("Name a guarantor"):
            self._release(slip)
        slip.with_user(self.user_technician).action_aftersales_cancel()
        ticket.line_ids.sudo().guarantor_id = self.user_finance
        slip = self._request(ticket)
        with self._refused("does not release"):
            self._release(slip)
        self._release(slip, self.finance_2)
        self.assertEqual(slip.aftersales_guarantor_id, self.user_finance)

    def test_guarantor_agrees_himself(self):
        ticket = self._approved((self.mirror, {}))
        line = ticket.line_ids.with_user(self.user_advisor)
        with self._refused("has to agree"):
            line.guarantor_id = self.user_technician
        line.guarantor_id = self.user_advisor

    def test_warranty_needs_coverage_and_a_judged_cause(self):
        """R-WAR-02, R-WAR-06: who, when, evidence."""
        slip = self._slip(payer="warranty")
        line = slip.move_ids.aftersales_line_id.with_user(self.user_technician)
        with self._refused("nobody has judged"):
            self._release(slip)
        self.assertTrue(line.ticket_id.has_cause_to_judge)
        # From the ticket's list of lines there is a way to where that is entered.
        ticket_form = line.ticket_id.get_view(view_type="form")["arch"]
        self.assertIn('name="action_judge_cause"', ticket_form)
        action = line.action_judge_cause()
        self.assertEqual(action["context"]["default_ticket_line_id"], line.id)
        with self._refused("write down the evidence"):
            line.action_cause_none()
        line.cause_evidence = "Seal torn by a screwdriver"
        line.action_cause_human()
        self.assertEqual(line.cause_judged_by_id, self.user_technician)
        self.assertTrue(line.cause_judged_at)
        with self._refused("human cause"):
            self._release(slip)
        line.cause_evidence = "Laboratory: fatigue"
        self.assertFalse(line.cause_judged_by_id)
        line.action_cause_none()
        self.assertFalse(line.ticket_id.has_cause_to_judge)
        self.vehicle.warranty_end_date = "2021-01-01"
        with self._refused("not under warranty"):
            self._release(slip)
        self.vehicle.warranty_end_date = "2099-12-31"
        self._release(slip)

    def test_case_follows_the_payer(self):
        """No case is a way around the check that belongs to the payer."""
        ticket = self._approved(
            (self.mirror, {"payer": "customer"}), (self.motor, {"payer": "warranty"})
        )
        mirror, motor = ticket.line_ids.with_user(self.user_technician)
        for line, case in ((mirror, "internal"), (mirror, "warranty"), (motor, "paid")):
            with self._refused("cannot leave in this case"):
                line.release_basis = case
        mirror.release_basis = "credit"

    def test_warranty_of_the_maker_is_billed_to_him(self):
        maker = self.env["res.partner"].create({"name": "Maker"})
        self.company.aftersales_warranty_provider_id = maker
        ticket = self._approved((self.motor, {"payer": "warranty"}))
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self.assertEqual(slip.location_dest_id.usage, "customer")
        self._release(slip)
        self._issue(slip)
        sale_line = ticket.sudo().line_ids.sale_line_id
        self.assertEqual(sale_line.order_id.partner_id, maker)
        self.assertEqual(sale_line.qty_delivered, 1)
        item = ticket.sudo().part_return_ids
        item.with_user(self.user_parts_keeper).action_receive()
        self.assertEqual(item.receipt_id.move_line_ids.owner_id, maker)
        self.assertEqual(sale_line.qty_delivered, 1)

    def test_release_withdrawn(self):
        slip = self._slip(payer="internal")
        self._release(slip)
        slip.with_user(self.finance_2).action_aftersales_withdraw_release()
        self.assertFalse(slip.move_ids.aftersales_released_qty)
        with self._refused("has not been released"):
            self._issue(slip)
        self._release(slip)
        self._issue(slip)
        with self._refused("done or cancelled"):
            slip.with_user(self.user_finance).action_aftersales_withdraw_release()

    def test_slip_states_its_ticket(self):
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            self.env["stock.picking"].create(
                {"picking_type_id": self.warehouse.aftersales_issue_type_id.id}
            )
            self.env.flush_all()

    def test_no_order_no_billed_part(self):
        ticket = self._approved((self.mirror, {"payer": "internal"}))
        self._line(ticket, self.brake_pads).sudo()._approve("Mr Zhao", "phone")
        with self._refused("Make the quotation first"):
            self._request(ticket)
        self.assertFalse(ticket.sudo().picking_ids)

    def test_other_company_sees_and_does_nothing(self):
        slip = self._slip(payer="internal")
        branch = self.env["res.company"].create({"name": "Branch"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="aftersales.group_aftersales_manager",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        self.assertFalse(self.env["stock.picking"].with_user(stranger).search([]))
        for method in (
            "action_aftersales_release",
            "action_aftersales_issue",
            "action_aftersales_cancel",
        ):
            with self.assertRaises(AccessError):
                getattr(slip.with_user(stranger), method)()
        with self.assertRaises(AccessError):
            slip.aftersales_ticket_id.with_user(stranger).action_request_parts()

    def test_slips_stay_in_the_company_of_the_ticket(self):
        slip = self._slip(payer="internal")
        branch = self.env["res.company"].create({"name": "Branch"})
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Branch North", "code": "BR", "company_id": branch.id}
        )
        with self._refused("company"):
            self.env["stock.picking"].create(
                {
                    "picking_type_id": warehouse.aftersales_issue_type_id.id,
                    "aftersales_ticket_id": slip.aftersales_ticket_id.id,
                }
            )
