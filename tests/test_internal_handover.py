from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_nonconformity import FinishedCommon


@tagged("post_install", "-at_install")
class TestInternalHandover(FinishedCommon):
    """Clean, parked, checked, explained: then the adviser has it (R-QC-07, 08, 12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sheet = cls._final_sheet(cls.ticket)
        sheet.action_rest_ok()
        sheet.action_done()
        cls.passed_to = sheet.action_pass()

    def setUp(self):
        super().setUp()
        self.handover = self._as("inspector", self.ticket.internal_handover_ids)

    def test_begins_with_the_pass(self):
        self.assertEqual(self.ticket.state, "ready")
        self.assertEqual(self.passed_to["res_id"], self.handover.id)
        self.assertEqual(self.handover.explanation, "Motor replaced")
        self.assertEqual(self.handover.state, "draft")
        self.assertEqual(self.handover.bay_id, self.yard, "one bay is no choice")

    def test_to_the_adviser(self):
        handover = self.handover
        handover.bay_id = False
        with self.assertRaisesRegex(
            UserError, "missing: Exterior .*Papers .*Cleaned .*Finished bay"
        ):
            handover.action_hand_over()
        with self.assertRaisesRegex(UserError, "no bay for finished"):
            handover.bay_id = self.bay_1
        handover.bay_id = self.yard
        handover.place = "Row 3"
        self._as("technician", handover).action_cleaned()
        self.assertEqual(handover.cleaned_by_id, self.user_technician)
        handover.action_all_checked()
        with self.assertRaisesRegex(UserError, "With the workshop"):
            self._as("advisor", handover).action_take_over()
        handover.action_hand_over()
        self.assertEqual(handover.handed_by_id, self.user_inspector)
        told = self.ticket.sudo().activity_ids.filtered(
            lambda activity: activity.user_id == self.user_advisor
        )
        self.assertIn(f"Take over in {self.yard.name} Row 3", told.mapped("summary"))
        with self.assertRaisesRegex(UserError, "Handed over"):
            handover.explanation = "Something else"
        advisor = self._as("advisor", handover)
        advisor.action_send_back()
        self.assertEqual(handover.state, "draft")
        handover.action_hand_over()
        with self.assertRaises(AccessError):
            handover.action_take_over()
        advisor.action_take_over()
        self.assertEqual(handover.taken_by_id, self.user_advisor)
        self.assertNotIn(
            "Take over in", str(self.ticket.activity_ids.mapped("summary"))
        )
        self.assertEqual(self.ticket.internal_handover_state, "taken")

    def test_customer_comes_after(self):
        """Neither handover nor delivery before the adviser has it."""
        advisor = self._as("advisor", self.ticket)
        with self.assertRaisesRegex(UserError, "from the inspector"):
            advisor.action_hand_over()
        self._hand_over_inside(self.ticket)
        action = advisor.action_hand_over()
        customer = self.env["aftersales.handover"].browse(action["res_id"])
        self.assertTrue(customer.cleaned)

    def test_delivery_is_refused(self):
        with self.assertRaisesRegex(UserError, "from the inspector"):
            self.ticket._check_internal_handover()
        self.company.aftersales_internal_handover_required = False
        self.ticket._check_internal_handover()

    def test_stamps(self):
        with self.assertRaisesRegex(UserError, "follows from its buttons"):
            self.handover.state = "taken"
        with self.assertRaises(AccessError):
            self._as("technician", self.handover).place = "x"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.handover.sudo().state = "handed"
            self.env.flush_all()
