from odoo.tests import tagged

from .common_tour import TourCommon
from .test_addition import AdditionCommon


@tagged("post_install", "-at_install")
class TestAdditionTour(AdditionCommon, TourCommon):
    """From the technician's phone to the adviser's, and back to the workshop."""

    frozen = False

    def test_from_phone_to_phone(self):
        self._tour(
            "technician", "addition_finding", "/odoo/aftersales-my-jobs", phone=True
        )
        addition = self.ticket.sudo().addition_ids
        self.assertEqual(addition.finding, "Brake hose cracked")
        self.assertTrue(addition.is_safety)
        self.assertEqual(addition.operation_id, self.job)
        self.assertTrue(addition.activity_ids)
        self._price(addition)
        url = f"/odoo/aftersales-additions/{addition.id}"
        self._tour("advisor", "addition_call", url, phone=True)
        self.assertEqual(addition.answer, "agreed")
        self.assertEqual(addition.call_count, 1)
        self._tour("dispatcher", "addition_take_over", url)
        self.assertEqual(addition.state, "done")
