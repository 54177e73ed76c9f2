from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_workshop import MONDAY, WorkshopCommon


@tagged("post_install", "-at_install")
class TestEquipment(WorkshopCommon):
    """Care of equipment; nothing runs with a defect (R-DISP-10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lift = cls.env["aftersales.equipment"].create(
            {
                "name": "Two-post lift",
                "bay_id": cls.bay_1.id,
                "company_id": cls.company.id,
                "user_id": cls.technician_2.id,
                "care_days": 7,
            }
        )

    def test_care_is_logged(self):
        self._freeze(MONDAY)
        self._as("technician", self.lift).action_care()
        self.assertEqual(self.lift.last_care_at, MONDAY)
        self.assertEqual(self.lift.next_care_date, (MONDAY + timedelta(days=7)).date())
        self.assertEqual(self.lift.care_ids.user_id, self.user_technician)
        with self.assert_refused(UserError, "kept as it is"):
            self.lift.care_ids.sudo().unlink()

    def test_defective_bay_takes_no_vehicle(self):
        self._freeze(MONDAY)
        job = self._as("dispatcher", self._job(self._approved()))
        log = self.env["aftersales.equipment.care"].with_user(self.user_technician)
        with self.assert_refused(UserError, "write what is wrong"):
            log.create({"equipment_id": self.lift.id, "kind": "defect", "note": ""})
        vals = {"equipment_id": self.lift.id, "note": "Drips oil"}
        log.create(dict(vals, kind="defect"))
        self.assertEqual(self.lift.state, "defective")
        self.assertEqual(self.lift.activity_ids.user_id, self.technician_2)
        plan = {"bay_id": self.bay_1.id, "planned_start": MONDAY}
        with (
            self.assert_refused(UserError, "is defective .Drips oil."),
            self.cr.savepoint(),
        ):
            job.write(plan)
        with self.assert_refused(UserError, "in its log"):
            self._as("manager", self.lift).state = "usable"
        log.create(dict(vals, kind="repair", note="New seal"))
        self.assertEqual(self.lift.state, "usable")
        job.write(plan)
        self.assertEqual(job.bay_id, self.bay_1)
