from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon
from .report_common import ReportCommon


class RequisitionCommon(PartsCommon):
    """A technician with a superior, and what he may ask for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["aftersales.team"].create(
            {
                "name": "Hall 3",
                "leader_id": cls.user_inspector.id,
                "member_ids": [(6, 0, cls.user_technician.ids)],
            }
        )
        cls.ticket = cls._approved(
            (cls.mirror, {"payer": "internal", "quantity": 4}),
            (cls.brake_pads, {"payer": "internal", "quantity": 2}),
        )
        cls.ticket.sudo().team_id = cls.team
        cls.mirror_line, cls.pads_line = cls.ticket.line_ids

    @classmethod
    def _requisition(cls, ticket=None, user=None):
        """Return the requisition that the button of the ticket opens."""
        ticket = (ticket or cls.ticket).with_user(user or cls.user_technician)
        action = ticket.action_requisition()
        return ticket.env[action["res_model"]].browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestPartRequisition(RequisitionCommon):
    """Staff ask, the superior approves, then the store issues (R-PART-14)."""

    def test_asked_approved_and_slip_made(self):
        requisition = self._requisition()
        self.assertEqual(
            requisition.line_ids.mapped(lambda x: (x.product_id, x.quantity)),
            [(self.mirror, 4), (self.brake_pads, 2)],
        )
        self.assertEqual(requisition.approver_id, self.user_inspector)
        self.assertFalse(self.ticket.sudo().picking_ids)
        # He needs one mirror less for now, and no pads.
        with Form(requisition) as form:
            with form.line_ids.edit(0) as line:
                line.quantity = 3
            form.line_ids.remove(1)
        requisition.action_ask()
        self.assertFalse(self.ticket.sudo().picking_ids, "not before it is approved")
        told = requisition.sudo().activity_ids
        self.assertEqual(told.user_id, self.user_inspector)

        leader = requisition.with_user(self.user_inspector)
        self.assertTrue(leader.can_decide)
        leader.action_approve()
        slip = requisition.sudo().picking_ids
        self.assertEqual(slip.aftersales_kind, "issue")
        self.assertEqual(slip.aftersales_requested_by, self.user_technician)
        self.assertEqual(slip.move_ids.product_id, self.mirror)
        self.assertEqual(slip.move_ids.product_uom_qty, 3)
        self.assertEqual(requisition.decided_by_id, self.user_inspector)
        self.assertFalse(requisition.sudo().activity_ids)
        # The rest of the way is as ever: Finance, then the counter, part by part.
        with self._refused("has not been released"):
            self._issue(slip)
        self._release(slip)
        self._issue(slip, {self.mirror: 2})
        self.assertEqual(self.mirror_line.qty_issued, 2)
        self.assertEqual(len(requisition.sudo().picking_ids), 2, "with its backorder")
        # What is left may be asked for again.
        rest = self._requisition()
        self.assertEqual(
            rest.line_ids.mapped(lambda x: (x.product_id, x.quantity)),
            [(self.mirror, 1), (self.brake_pads, 2)],
        )

    def test_nobody_approves_his_own(self):
        requisition = self._requisition(user=self.user_advisor)
        self.team.leader_id = self.user_advisor
        requisition.approver_id = self.user_manager
        requisition.action_ask()
        with self._refused("never by who asks"):
            requisition.action_approve()
        for role in ("technician", "finance", "parts_keeper", "dispatcher"):
            with self.subTest(role=role), self._refused("decided by the leader"):
                self._as(role, requisition).action_approve()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            requisition.sudo().write(
                {
                    "state": "approved",
                    "decided_by_id": self.user_advisor.id,
                    "decided_at": "2026-01-01 10:00:00",
                }
            )
            self.env.flush_all()
        self._as("manager", requisition).action_approve()
        self.assertEqual(requisition.state, "approved")

    def test_asker_cannot_choose_a_colleague_to_approve(self):
        requisition = self._requisition()
        requisition.approver_id = self.technician_2
        with self._refused("choose the superior"):
            requisition.action_ask()
        requisition.approver_id = self.user_technician
        with self._refused("choose the superior"):
            requisition.action_ask()

    def test_refused_with_a_reason(self):
        requisition = self._requisition()
        requisition.action_ask()
        leader = requisition.with_user(self.user_inspector)
        with self._refused("write why"):
            leader.action_refuse()
        leader.refusal_reason = "The old mirror can be mended"
        leader.action_refuse()
        self.assertEqual(requisition.state, "refused")
        self.assertFalse(self.ticket.sudo().picking_ids)
        told = requisition.sudo().activity_ids
        self.assertEqual(told.user_id, self.user_technician)
        with self._refused("does not wait"):
            leader.action_approve()

    def test_only_what_is_agreed_and_not_asked_for(self):
        requisition = self._requisition()
        requisition.line_ids[0].quantity = 5
        with self._refused("5.0 .* only 4.0 are agreed"):
            requisition.action_ask()
        requisition.line_ids[0].quantity = 4
        requisition.action_ask()
        # Meanwhile somebody asks for them without a requisition.
        self._request(self.ticket)
        with self._refused("only 0.0 are agreed"):
            requisition.with_user(self.user_inspector).action_approve()
        self.assertEqual(requisition.state, "asked")
        with self._refused("has been asked for already"):
            self._requisition()

    def test_asked_is_asked(self):
        requisition = self._requisition()
        self.assertEqual(self._requisition(), requisition, "begun once")
        requisition.action_ask()
        with self._refused("stays as it is"):
            requisition.line_ids[0].quantity = 1
        with self._refused("stays as it is"):
            requisition.reason = "More"
        with self._refused("stays as it is"):
            requisition.unlink()
        for vals in ({"state": "approved"}, {"decided_by_id": self.user_manager.id}):
            with self._refused("follows from the buttons", AccessError):
                requisition.write(vals)
        with self._refused("is Technician's"):
            self._requisition().with_user(self.user_advisor).reason = "Mine"
        with self._refused("waits for a decision"):
            self.ticket._check_parts_balanced()
        requisition.action_withdraw()
        self.ticket._check_parts_balanced()

    def test_settlement_looks_at_requisitions(self):
        """R-PART-19: what is asked for and not decided on keeps the slips open."""
        requisition = self._requisition()
        requisition.action_ask()
        papers = self._as("finance", self.ticket)._get_work_papers()
        slips = [paper["missing"] for paper in papers if paper["kind"] == "slips"]
        self.assertIn(f"{requisition.name} waits for a decision", slips[0])
        requisition.action_withdraw()
        papers = self._as("finance", self.ticket)._get_work_papers()
        self.assertIn({"kind": "slips", "missing": ""}, papers)

    def test_company_that_wants_requisitions(self):
        """Then the button asks the superior, and nothing goes past him."""
        self.company.aftersales_requisition_required = True
        action = self.ticket.with_user(self.user_technician).action_request_parts()
        self.assertEqual(action["res_model"], "aftersales.part.requisition")
        self.assertFalse(self.ticket.sudo().picking_ids)

    def test_cancelled_ticket_gives_up_its_requisitions(self):
        requisition = self._requisition()
        requisition.action_ask()
        self.ticket.action_cancel("Customer changed his mind")
        self.assertEqual(requisition.state, "cancelled")
        self.assertFalse(requisition.sudo().activity_ids)

    def test_who_sees_it(self):
        requisition = self._requisition()
        seen = self.env["aftersales.part.requisition"]
        for user in (self.user_technician, self.user_parts_keeper, self.user_finance):
            self.assertIn(requisition, seen.with_user(user).search([]))
            self._form(requisition, "aftersales.part_requisition_view_form", user)
        self.assertFalse(seen.with_user(self.technician_2).search([]))
        self.assertFalse(
            seen.with_user(self.user_quality).search([]), "not his to decide"
        )
        self.assertIn(requisition, seen.with_user(self.user_inspector).search([]))


@tagged("post_install", "-at_install")
class TestWaitingParts(RequisitionCommon):
    """Missing parts are flagged, and Purchasing is asked about them (R-PART-08, 20)."""

    def test_waiting_tickets_are_flagged(self):
        tickets = self.env["aftersales.ticket"].with_user(self.user_dispatcher)
        waiting = [("is_waiting_parts", "=", True)]
        self.assertNotIn(self.ticket, tickets.search(waiting))
        self.assertFalse(self.ticket.is_waiting_parts)
        self.env["stock.quant"]._update_available_quantity(
            self.mirror, self.warehouse.lot_stock_id, -17
        )
        self.env.invalidate_all()
        self.assertIn(self.ticket, tickets.search(waiting))
        self.assertTrue(self.ticket.is_waiting_parts)
        self.assertFalse(self.ticket.parts_expected_at, "nobody knows when")
        slip = self._request(self.ticket)
        search = self.env.ref("aftersales.parts_slip_view_search_waiting").arch
        self.assertIn("waiting_parts", search)
        self.assertIn("partially_available", slip.move_ids.mapped("state"))
        self.env["stock.quant"]._update_available_quantity(
            self.mirror, self.warehouse.lot_stock_id, 1
        )
        slip.action_assign()
        self.env.invalidate_all()
        self.assertFalse(self.ticket.is_waiting_parts)

    def _short(self):
        """Let the mirrors be gone; return their line as the parts keeper sees it."""
        self.env["stock.quant"]._update_available_quantity(
            self.mirror, self.warehouse.lot_stock_id, -18
        )
        self.env.invalidate_all()
        return self._as("parts_keeper", self.mirror_line)

    def test_purchasing_answers(self):
        line = self._short()
        self.assertEqual(line.purchase_state, "ask")
        line.action_ask_purchasing()
        inquiry = line.inquiry_ids
        self.assertEqual(inquiry.quantity, 2)
        self.assertEqual(inquiry.buyer_id, self.user_purchasing)
        self.assertEqual(line.purchase_state, "asked")
        with self._refused("asked already"):
            line.action_ask_purchasing()
        with self._refused("for Purchasing to say", AccessError):
            inquiry.answer = "alone"
        buyer = self._as("purchasing", inquiry)
        with self._refused("Say whether"):
            buyer.action_answer()
        with Form(buyer, "aftersales.part_inquiry_view_form") as form:
            form.answer = "alone"
            form.vendor_id = self.customer
            form.price_unit = 41.5
            form.lead_days = 6
        buyer.action_answer()
        self.assertEqual(line.purchase_state, "alone")
        told = inquiry.sudo().activity_ids
        self.assertEqual(told.user_id, self.user_parts_keeper)
        with self._refused("has been answered"):
            buyer.note = "On second thoughts"
        source = self.mirror.seller_ids
        self.assertEqual(
            (source.partner_id, source.price, source.delay), (self.customer, 41.5, 6)
        )
        # Next time nobody asks.
        self.assertEqual(self.mirror.aftersales_bought_alone, "alone")
        other = self._approved((self.mirror, {"payer": "internal", "quantity": 9}))
        self.env.invalidate_all()
        self.assertEqual(other.line_ids.purchase_state, "alone")

    def test_assemblies_and_known_sources_are_not_asked_about(self):
        line = self._short()
        self.mirror.aftersales_part_class = "assembly"
        self.env.invalidate_all()
        self.assertFalse(line.purchase_state)
        self.mirror.aftersales_part_class = "standard"
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.customer.id,
                "product_tmpl_id": self.mirror.product_tmpl_id.id,
            }
        )
        self.env.invalidate_all()
        self.assertFalse(line.purchase_state)

    def test_only_purchasing_answers(self):
        line = self._short()
        line.action_ask_purchasing()
        for role in ("technician", "advisor", "parts_keeper", "finance"):
            with self.subTest(role=role), self.assertRaises(UserError):
                self._as(role, line.inquiry_ids).action_answer()


@tagged("post_install", "-at_install")
class TestRequisitionReport(ReportCommon, RequisitionCommon, HttpCase):
    """F34, printed for real."""

    _report_role = "technician"

    def test_filled(self):
        self.mirror.default_code = "MI-77"
        requisition = self._requisition()
        requisition.action_ask()
        requisition.with_user(self.user_inspector).action_approve()
        text = self._text("report_part_requisition", requisition)
        self.assertWords(
            text,
            "Parts Requisition",
            requisition.name,
            self.ticket.name,
            "Mirror",
            "MI-77",
            "4.00",
            "✓ approved",
            "Inspector",
            requisition.sudo().picking_ids.name,
        )
