from odoo.tests import HttpCase, tagged

from .common_parts import PartsCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestPartBalance(ReportCommon, PartsCommon, HttpCase):
    """Issued = used + returned + on loan, by ticket and part (R-PART-16)."""

    _report_role = "parts_keeper"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._approved(
            (
                cls.mirror,
                {
                    "release_basis": "credit",
                    "quantity": 1,
                    "product_uom_id": cls.env.ref("uom.product_uom_dozen").id,
                },
            ),
            (cls.brake_pads, {"payer": "internal", "quantity": 2}),
        )
        cls.sold, cls.ours = cls.ticket.line_ids
        cls.sold.guarantor_id = cls.user_advisor
        loan = cls._transfer(cls.ticket, "loan", {cls.brake_pads: 2})
        cls._release(loan)
        cls._issue(loan)
        slips = cls._request(cls.ticket)
        cls._release(slips)
        for slip in slips:
            part = slip.move_ids.product_id
            cls._issue(slip, {part: 1})
        back = cls._transfer(cls.ticket, "return", {cls.mirror: 6})
        cls._issue(back)

    def _row(self, line):
        self.env.flush_all()
        self.env.invalidate_all()
        balance = self.env["aftersales.part.balance"].with_user(self.user_parts_keeper)
        return balance.search([("ticket_line_id", "=", line.id)])

    def test_account_by_part(self):
        row = self._row(self.sold)
        # In pieces, though the line and its order are by the dozen.
        self.assertEqual(
            (row.qty_agreed, row.qty_out, row.qty_back, row.qty_used, row.qty_booked),
            (12, 12, 6, 6, 6),
        )
        self.assertEqual((row.difference, row.is_balanced), (0, True))
        row = self._row(self.ours)
        self.assertEqual(
            (row.qty_out, row.qty_used, row.qty_on_loan, row.qty_booked, row.qty_open),
            (2, 1, 1, 1, 1),
        )
        self.assertEqual((row.difference, row.is_balanced), (0, False))
        found = row.search([("is_balanced", "=", False)])
        self.assertEqual(found.ticket_line_id, self.ours)

    def test_what_cannot_be_explained_shows(self):
        """A part that was booked past the slips is a difference."""
        self.sold.sudo().sale_line_id.qty_delivered = 1
        row = self._row(self.sold)
        self.assertEqual((row.difference, row.is_balanced), (6, False))

    def test_who_sees_it(self):
        rows = self.env["aftersales.part.balance"]
        own = rows.with_user(self.user_technician).search([])
        self.assertEqual(own.ticket_id, self.ticket)
        self.assertFalse(rows.with_user(self.technician_2).search([]))
        action = self.ticket.with_user(self.user_technician).action_view_part_balance()
        self.assertEqual(rows.search(action["domain"]), own)

    def test_print(self):
        text = self._text("report_part_balance", self.ticket)
        self.assertWords(
            text,
            "Parts Reconciliation",
            self.ticket.name,
            "Mirror",
            "12.00 12.00 6.00 0.00 6.00 6.00",
            self.ticket.sudo().picking_ids[0].name,
            "Loan",
        )
