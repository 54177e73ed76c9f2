from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_billing import BillingCommon


@tagged("post_install", "-at_install")
class TestEstimateAnswer(BillingCommon):
    """Line by line: Yes, next visit, No; by phone and in the office (R-BEY-06, 07)."""

    def setUp(self):
        super().setUp()
        self.brake_pads.aftersales_is_safety = True
        self.reason = self.env.ref("aftersales.decline_reason_price")

    def _quoted(self):
        ticket = self._diagnosed()
        lines = [
            self._line(ticket, self.brake_pads, quantity=2),
            self._line(ticket, self.mirror),
            self._line(ticket, self.labour),
        ]
        ticket.action_quote()
        return ticket, *lines

    def _consent(self, ticket, how="phone", **choices):
        """Record an answer in the wizard's own form, by name of the line's product."""
        action = ticket.with_user(self.user_advisor).action_approve()
        form = Form(
            self.env["aftersales.ticket.consent"]
            .with_user(self.user_advisor)
            .with_context(**action["context"])
        )
        form.name = "Mr Zhao"
        form.how = how
        for index, line in enumerate(ticket.line_ids):
            for product, choice in choices.items():
                if getattr(self, product) == line.product_id:
                    with form.line_ids.edit(index) as answer:
                        answer.choice = choice
                        if choice != "approve":
                            answer.reason_id = self.reason
        return form

    def test_total_follows(self):
        ticket, pads, mirror, labour = self._quoted()
        form = self._consent(ticket)
        self.assertAlmostEqual(form.amount_agreed, 559.35)
        form = self._consent(ticket, mirror="defer", brake_pads="decline")
        self.assertAlmostEqual(form.amount_agreed, labour.price_total)
        with form.line_ids.edit(0) as answer:
            self.assertIn("may not be safe", answer.warning)

    def test_by_phone(self):
        """One line each: agreed, put off, declined; the order is what was agreed."""
        ticket, pads, mirror, labour = self._quoted()
        order = self._order(ticket)
        form = self._consent(ticket, mirror="defer", brake_pads="decline")
        form.save().action_confirm()
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(
            [line.approval for line in (pads, mirror, labour)],
            ["declined", "deferred", "approved"],
        )
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.product_id, self.labour)
        self.assertAlmostEqual(order.amount_total, labour.price_total)
        self.assertEqual(pads.decline_reason_id, self.reason)
        self.assertEqual(pads.declined_by, "Mr Zhao")
        self.assertEqual(pads.declined_how, "Phone")
        self.assertEqual(
            mirror.deferred_until, fields.Date.today() + timedelta(days=90)
        )
        self.assertEqual(order._aftersales_get_refused(), pads | mirror)
        self.assertAlmostEqual(ticket.amount_estimate, labour.price_subtotal)
        # The signature stands for what was refused, too (R-SIGN-04).
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", order.ids
        )
        self.assertIn("Not wanted now", html.decode())
        self.assertIn("Concerns safety", html.decode())
        # Nothing that was refused can be asked for in the parts store.
        with self.assertRaisesRegex(UserError, "every agreed part"):
            ticket.with_user(self.user_technician).action_request_parts()

    def test_days_are_a_setting(self):
        self.company.aftersales_deferred_days = 10
        ticket, __, mirror, __ = self._quoted()
        mirror._defer()
        self.assertEqual(
            mirror.deferred_until, fields.Date.today() + timedelta(days=10)
        )

    def test_nothing_wanted(self):
        """The refusal is recorded, the ticket waits for what becomes of it."""
        ticket, pads, mirror, labour = self._quoted()
        order = self._order(ticket)
        form = self._consent(
            ticket, mirror="defer", brake_pads="decline", labour="decline"
        )
        form.save().action_confirm()
        self.assertEqual(ticket.state, "quoted")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(mirror.approval, "deferred", "a No to all leaves it put off")
        self.assertFalse(ticket.sudo()._get_waiting_orders())
        self.assertEqual({pads.declined_by, mirror.declined_by}, {"Mr Zhao"})
        self.assertTrue(
            ticket.message_ids.filtered(lambda m: "none of the work" in m.body)
        )

    def test_declined_order_has_a_reason_code(self):
        ticket, pads, *__ = self._quoted()
        ticket.with_user(self.user_advisor).action_decline_orders()
        self.assertEqual(pads.approval, "declined")
        self.assertEqual(
            pads.decline_reason_id, self.env.ref("aftersales.decline_reason_unsaid")
        )

    def test_answered_once(self):
        """Who comes second with his record of the answer is told."""
        ticket, *__ = self._quoted()
        late = self._consent(ticket, mirror="decline").save()
        self._sign(self._order(ticket))
        with self.assertRaisesRegex(UserError, "is Approved"):
            late.action_confirm()
        self.assertEqual(set(ticket.line_ids.mapped("approval")), {"approved"})

    def test_lines_of_other_tickets(self):
        ticket, *__ = self._quoted()
        form = self._consent(ticket, mirror="decline").save()
        other = self._line(self._ticket(), self.mirror)
        form.line_ids[0].sudo().write({"line_id": other.id, "choice": "decline"})
        with self.assertRaisesRegex(UserError, "answered already"):
            form.action_confirm()
        self.assertEqual(other.approval, "proposed")

    def test_only_advisors_record_answers(self):
        ticket, pads, *__ = self._quoted()
        for role in ("technician", "finance", "parts_keeper"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, ticket)._record_answers(
                    [{"line": pads, "choice": "decline"}], "X", "Phone"
                )
        for vals in (
            {"deferred_until": fields.Date.today()},
            {"declined_by": "Me"},
            {"asked_order_id": False},
            {"approval": "deferred"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                pads.with_user(self.user_technician).write(vals)

    # -- The customer's page ----------------------------------------------------------

    def test_page_answers_and_takes_back(self):
        """Before he signs, the customer changes his mind as he likes."""
        ticket, pads, mirror, labour = self._quoted()
        order = self._order(ticket).with_user(self.env.ref("base.public_user")).sudo()
        order.action_quotation_sent()
        order._aftersales_choose(mirror.id, "defer", self.reason.id)
        self.assertEqual(mirror.approval, "deferred")
        self.assertEqual(order.order_line.product_id, self.brake_pads | self.labour)
        self.assertAlmostEqual(order.amount_total, 559.35 - mirror.price_total)
        order._aftersales_choose(mirror.id, "approve")
        self.assertEqual(mirror.approval, "proposed")
        self.assertFalse(mirror.decline_reason_id)
        self.assertAlmostEqual(order.amount_total, 559.35)
        for line in (pads, mirror, labour):
            order._aftersales_choose(line.id, "decline")
        self.assertTrue(order.exists(), "it waits for the signature")
        self.assertEqual(order.amount_total, 0)
        order._aftersales_choose(labour.id, "approve")
        self._sign(order, "Ms Li")
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(labour.approved_by, "Ms Li")
        self.assertEqual(pads.declined_by, "Ms Li", "her signature covers the refusal")
        with self.assertRaisesRegex(UserError, "answered already"):
            order._aftersales_choose(pads.id, "approve")

    def test_page_refuses_everything(self):
        ticket, *lines = self._quoted()
        order = self._order(ticket).with_user(self.env.ref("base.public_user")).sudo()
        order.action_quotation_sent()
        for line in lines:
            order._aftersales_choose(line.id, "defer")
        self._sign(order, "Ms Li")
        self.assertEqual(order.state, "cancel")
        self.assertTrue(order.signature)
        self.assertEqual({line.approval for line in lines}, {"deferred"})
        self.assertEqual(ticket.state, "quoted")
        self.assertEqual({line.declined_by for line in lines}, {"Ms Li"})

    def test_page_reaches_its_own_lines_only(self):
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        public = self.env.ref("base.public_user")
        order = self._order(ticket).with_user(public).sudo()
        for payer in ("insurer", "warranty", "goodwill"):
            with self.subTest(payer=payer), self.assertRaises(UserError):
                order._aftersales_choose(lines[payer].id, "decline")
        foreign = self._line(self._ticket(), self.mirror)
        with self.assertRaises(UserError):
            order._aftersales_choose(foreign.id, "decline")
        claim = self._order(ticket, "warranty").with_user(public).sudo()
        with self.assertRaises(UserError):
            claim._aftersales_choose(lines["warranty"].id, "decline")

    def test_page_is_closed_by_a_signature_that_waits_for_its_deposit(self):
        self.company.aftersales_deposit_percent = 50
        ticket, pads, *__ = self._quoted()
        order = self._order(ticket).with_user(self.env.ref("base.public_user")).sudo()
        order.action_quotation_sent()
        self._sign(order)
        self.assertEqual(order.state, "sent")
        with self.assertRaisesRegex(UserError, "answered already"):
            order._aftersales_choose(pads.id, "decline")
        self.assertEqual(pads.approval, "proposed")

    # -- Refused safety work is signed for (R-SIGN-04) --------------------------------

    def test_safety_refused_by_phone_is_signed_at_the_handover(self):
        ticket, pads, *__ = self._quoted()
        self._consent(ticket, brake_pads="decline").save().action_confirm()
        ticket._set_state("ready")
        kept = ticket.sudo()._get_refused_safety_work()
        self.assertEqual((kept.product_id, kept.is_safety), (self.brake_pads, True))
        ticket._set_state("delivered")
        self.assertEqual(len(self.vehicle.recommendation_ids), 1, "once")

    def test_safety_refused_with_a_signature_is_signed(self):
        ticket, pads, *__ = self._quoted()
        order = self._order(ticket).with_user(self.env.ref("base.public_user")).sudo()
        order.action_quotation_sent()
        order._aftersales_choose(pads.id, "decline")
        self._sign(order)
        ticket._set_state("ready")
        self.assertFalse(ticket.sudo()._get_refused_safety_work())

    # -- What an answer on the page does not decide yet -------------------------------

    def test_a_choice_is_final_with_the_signature(self):
        ticket, pads, mirror, labour = self._quoted()
        order = self._order(ticket).with_user(self.env.ref("base.public_user")).sudo()
        order.action_quotation_sent()
        order._aftersales_choose(mirror.id, "defer")
        self.assertTrue(mirror.is_answer_pending)
        self._sign(order)
        self.assertFalse(mirror.is_answer_pending)

    def test_refused_outside_the_page_leaves_no_empty_order(self):
        ticket, *lines = self._quoted()
        for line in lines:
            line._decline(by="Mr Zhao", how="Phone")
        self.assertFalse(ticket.sudo()._get_waiting_orders())
