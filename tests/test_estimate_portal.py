from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common_billing import SIGNATURE, BillingCommon
from .common_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestEstimatePortal(BillingCommon, HttpCase):
    """The lines of an order on the customer's own page (R-BEY-06, R-SIGN-05)."""

    def setUp(self):
        super().setUp()
        self.ticket, self.lines = self._mixed_ticket()
        self.ticket.action_quote()
        self.order = self._order(self.ticket)
        for order in self.ticket.sudo().order_ids:
            order._portal_ensure_token()
            order.action_quotation_sent()
        self.env.flush_all()

    def _answer(self, line, choice, order=None, token=None, **params):
        order = order or self.order
        answer = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/aftersales/answer",
            {
                "access_token": order.access_token if token is None else token,
                "line_id": self.lines[line].id,
                "choice": choice,
                **params,
            },
            timeout=60,
        )
        self.env.invalidate_all()
        return answer

    def _page(self, order=None):
        order = order or self.order
        self.env.flush_all()
        return self.url_open(
            f"/my/orders/{order.id}?access_token={order.access_token}", timeout=60
        ).text

    def test_page_shows_the_payers_own_lines(self):
        page = self._page()
        self.assertIn("o_aftersales_answers", page)
        for name in ("customer", "labour"):
            self.assertIn(f'data-line-id="{self.lines[name].id}"', page)
        for name in ("insurer", "warranty", "goodwill"):
            self.assertNotIn(f'data-line-id="{self.lines[name].id}"', page)

    def test_total_follows(self):
        answer = self._answer("customer", "defer")
        self.assertAlmostEqual(answer["amount"], 101.7)
        page = self._page()
        self.assertIn("This price holds until", page)
        self.assertIn("101.70", page)
        self.assertAlmostEqual(self._answer("customer", "approve")["amount"], 508.5)
        signed = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {
                "access_token": self.order.access_token,
                "name": "Mr Zhao",
                "signature": SIGNATURE,
            },
            timeout=60,
        )
        self.assertTrue(signed.get("force_refresh"), signed)
        self.env.invalidate_all()
        self.assertIn("answered already", self._answer("labour", "decline")["error"])
        self.assertEqual(self.lines["labour"].approval, "approved")
        self.assertNotIn('"o_aftersales_answers', self._page())

    def test_strangers_are_refused(self):
        for token in ("", "wrong", self._order(self.ticket, "insurer").access_token):
            with self.subTest(token=token):
                self.assertIn(
                    "not yours",
                    self._answer("customer", "decline", token=token)["error"],
                )
        new_test_user(self.env, "stranger", groups="base.group_portal")
        self.authenticate("stranger", "stranger")
        answer = self._answer("customer", "decline", token="")
        self.assertIn("not yours", answer["error"])
        # Who releases the parts is not the one who answers for the customer.
        self.authenticate("finance", "finance")
        answer = self._answer("customer", "decline")
        self.assertIn("not yours", answer["error"])
        self.assertEqual(self.lines["customer"].approval, "proposed")

    def test_customer_answers_for_himself_only(self):
        """His login opens his order; the insurer's lines are not within reach."""
        new_test_user(self.env, "lin", groups="base.group_portal")
        user = self.env["res.users"].search([("login", "=", "lin")])
        user.partner_id.parent_id = self.customer
        self.env.flush_all()
        self.authenticate("lin", "lin")
        self.assertIn("amount", self._answer("labour", "decline", token=""))
        self.assertIn("error", self._answer("insurer", "decline", token=""))
        insurers = self._order(self.ticket, "insurer")
        answer = self._answer("insurer", "decline", order=insurers, token="")
        self.assertIn("not yours", answer["error"])
        self.assertEqual(self.lines["insurer"].approval, "proposed")

    def test_reject_with_reason(self):
        reason = self.env.ref("aftersales.decline_reason_elsewhere")
        self._answer("labour", "defer")
        self.authenticate(None, None)
        self.url_open(
            f"/my/orders/{self.order.id}/decline",
            data={
                "access_token": self.order.access_token,
                "decline_message": "My cousin does it",
                "aftersales_reason": str(reason.id),
                "csrf_token": Request.csrf_token(self),
            },
            timeout=60,
        )
        self.env.invalidate_all()
        pads = self.lines["customer"]
        self.assertEqual(pads.approval, "declined")
        self.assertEqual(pads.decline_reason_id, reason)
        self.assertEqual(pads.decline_note, "My cousin does it")
        self.assertEqual(self.lines["labour"].approval, "deferred")


@tagged("post_install", "-at_install")
class TestEstimateConcurrency(ConcurrencyCommon):
    """Two people answer one order at the same moment: one wins."""

    line_vals = {"payer": "customer", "quantity": 1, "line_type": "part"}

    def _prepare(self, ticket):
        ticket._set_state("diagnosed")
        ticket.action_quote()

    def test_one_answer_at_a_time(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            line = self._ticket(first).line_ids
            line.sale_line_id.order_id._aftersales_choose(line.id, "decline")
            other = self._ticket(second).line_ids
            with self.assertRaisesRegex(UserError, "by somebody else"):
                other.sale_line_id.order_id._aftersales_choose(other.id, "defer")
            second.rollback()
            first.rollback()
