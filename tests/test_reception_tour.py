from odoo.tests import tagged

from .common_reception import ReceptionCommon
from .common_tour import TourCommon


@tagged("post_install", "-at_install")
class TestReceptionTour(ReceptionCommon, TourCommon):
    """The check-in beside the vehicle, on a phone."""

    def test_check_in_on_a_phone(self):
        reception = self._reception()
        self._tour(
            "advisor",
            "reception_phone",
            f"/odoo/aftersales-receptions/{reception.id}",
            phone=True,
        )
        self.assertEqual(reception.state, "done")
        scratch, dent = reception.marks
        self.assertEqual((scratch["kind"], dent["kind"]), ("scratch", "dent"))
        self.assertAlmostEqual(scratch["x"], 25, delta=1)
        self.assertAlmostEqual(scratch["y"], 20, delta=1)
        self.assertEqual(dent["note"], "As large as a hand")
        self.assertEqual(self.vehicle.odometer, 10500)
        sheet = reception.check_sheet_id
        self.assertEqual((sheet.kind, sheet.state), ("check_in", "done"))
        self.assertEqual(sheet.line_ids[0].result, "attention")
        self.assertEqual(set(sheet.line_ids[1:].mapped("result")), {"ok"})
        self.assertEqual(reception.key_log_ids.user_id, self.user_advisor)
