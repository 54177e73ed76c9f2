from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common_billing import SIGNATURE, BillingCommon


class RevisionCommon(BillingCommon):
    """An agreed ticket whose content changes."""

    def _revise(self, ticket, payer="customer", promised=False, role="advisor", **new):
        """Return a draft revision; ``new`` maps a product's name to its new values."""
        rows = []
        for name, vals in new.items():
            line = ticket.line_ids.filtered(
                lambda line, name=name: (
                    line.product_id == getattr(self, name) and line.payer == payer
                )
            )
            rows.append(
                Command.create(
                    {
                        "line_id": line.id,
                        **{f"new_{field}": value for field, value in vals.items()},
                    }
                )
            )
        return (
            self.env["aftersales.estimate.revision"]
            .with_user(self.users[role])
            .create(
                {
                    "ticket_id": ticket.id,
                    "payer": payer,
                    "reason": "The discs are worn, too",
                    "promised_new": promised,
                    "line_ids": rows,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestEstimateRevision(RevisionCommon):
    """What was agreed changes with the payer's consent only (R-SIGN-02, R-BEY-06)."""

    def setUp(self):
        super().setUp()
        self.ticket, self.lines = self._approved()
        self.pads = self.lines["customer"]
        self.order = self._order(self.ticket)

    def _answer(self, revision, button="action_confirm"):
        """Record the answer in the window that the revision opens."""
        action = revision.action_record_consent()
        form = Form(
            self.env["aftersales.ticket.consent"]
            .with_user(self.user_advisor)
            .with_context(**action["context"])
        )
        form.name = "Mr Zhao"
        getattr(form.save(), button)()

    def test_agreed_by_phone(self):
        promised = fields.Datetime.now() + timedelta(days=2)
        promised = promised.replace(microsecond=0)
        revision = self._revise(
            self.ticket,
            promised=promised,
            brake_pads={"quantity": 3, "price_unit": 170},
            labour={"quantity": 2},
        )
        self.assertEqual(revision.number, 1)
        self.assertAlmostEqual(revision.amount_old, 508.5)
        self.assertAlmostEqual(revision.amount_new, (510 + 120) * 1.13)
        revision.action_send()
        self.assertEqual(self.pads.quantity, 2, "the old content stands")
        self.assertAlmostEqual(self.order.amount_total, 508.5)
        self._answer(revision)
        self.assertEqual(revision.state, "approved")
        self.assertEqual(
            (self.pads.quantity, self.pads.price_unit, self.pads.approval),
            (3, 170, "approved"),
        )
        self.assertEqual(self.pads.sale_line_id.product_uom_qty, 3)
        self.assertAlmostEqual(self.order.amount_total, (510 + 120) * 1.13)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.ticket.promised_at, promised)
        self.assertEqual(revision.promised_old, False)
        jobs = self.lines["labour"].operation_ids
        self.assertEqual(jobs.planned_hours, self.lines["labour"]._get_planned_hours())
        self.assertEqual(self.ticket._get_revision_number(), 1)
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", self.order.ids
        )
        self.assertIn("Revision 1", html.decode())

    def test_declined(self):
        revision = self._revise(self.ticket, brake_pads={"quantity": 4})
        revision.action_send()
        self._answer(revision, "action_refuse")
        self.assertEqual(revision.state, "declined")
        self.assertEqual(self.pads.quantity, 2)
        self.assertAlmostEqual(self.order.amount_total, 508.5)
        self._use(self.pads, 2)
        again = self._revise(self.ticket, brake_pads={"quantity": 3})
        self.assertEqual(again.number, 2)

    def test_another_product(self):
        revision = self._revise(
            self.ticket, brake_pads={"product_id": self.motor.id, "quantity": 1}
        )
        self.assertEqual(revision.line_ids.new_price_unit, 1200)
        revision.action_send()
        self._answer(revision)
        self.assertEqual(self.pads.product_id, self.motor)
        self.assertEqual(self.pads.sale_line_id.product_id, self.motor)
        self.assertEqual(self.pads.sale_line_id.price_unit, 1200)
        self.assertIn("Drive motor", self.pads.name)

    def test_dropped(self):
        revision = self._revise(self.ticket, brake_pads={"quantity": 0})
        revision.action_send()
        self._answer(revision)
        self.assertEqual(self.pads.approval, "declined")
        self.assertAlmostEqual(
            self.order.amount_total, self.lines["labour"].price_total
        )

    def test_locked_order(self):
        self.order.locked = True
        revision = self._revise(self.ticket, brake_pads={"quantity": 3})
        revision.action_send()
        self._answer(revision)
        self.assertEqual(self.pads.sale_line_id.product_uom_qty, 3)
        self.assertTrue(self.order.locked)

    # -- Until then -------------------------------------------------------------------

    def test_less_waits(self):
        """2 agreed, 1 asked for: one may leave, the second waits for the answer."""
        self._revise(self.ticket, brake_pads={"quantity": 1}).action_send()
        self.assertEqual(self.pads._get_qty_outstanding()[self.pads.id], 1)
        with self.assertRaisesRegex(UserError, "waits for the payer's answer"):
            self._use(self.pads, 2)
        self._use(self.pads, 1)
        with self.assertRaisesRegex(UserError, "waits for the payer's answer"):
            self._use(self.pads, 1)

    def test_more_waits(self):
        revision = self._revise(self.ticket, brake_pads={"quantity": 3})
        revision.action_send()
        self._use(self.pads, 2)
        with self.assertRaisesRegex(UserError, "waits for the payer's answer"):
            self._use(self.pads, 1)
        self._answer(revision)
        self._use(self.pads, 1)
        self.assertEqual(self.pads.sale_line_id.qty_delivered, 3)

    def test_another_part_waits_wholly(self):
        self._revise(
            self.ticket, brake_pads={"product_id": self.motor.id}
        ).action_send()
        with self.assertRaisesRegex(UserError, "waits for the payer's answer"):
            self._use(self.pads, 1)

    def test_withdrawn_sets_free(self):
        revision = self._revise(self.ticket, brake_pads={"quantity": 1})
        revision.action_send()
        revision.action_withdraw()
        self._use(self.pads, 2)

    # -- What cannot be changed any more ----------------------------------------------

    def test_used_parts_stay(self):
        self._use(self.pads, 2)
        for vals in ({"quantity": 1}, {"product_id": self.motor.id}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "issued"):
                self._revise(self.ticket, brake_pads=vals).action_send()
            self.ticket.revision_ids.filtered(
                lambda revision: revision.state == "draft"
            ).with_user(self.user_advisor).action_withdraw()

    def test_used_meanwhile(self):
        """What left the store while the payer thought about it is not taken off."""
        revision = self._revise(self.ticket, brake_pads={"quantity": 1})
        revision.action_send()
        revision.sudo().state = "draft"
        self._use(self.pads, 1)
        revision.line_ids.new_quantity = 0
        revision.sudo().state = "sent"
        with self.assertRaisesRegex(UserError, "take it back"):
            self._answer(revision)
        self.assertEqual(self.pads.quantity, 2)

    def test_nothing_changes(self):
        with self.assertRaisesRegex(UserError, "nothing changes"):
            self._revise(self.ticket, brake_pads={"quantity": 2}).action_send()

    def test_laid_before_the_payer_it_stays(self):
        revision = self._revise(self.ticket, brake_pads={"quantity": 3})
        revision.action_send()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            revision.reason = "Other words"
        with self.assertRaisesRegex(UserError, "stays as it is"):
            revision.line_ids.new_price_unit = 999
        with self.assertRaisesRegex(UserError, "kept as a record"):
            revision.unlink()
        with self.assertRaises(AccessError):
            revision.state = "approved"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self._revise(self.ticket, brake_pads={"quantity": 5})

    def test_answered_once(self):
        revision = self._revise(self.ticket, brake_pads={"quantity": 3})
        revision.action_send()
        self._answer(revision)
        with self.assertRaisesRegex(UserError, "nothing to answer"):
            revision._refuse("Mr Zhao", "Phone")
        with self.assertRaisesRegex(UserError, "nothing to answer"):
            revision._agree("Mr Zhao", "Phone")
        self.assertEqual(self.pads.quantity, 3)

    def test_agreed_lines_stay_closed_otherwise(self):
        """No key that a client can send opens an agreed line."""
        revision = self._revise(self.ticket, brake_pads={"quantity": 3})
        revision.action_send()
        for key in (True, revision.id, revision):
            with self.subTest(key=key), self.assertRaisesRegex(UserError, "R-SIGN-02"):
                self.pads.sudo().with_context(aftersales_revision=key).write(
                    {"quantity": 9}
                )

    # -- Who -------------------------------------------------------------------------

    def test_only_advisors_ask(self):
        for role in ("technician", "finance", "parts_keeper"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._revise(self.ticket, role=role, brake_pads={"quantity": 3})

    def test_own_cost_is_decided_by_another_manager(self):
        revision = self._revise(
            self.ticket, payer="goodwill", role="manager", mirror={"quantity": 2}
        )
        revision.action_send()
        self.assertTrue(revision.is_internal)
        with self.assertRaisesRegex(UserError, "a manager decides"):
            revision.action_record_consent()
        with self.assertRaisesRegex(UserError, "you asked for it"):
            revision.action_approve_internal()
        with self.assertRaises(AccessError):
            revision.with_user(self.user_advisor).action_approve_internal()
        second = self.user_manager.copy({"login": "manager_2"})
        revision.with_user(second).action_approve_internal()
        self.assertEqual(self.lines["goodwill"].quantity, 2)
        asked = self._revise(self.ticket, brake_pads={"quantity": 3})
        asked.action_send()
        with self.assertRaisesRegex(UserError, "has to agree"):
            asked.with_user(self.user_manager).action_approve_internal()


@tagged("post_install", "-at_install")
class TestRevisionPortal(RevisionCommon, HttpCase):
    """The payer's page of a revision."""

    def setUp(self):
        super().setUp()
        self.ticket, self.lines = self._approved()
        self.revision = self._revise(self.ticket, brake_pads={"quantity": 3})
        self.revision.action_send()
        self.revision = self.revision.sudo()
        self.revision._portal_ensure_token()
        self.env.flush_all()

    def _accept(self, token=None, signature=SIGNATURE):
        answer = self.make_jsonrpc_request(
            f"/my/revisions/{self.revision.id}/accept",
            {
                "access_token": token or self.revision.access_token,
                "name": "Mr Zhao",
                "signature": signature,
            },
            timeout=60,
        )
        self.env.invalidate_all()
        return answer

    def test_signed(self):
        page = self.url_open(self.revision.get_portal_url(), timeout=60).text
        self.assertIn("The discs are worn, too", page)
        self.assertIn("not yours", self._accept(token="wrong")["error"])
        self.assertIn("missing", self._accept(signature="")["error"])
        self.assertEqual(self.revision.state, "sent")
        self.assertTrue(self._accept()["force_refresh"])
        self.assertEqual(self.lines["customer"].quantity, 3)
        self.assertEqual(self.revision.answered_by, "Mr Zhao")
        self.assertTrue(self.revision.signature)
        self.assertIn("nothing to answer", self._accept()["error"])
        order = self._order(self.ticket)
        order._portal_ensure_token()
        self.env.flush_all()
        self.assertIn(
            "Revision 1", self.url_open(order.get_portal_url(), timeout=60).text
        )

    def test_declined_on_the_page(self):
        self.authenticate(None, None)
        self.url_open(
            f"/my/revisions/{self.revision.id}/decline",
            data={
                "access_token": self.revision.access_token,
                "note": "Only what was said",
                "csrf_token": Request.csrf_token(self),
            },
            timeout=60,
        )
        self.env.invalidate_all()
        self.assertEqual(self.revision.state, "declined")
        self.assertEqual(self.revision.answer_note, "Only what was said")
        self.assertEqual(self.lines["customer"].quantity, 2)

    def test_finance_does_not_sign_for_the_customer(self):
        self.authenticate("finance", "finance")
        self.assertIn("not yours", self._accept()["error"])
        self.assertEqual(self.revision.state, "sent")
