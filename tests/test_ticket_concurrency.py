from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCommon

AT_WORK = "worked on by somebody else at this moment"


@tagged("post_install", "-at_install")
class TestTicketConcurrency(ConcurrencyCommon):
    """Two people press the same button of a ticket at the same moment."""

    line_vals = {"payer": "customer", "quantity": 1, "line_type": "part"}

    def _prepare(self, ticket):
        ticket._set_state("diagnosed")
        ticket.action_quote()

    def _assert_told(self, step, told_after=None, prepare=None, after=None):
        """Let two people take ``step``: the second is told at once, and the first's
        work stands.

        :param step: function of a ticket
        :param told_after: what the second is told when he tries again afterwards;
            None: the first takes his step back
        :param after: with ``told_after`` None: function that asserts what the second
            finds once his step has gone through; it is one, not two
        :param prepare: function of a ticket, done and committed before
        """
        if prepare:
            with self.registry.cursor() as cr:
                prepare(self._ticket(cr))
        with self.registry.cursor() as first, self.registry.cursor() as second:
            step(self._ticket(first))
            with self.assertRaisesRegex(UserError, AT_WORK):
                step(self._ticket(second))
            second.rollback()
            if not told_after:
                # Nothing posted stays behind; the lock is what is tested.
                first.rollback()
                ticket = self._ticket(second)
                if after:
                    with self.assertRaises(AssertionError):
                        after(ticket)
                step(ticket)
                second.flush()
                if after:
                    ticket.invalidate_recordset()
                    after(ticket)
                second.rollback()
                return
            first.commit()
            with self.assertRaisesRegex(UserError, told_after):
                step(self._ticket(second))
            second.rollback()

    def _approve(self, ticket):
        ticket._approve("Customer", "phone")

    def test_consent_is_recorded_once(self):
        self._assert_told(self._approve, "is Approved; this step")
        with self.registry.cursor() as cr:
            order = self._ticket(cr).order_ids
            self.assertEqual(order.mapped("state"), ["sale"])

    def test_deposit_is_invoiced_once(self):
        def invoiced(ticket):
            self.assertEqual(ticket.invoice_ids.mapped("state"), ["posted"])
            self.assertEqual(ticket.state, "approved")

        self._assert_told(
            lambda ticket: ticket.action_invoice_deposit(),
            prepare=self._approve,
            after=invoiced,
        )

    def test_work_is_invoiced_once(self):
        def deliver(ticket):
            self._approve(ticket)
            line = ticket.line_ids.sale_line_id
            line.qty_delivered_method = "manual"
            line.qty_delivered = 1

        def invoiced(ticket):
            self.assertEqual(ticket.invoice_ids.mapped("state"), ["posted"])
            self.assertEqual(ticket.line_ids.sale_line_id.qty_invoiced, 1)
            self.assertEqual(ticket.line_ids.sale_line_id.qty_to_invoice, 0)

        self._assert_told(
            lambda ticket: ticket.action_invoice(), prepare=deliver, after=invoiced
        )

    def test_additional_consent_is_recorded_once(self):
        def add(ticket):
            self._approve(ticket)
            ticket.line_ids.copy({"ticket_id": ticket.id})

        self._assert_told(
            lambda ticket: ticket._approve_additional("Customer", "By phone"),
            "nothing waits for consent",
            add,
        )

    def test_one_guarantor(self):
        def vouch(ticket):
            ticket.action_vouch_credit()

        self._assert_told(vouch, "answers for the money already", self._approve)

    def test_one_gate_pass(self):
        # What a settlement wants is tested with it; here it is the pass.
        self.patch(
            self.registry["aftersales.ticket"], "_check_settled", lambda ticket: None
        )

        def ready(ticket):
            ticket.line_ids.payer = "internal"
            self._approve(ticket)
            ticket._set_state("ready")

        def passed(ticket):
            gate_pass = ticket.env["aftersales.gate.pass"].search(
                [("ticket_id", "=", ticket.id)]
            )
            self.assertEqual(len(gate_pass), 1)
            self.assertEqual(ticket.state, "ready")

        self._assert_told(
            lambda ticket: ticket.action_issue_gate_pass(), prepare=ready, after=passed
        )

    def test_work_is_started_once(self):
        def start(ticket):
            ticket.action_start()

        self._assert_told(start, "is In Progress; this step", self._approve)
        with self.registry.cursor() as cr:
            ticket = self._ticket(cr)
            self.assertEqual(
                (ticket.state, bool(ticket.started_at)), ("in_progress", 1)
            )
