from odoo.tests import tagged

from .common_billing import BillingCommon
from .common_tour import TourCommon


@tagged("post_install", "-at_install")
class TestEstimateTour(BillingCommon, TourCommon):
    """The customer answers his estimate on his phone, without a login."""

    def test_line_by_line_on_a_phone(self):
        self.brake_pads.aftersales_is_safety = True
        ticket = self._diagnosed()
        pads = self._line(ticket, self.brake_pads, quantity=2)
        mirror = self._line(ticket, self.mirror)
        labour = self._line(ticket, self.labour)
        ticket.action_quote()
        order = self._order(ticket)
        order.action_quotation_sent()
        order._portal_ensure_token()
        self._tour(None, "estimate_phone", order.get_portal_url(), phone=True)
        self.assertEqual(
            [line.approval for line in (pads, mirror, labour)],
            ["approved", "deferred", "approved"],
        )
        self.assertEqual(ticket.state, "approved")
        self.assertEqual(mirror.declined_by, "Mr Zhao")
        self.assertAlmostEqual(order.amount_total, 474.6)
