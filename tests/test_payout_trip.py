from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_trip_cost import TripCostCommon


@tagged("post_install", "-at_install")
class TestPayoutTrip(TripCostCommon):
    """R-INC-10: what a driver owes of a fine stands on his payout statement."""

    def test_fine(self):
        self.company.aftersales_trip_fine_percent = 70
        Payout = self.env["aftersales.payout"]
        trip = self._back(driven=10)
        self._cost(trip, "fine", 200, paid_by_company=True, name="Too fast")
        march = date(2026, 3, 1)
        self.assertFalse(Payout._find_items(self.company, march))
        trip.action_settle()
        self.assertFalse(Payout._find_items(self.company, date(2026, 2, 1)))
        payout = Payout._collect(self.company, march)
        self.assertEqual(
            [(line.employee_id, line.kind, line.amount) for line in payout.line_ids],
            [(self.employee, "fine", -140)],
        )
        self.assertIn("Too fast", payout.line_ids.name)
        with freeze_time("2026-04-02 04:00:00"):
            payout.with_user(self.user_finance).action_release()
        # Released it is collected no more, and the trip stays as it was told.
        self.assertFalse(Payout._find_items(self.company, march))
        trip.sudo().expense_ids._do_refuse("No")
        with self.assertRaisesRegex(UserError, payout.name):
            trip.with_user(self.user_finance).action_reopen_costs()
        own = payout.with_user(self.user_finance)
        own.cancel_reason = "Fine withdrawn"
        own.action_cancel()
        trip.with_user(self.user_finance).action_reopen_costs()
        self.assertEqual(trip.state, "back")
