from datetime import timedelta

from odoo.tests import tagged

from .common_parts import PartsCommon
from .common_tour import TourCommon


@tagged("post_install", "-at_install")
class TestPartsTour(PartsCommon, TourCommon):
    """The parts keeper with his phone at the counter, and in the old parts' zone."""

    def test_issue_by_number_and_scrap(self):
        """R-PART-07, R-BEY-10: serial and lot chosen from what is there; scrapped
        when it was kept long enough, by another's authorisation."""
        oil = self._part("Axle oil", 12.0, 8.0, tracking="lot")
        lots = self.env["stock.lot"].create(
            [{"name": f"OIL-{n}", "product_id": oil.id} for n in (1, 2, 3)]
        )
        for lot in lots[:2]:
            self.env["stock.quant"]._update_available_quantity(
                oil, self.warehouse.lot_stock_id, 3, lot_id=lot
            )
        slip = self._request(
            self._approved(
                (self.pump, {"payer": "internal"}),
                (oil, {"payer": "internal", "quantity": 3}),
            )
        )
        self._release(slip)
        self._tour(
            "parts_keeper",
            "parts_by_number",
            f"/odoo/action-aftersales.parts_slip_action/{slip.id}",
            phone=True,
        )
        self.assertEqual(slip.state, "done")
        self.assertEqual(
            {(line.lot_id.name, line.quantity) for line in slip.move_line_ids},
            {("PUMP-3", 1), ("OIL-2", 3)},
        )

        ticket = self._approved((self.motor, {"payer": "warranty"}))
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        item = ticket.sudo().part_return_ids
        item.with_user(self.user_parts_keeper).action_receive()
        item.received_at -= timedelta(days=91)
        url = f"/odoo/action-aftersales.part_return_action/{item.id}"
        self._tour("parts_keeper", "scrap_asked", url)
        self.assertEqual(item.custody_state, "to_dispose")
        self._tour("finance", "scrap_authorised", url)
        self.assertEqual(item.custody_state, "scrapped")
        self.assertEqual(item.scrap_id.state, "done")
        self.assertEqual(item.disposal_approved_by_id, self.user_finance)
