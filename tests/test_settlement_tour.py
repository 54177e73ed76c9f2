from odoo.tests import tagged

from .common_settlement import SettlementCommon
from .common_tour import TourCommon


@tagged("post_install", "-at_install")
class TestSettlementTour(SettlementCommon, TourCommon):
    """The cashier's desk in the browser: adviser, manager and Finance."""

    def test_tour_discount_and_settlement(self):
        ticket, __ = self._ready()
        ticket.sudo().order_ids.filtered(
            lambda order: order.aftersales_payer != "customer"
        )._create_invoices().action_post()
        settlement = self._settlement(ticket)
        url = f"/odoo/aftersales-settlements/{settlement.id}"
        self._tour("advisor", "settlement_ask", url)
        discount = settlement.discount_ids
        self.assertEqual(discount.requested_by_id, self.user_advisor)
        self.assertEqual((discount.percent, discount.state), (10.0, "requested"))
        self.assertTrue(settlement.work_explained)
        self._tour("manager", "settlement_grant", url)
        self.assertEqual(discount.decided_by_id, self.user_manager)
        self._tour(
            "finance", "settlement_cash", f"/odoo/aftersales-tickets/{ticket.id}"
        )
        self.assertEqual(settlement.state, "settled")
        self.assertEqual(self._invoices(ticket).amount_total, 457.65)
