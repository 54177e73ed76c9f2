from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_billing import SIGNATURE
from .common_reception import ReceptionCommon


@tagged("post_install", "-at_install")
class TestReception(ReceptionCommon):
    def test_receive(self):
        """R-RECV-01..14: one way through the check-in, and what it leaves behind."""
        reception = self._reception()
        self.assertEqual(reception.state, "draft")
        self.assertEqual(reception.brought_by, "Lin Freight")
        self.assertEqual(reception.key_number, "1", "the lowest free tag")
        self.assertEqual(len(reception.paper_ids), 4)
        self._fill(reception)
        reception.action_done()
        self.assertEqual(reception.state, "done")
        self.assertEqual(reception.received_by_id, self.user_advisor)
        self.assertTrue(reception.received_at)
        self.assertEqual(self.ticket.odometer, 10500)
        self.assertEqual(self.vehicle.odometer, 10500)
        self.assertEqual(self.ticket.reception_id, reception)
        with self.assertRaisesRegex(UserError, "signed and stays as it is"):
            reception.requests = "Something else"
        with self.assertRaisesRegex(UserError, "signed and stays as it is"):
            reception.item_ids[:1].quantity = 9
        with self.assertRaisesRegex(UserError, "signed and stays as it is"):
            reception.write({"item_ids": [Command.create({"name": "Late"})]})
        with self.assertRaisesRegex(UserError, "signed and stays as it is"):
            reception.unlink()
        reception.note = "Called at noon"

    def test_what_is_missing_is_named(self):
        reception = self._reception()
        reception.brought_by = False
        with self.assertRaises(UserError) as caught:
            reception.action_done()
        for word in (
            "odometer",
            "fuel",
            "valuables",
            "each charge",
            "List tools and items",
            "place in the cabinet",
            "who brings",
            "customer sign",
        ):
            self.assertIn(word, str(caught.exception))
        self.assertEqual(reception.state, "draft")

    def test_unsigned(self):
        """R-RECV-03, 07: without the customer's signature nothing is received."""
        reception = self._reception()
        self._fill(reception, signature=False, advisor_signature=False)
        with self.assertRaisesRegex(UserError, "Let the customer sign"):
            reception.action_done()
        reception.signature = SIGNATURE
        with self.assertRaisesRegex(UserError, "Sign as service advisor"):
            reception.action_done()
        reception.signature = False
        reception.signed_on_paper = True
        reception.action_done()
        self.assertEqual(reception.state, "done")

    def test_papers_differing_are_signed(self):
        """R-RECV-05: what is wrong with the papers is told and signed."""
        reception = self._reception()
        self._fill(reception)
        paper = reception.paper_ids[0]
        paper.write({"is_taken": True, "valid_until": "2020-01-31"})
        self.assertTrue(paper.is_expired)
        with self.assertRaisesRegex(UserError, "wrong with the papers"):
            reception.action_done()
        paper.write({"valid_until": False, "difference": "Page torn out"})
        with self.assertRaisesRegex(UserError, "wrong with the papers"):
            reception.action_done()
        reception.papers_signature = SIGNATURE
        reception.action_done()

    def test_second_reception(self):
        """One reception for a ticket; the button opens the one there is."""
        reception = self._reception()
        action = self.ticket.action_receive_vehicle()
        self.assertEqual(action["res_id"], reception.id)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.env["aftersales.reception"].create({"ticket_id": self.ticket.id})

    def test_wrong_ticket(self):
        for vals, words in (
            ({"service_mode": "onsite"}, "does not come to the workshop"),
            ({"vehicle_id": False}, "enter the vehicle"),
        ):
            ticket = self._ticket(**vals)
            with self.assertRaisesRegex(UserError, words):
                ticket.action_receive_vehicle()
        ticket = self._ticket()
        ticket._set_state("cancelled")
        with self.assertRaisesRegex(UserError, "new visit is a new ticket"):
            ticket.action_receive_vehicle()

    def test_backward_reading(self):
        """R-RECV-10, R-BEY-02: a meter does not run backward without a reason."""
        self.vehicle._add_reading(20000, "2020-01-01")
        reception = self._reception()
        self._fill(reception)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            reception.action_done()
        reception.invalidate_recordset()
        self.assertEqual(reception.state, "draft")
        reception.odometer_reason = "meter_swapped"
        reception.action_done()
        self.assertEqual(self.vehicle.reading_ids[0].value, 10500)

    def test_reading_replaces_the_one_reported(self):
        """What the customer told by phone gives way to what was read."""
        self.ticket.odometer = 10900
        reception = self._reception()
        self._fill(reception)
        reception.action_done()
        readings = self.env["aftersales.vehicle.reading"].search(
            [("ticket_id", "=", self.ticket.id)]
        )
        self.assertEqual(readings.mapped("value"), [10500])

    def test_dead_instruments(self):
        """A truck without current shows neither distance nor fuel."""
        reception = self._reception()
        self._fill(reception, odometer=0, fuel_level=False, instruments_dead=True)
        with self.assertRaisesRegex(UserError, "matter with the instruments"):
            reception.action_done()
        reception.instruments = "No current"
        reception.action_done()
        self.assertFalse(self.ticket.odometer)

    def test_box_and_key_of_one_customer(self):
        """R-RECV-07, 09: neither a box nor a key's number is given twice."""
        first = self._received()
        second = self._reception(self._ticket())
        self.assertEqual(second.key_number, "2")
        for vals in ({"key_number": "1"}, {"box_number": first.box_number}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                second.write(vals)
                self.env.flush_all()

    def test_key_given_out_once(self):
        """R-RECV-09: out and in, each with name and time; never to two at once."""
        reception = self._received()
        self._as("technician", reception).action_key_out()
        self.assertEqual(reception.key_holder_id, self.user_technician)
        with self.assertRaisesRegex(UserError, "out already: Technician has it"):
            self._as("inspector", reception).action_key_out()
        self._as("dispatcher", reception).action_key_in()
        self.assertFalse(reception.key_holder_id)
        log = reception.key_log_ids
        self.assertEqual(log.user_id, self.user_technician)
        self.assertEqual(log.in_by_id, self.user_dispatcher)
        with self.assertRaisesRegex(UserError, "is in the cabinet"):
            self._as("technician", reception).action_key_in()
        self._as("inspector", reception).action_key_out()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            reception.sudo().key_log_ids.create(
                {
                    "reception_id": reception.id,
                    "user_id": self.user_technician.id,
                    "out_at": reception.received_at,
                }
            )
        with self.assertRaises(AccessError):
            self._as("finance", reception).action_key_out()

    def test_no_key_before_it_is_received(self):
        with self.assertRaisesRegex(UserError, "no key of"):
            self._reception().action_key_out()

    def test_wash(self):
        """R-RECV-15: who washed, and when the vehicle came back."""
        reception = self._received(wash="todo")
        with self.assertRaisesRegex(UserError, "from its buttons"):
            reception.wash = "done"
        self._as("technician", reception).action_washed()
        self.assertEqual(reception.wash, "done")
        self.assertEqual(reception.washed_by_id, self.user_technician)
        self.assertTrue(reception.washed_at)
        with self.assertRaisesRegex(UserError, "nothing to wash"):
            reception.action_washed()

    def test_open_again(self):
        """A mistake is mended and signed anew."""
        reception = self._received()
        reception.action_reopen()
        self.assertFalse(reception.signature)
        reception.check_line_ids[0].write({"result": "defect", "note": "Cracked"})
        with self.assertRaisesRegex(UserError, "Let the customer sign"):
            reception.action_done()
        reception.write({"signature": SIGNATURE, "advisor_signature": SIGNATURE})
        reception.action_done()

    def test_marks(self):
        """R-RECV-06: marks lie on the drawing and are of a known kind."""
        reception = self._reception()
        reception.marks = [{"x": 12.5, "y": 40, "kind": "dent", "note": "Door"}]
        self.assertEqual(reception.mark_count, 1)
        for wrong in (
            [{"x": 120, "y": 40, "kind": "dent"}],
            [{"x": 12, "y": 40, "kind": "<script>"}],
            {"x": 12},
        ):
            with self.assertRaisesRegex(ValidationError, "outside of the drawing"):
                reception.marks = wrong
            with self.assertRaisesRegex(ValidationError, "outside of the drawing"):
                reception.marks_after = wrong

    def test_points_of_the_check_in(self):
        """R-RECV-06, 11, F22: the points come from the check sheet of the kind."""
        reception = self._reception()
        sheet = reception.check_sheet_id
        self.assertEqual((sheet.kind, sheet.ticket_id), ("check_in", self.ticket))
        self.assertEqual(
            {"Exterior", "Interior", "Instruments", "Seats", "Equipment"},
            set(sheet.line_ids.mapped("section")),
        )
        self._fill(reception)
        sheet.line_ids[0].result = "defect"
        with self.assertRaisesRegex(UserError, "Body, paint"):
            reception.action_done()
        self.assertEqual(reception.state, "draft")
        reception.write(
            {
                "check_line_ids": [
                    Command.update(sheet.line_ids[0].id, {"note": "Deep scratch"})
                ]
            }
        )
        reception.action_done()
        self.assertEqual((sheet.state, sheet.done_by_id.login), ("done", "advisor"))
        with self.assertRaisesRegex(UserError, "Check sheet"):
            sheet.line_ids[0].note = "Nothing"
        condition = dict(reception._get_report_condition())
        self.assertEqual(condition["Exterior"], "Body, paint and bumpers: Deep scratch")
        self.assertEqual(condition["Seats"], "In order")
        reception.action_reopen()
        self.assertEqual(sheet.state, "draft", "looked at again with the customer")

    def test_no_template(self):
        """Who wants no check-in sheet archives its template."""
        self.env.ref("aftersales.inspection_template_check_in").active = False
        reception = self._reception()
        self.assertFalse(reception.check_sheet_id)
        self._fill(reception)
        with self.assertRaisesRegex(UserError, "no check sheet template"):
            reception.action_check_sheet()
        reception.action_done()
        self.assertEqual(reception.state, "done")

    def test_no_work_before_it_is_received(self):
        """R-RECV-03: the work waits for the signed reception; a setting frees it."""
        ticket = self._diagnosed()
        self._line(ticket, self.labour, payer="goodwill")
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        with self.assertRaisesRegex(UserError, "has not been received"):
            self._as("technician", ticket).action_start()
        with self.assertRaisesRegex(UserError, "has not been received"):
            self._as("technician", ticket.sudo().operation_ids).action_clock_on()
        reception = self._reception(ticket)
        with self.assertRaisesRegex(UserError, "has not been received"):
            self._as("technician", ticket).action_start()
        self.assertEqual(ticket.state, "approved")
        self._fill(reception)
        reception.action_done()
        self._as("technician", ticket).action_start()
        self.assertEqual(ticket.state, "in_progress")

        self.company.aftersales_reception_required = False
        free = self._diagnosed()
        self._line(free, self.labour, payer="goodwill")
        free.action_quote()
        free._approve("Mr Zhao", "phone")
        self._as("technician", free).action_start()
        self.assertEqual(free.state, "in_progress")

    def test_roles(self):
        for role in ("technician", "dispatcher", "finance", "inspector"):
            with self.assertRaises(AccessError):
                self._as(role, self.ticket).action_receive_vehicle()
        reception = self._reception()
        for role in ("technician", "dispatcher", "finance", "inspector"):
            with self.assertRaises(AccessError):
                self._as(role, reception).action_done()
            with self.assertRaises(AccessError):
                self._as(role, reception).requests = "Dent"
        with self.assertRaisesRegex(UserError, "from its buttons"):
            reception.state = "done"
