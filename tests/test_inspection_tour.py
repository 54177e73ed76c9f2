from odoo.tests import tagged

from .common_tour import TourCommon
from .test_nonconformity import FinishedCommon

TABLET = "820x1180"


@tagged("post_install", "-at_install")
class TestInspectionTour(FinishedCommon, TourCommon):
    """The inspector at the vehicle: everything with the tablet in his hands."""

    def test_inspector_tour(self):
        """Called to the bay, a defect, rework; then in order, and to the adviser."""
        self.browser_size, self.touch_enabled = TABLET, True
        self._visit("inspector_fails")
        item = self.ticket.nonconformity_ids
        self.assertEqual((item.description, item.state), ("Weeps", "open"))
        self.assertEqual(self.ticket.state, "in_progress")
        self._rework()
        self._visit("inspector_passes")
        self.assertEqual(item.state, "accepted")
        self.assertEqual(self.ticket.internal_handover_ids.state, "handed")
        sheet = self.ticket.final_inspection_ids[:1]
        self.assertEqual(sheet.road_test_distance, 5)
        self.assertTrue(sheet.is_on_time)

    def _visit(self, name):
        self.env.flush_all()
        self.start_tour(
            "/odoo/aftersales-to-inspect",
            f"aftersales_{name}",
            login="inspector",
            timeout=240,
        )
        self.env.invalidate_all()
