from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_billing import SIGNATURE
from .common_reception import ReceptionCommon
from .common_workshop import MONDAY, WorkshopCommon


@tagged("post_install", "-at_install")
class TestReceptionSteps(ReceptionCommon):
    """What is done with the customer: copy, proposals, courtesies."""

    def test_copy_of_what_both_signed(self):
        """R-RECV-03: the customer gets a copy, not before both have signed."""
        reception = self._reception()
        with self.assertRaisesRegex(UserError, "close it first"):
            reception.action_give_copy()
        self._fill(reception)
        reception.action_done()
        with self.assertRaises(AccessError):
            self._as("technician", reception).action_give_copy()
        action = reception.action_give_copy()
        self.assertEqual(
            action["report_name"], "aftersales.report_ticket_workshop_order"
        )
        self.assertEqual(reception.copy_given_by_id, self.user_advisor)
        self.assertTrue(reception.copy_given_at)
        with self.assertRaisesRegex(UserError, "from its buttons"):
            reception.copy_given_at = False
        reception.action_reopen()
        self.assertFalse(reception.copy_given_at, "the copy he has is void")

    def test_proposals(self):
        """R-RECV-17: wanted becomes a line, not now is kept for the next visit."""
        old = self.vehicle.recommendation_ids.create(
            {
                "name": "Brake pads, 20 % left",
                "vehicle_id": self.vehicle.id,
                "product_id": self.brake_pads.id,
                "is_safety": True,
            }
        )
        reception = self._reception()
        undone = reception.proposal_ids
        self.assertEqual(undone.recommendation_id, old, "left undone last time")
        reception.proposal_ids = [
            Command.create({"product_id": self.mirror.id}),
            Command.create({"name": "Tyres before the winter"}),
        ]
        mirror, tyres = reception.proposal_ids - undone
        self.assertEqual(mirror.name, "Mirror")
        with self.assertRaises(AccessError):
            self._as("technician", mirror).action_accept()
        mirror.action_accept()
        line = self.ticket.line_ids
        self.assertEqual((line.product_id, line.approval), (self.mirror, "proposed"))
        self.assertEqual(mirror.ticket_line_id, line)
        with self.assertRaisesRegex(UserError, "has answered"):
            mirror.action_decline()
        with self.assertRaisesRegex(UserError, "choose the work or part"):
            tyres.action_accept()
        (tyres | undone).action_decline()
        self.assertEqual(tyres.recommendation_id.state, "open")
        self.assertEqual(tyres.recommendation_id.ticket_id, self.ticket)
        self.assertEqual(undone.recommendation_id, old, "kept, not doubled")
        self.assertEqual(old.state, "open")
        with self.assertRaisesRegex(UserError, "has answered"):
            mirror.name = "Something else"
        with self.assertRaisesRegex(UserError, "has answered"):
            mirror.unlink()

    def test_proposal_twice(self):
        reception = self._reception()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            reception.proposal_ids = [
                Command.create({"product_id": self.mirror.id}) for __ in range(2)
            ]
            self.env.flush_all()

    def test_courtesies(self):
        """R-RECV-16: a list of one's own, shown when wanted, never enforced."""
        reception = self._reception()
        self.assertFalse(reception.courtesy_shown)
        self.company.aftersales_courtesy_checklist = True
        self.assertTrue(reception.courtesy_shown)
        courtesies = self.env["aftersales.reception.courtesy"].search([])
        self.assertGreaterEqual(len(courtesies), 5)
        self._fill(reception, courtesy_ids=[Command.set(courtesies[:2].ids)])
        reception.action_done()
        self.assertEqual(reception.courtesy_ids, courtesies[:2])
        with self.assertRaises(AccessError):
            self._as("advisor", courtesies[0]).name = "Tea, green"

    def test_key_log_is_listed(self):
        """R-RECV-09: who had which key when, in one list."""
        reception = self._received()
        self._as("technician", reception).action_key_out()
        log = (
            self.env["aftersales.reception.key.log"]
            .with_user(self.user_dispatcher)
            .search([("in_at", "=", False)])
        )
        self.assertEqual(
            (log.user_id, log.key_number, log.vehicle_id),
            (self.user_technician, "1", self.vehicle),
        )
        action = self.env.ref("aftersales.reception_key_log_action")
        self.assertEqual(action.res_model, log._name)

    def test_missing_is_signed_for(self):
        """F20: what does not come back has a signature of its own."""
        reception = self._received()
        self.ticket._set_state("cancelled")
        reception.action_all_returned()
        self.assertFalse(reception.has_missing)
        item = reception.item_ids[1]
        item.write({"quantity_returned": 1, "return_note": "Burnt in the cab"})
        self.assertTrue(reception.has_missing)
        with self.assertRaisesRegex(UserError, "sign for it separately"):
            reception.action_return()
        self.assertEqual(reception.state, "done")
        reception.missing_signature = SIGNATURE
        reception.action_return()
        self.assertEqual(reception.state, "returned")
        with self.assertRaisesRegex(UserError, "has left"):
            reception.missing_on_paper = True

    def test_new_damage(self):
        """R-BEY-21: what is new at the handover is marked, and spoken about."""
        reception = self._received(marks=[{"x": 10, "y": 10, "kind": "dent"}])
        self.ticket._set_state("cancelled")
        reception.action_all_returned()
        reception.marks_after = [{"x": 60, "y": 20, "kind": "scratch", "note": "Door"}]
        with self.assertRaisesRegex(UserError, "new damage is marked"):
            reception.action_return()
        reception.damage_note = "Touched the lift; painted at our cost"
        reception.action_return()
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_reception_condition", reception.ids
        )
        text = html.decode()
        self.assertIn("Scratch: Door", text)
        self.assertIn("painted at our cost", text)

    def test_photos_are_printed(self):
        """R-RECV-06: what was photographed is on the order and the check sheet."""
        reception = self._reception()
        photo = reception.env["ir.attachment"].create(
            {
                "name": "dent.png",
                "datas": SIGNATURE,
                "res_model": reception._name,
                "res_id": reception.id,
            }
        )
        self._fill(reception, photo_ids=[Command.set(photo.ids)])
        reception.check_line_ids[0].photo = SIGNATURE
        reception.action_done()
        captions = [caption for caption, __ in reception._get_report_photos()]
        self.assertEqual(captions, ["", "Body, paint and bumpers"])
        for report, record, count in (
            ("report_ticket_workshop_order", self.ticket, 2),
            ("report_inspection", reception.check_sheet_id, 1),
        ):
            html, __ = self.env["ir.actions.report"]._render_qweb_html(
                f"aftersales.{report}", record.ids
            )
            self.assertEqual(html.decode().count('alt="Photo"'), count, report)


@tagged("post_install", "-at_install")
class TestWaiting(WorkshopCommon):
    def test_who_waits_comes_first(self):
        """R-RECV-14: planned before those who left, and marked on the board."""
        self._freeze(MONDAY)
        leaves, waits = self._approved(), self._approved()
        for ticket, waiting in ((leaves, "leaves"), (waits, "waits")):
            ticket.reception_id.sudo().waiting = waiting
        jobs = self._job(leaves) | self._job(waits)
        jobs.sudo().write({"technician_id": self.user_technician.id})
        jobs.with_user(self.user_dispatcher).action_plan_next()
        self.assertLess(self._job(waits).planned_start, self._job(leaves).planned_start)
        found = jobs.search([("waiting", "=", "waits"), ("id", "in", jobs.ids)])
        self.assertEqual(found, self._job(waits))
        board = jobs.get_view(
            self.env.ref("aftersales.operation_view_kanban").id, "kanban"
        )
        self.assertIn("Customer waits", board["arch"])
