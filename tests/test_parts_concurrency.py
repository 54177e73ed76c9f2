from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestPartsConcurrency(ConcurrencyCommon):
    """Two people at the same parts at the same moment: one succeeds, one is told.

    Real transactions on committed rows, which the clean-up removes.
    """

    def _prepare(self, ticket):
        ticket.line_ids._approve("Customer", "phone")
        ticket._set_state("approved")

    def test_two_keepers_hand_out_one_slip(self):
        with self.registry.cursor() as cr:
            ticket = self._ticket(cr)
            slip = ticket._create_issue_slips(ticket.line_ids)
            slip.write(
                {
                    "aftersales_released_by": self.env.ref("base.user_admin").id,
                    "aftersales_released_at": "2026-01-01 00:00:00",
                }
            )
            slip.move_ids.aftersales_released_qty = 1
            name = slip.name

        def hand_out(cr):
            slip = self._ticket(cr).picking_ids
            entries = [(slip.move_ids, 1.0, slip.move_ids.lot_ids)]
            slip._aftersales_process(entries)

        with self.registry.cursor() as first, self.registry.cursor() as second:
            hand_out(first)
            with self.assertRaisesRegex(UserError, f"{name} is being worked on"):
                hand_out(second)
            second.rollback()
            first.commit()
            with self.assertRaisesRegex(UserError, f"{name} is done"):
                hand_out(second)
        with self.registry.cursor() as cr:
            ticket = self._ticket(cr)
            self.assertEqual(ticket.line_ids.qty_issued, 1)
            self.assertEqual(len(ticket.picking_ids.move_ids), 1)
            part = ticket.line_ids.product_id
            self.assertEqual(part.qty_available, 4)

    def test_two_people_ask_for_one_part(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self._ticket(first).action_request_parts()
            with self.assertRaisesRegex(UserError, "worked on by somebody else"):
                self._ticket(second).action_request_parts()
            second.rollback()
            first.commit()
            with self.assertRaisesRegex(UserError, "asked for already"):
                self._ticket(second).action_request_parts()
        with self.registry.cursor() as cr:
            self.assertEqual(len(self._ticket(cr).picking_ids), 1)

    def _release(self, slip):
        slip.write(
            {
                "aftersales_released_by": self.env.ref("base.user_admin").id,
                "aftersales_released_at": "2026-01-01 00:00:00",
            }
        )
        slip.move_ids.aftersales_released_qty = slip.move_ids.product_qty

    def test_two_slips_reach_for_the_last_piece(self):
        """Stock is locked: two slips cannot both take what is there once."""
        with self.registry.cursor() as cr:
            ticket = self._ticket(cr)
            quant = ticket.env["stock.quant"].search(
                [
                    ("product_id", "=", ticket.line_ids.product_id.id),
                    ("location_id.usage", "=", "internal"),
                ]
            )
            quant.quantity = 1
            first = ticket._create_issue_slips(ticket.line_ids)
            second = first.copy({"aftersales_ticket_id": ticket.id})
            second.write(
                {
                    "aftersales_release_basis": "internal",
                    "aftersales_requested_by": first.aftersales_requested_by.id,
                }
            )
            second.action_confirm()
            self._release(first)
            self._release(second)
            slip_ids = first.id, second.id

        def hand_out(cr, slip_id):
            slip = self._ticket(cr).env["stock.picking"].browse(slip_id)
            slip._aftersales_process([(slip.move_ids, 1.0, slip.move_ids.lot_ids)])

        with self.registry.cursor() as first, self.registry.cursor() as second:
            hand_out(first, slip_ids[0])
            with self.assertRaisesRegex(UserError, "somebody else moves Contested"):
                hand_out(second, slip_ids[1])
            second.rollback()
            first.commit()
            with self.assertRaisesRegex(UserError, "0.0 Units are there"):
                hand_out(second, slip_ids[1])
            second.rollback()

    def test_two_keepers_take_in_one_old_part(self):
        with self.registry.cursor() as cr:
            ticket = self._ticket(cr)
            slip = ticket._create_issue_slips(ticket.line_ids)
            self._release(slip)
            slip._aftersales_process([(slip.move_ids, 1.0, slip.move_ids.lot_ids)])
            ticket.env["aftersales.part.return"].create(
                {
                    "ticket_line_id": ticket.line_ids.id,
                    "move_id": slip.move_ids.id,
                    "product_id": slip.move_ids.product_id.id,
                    "quantity": 1,
                    "due_date": "2026-01-01",
                }
            )
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self._ticket(first).part_return_ids.action_receive()
            with self.assertRaisesRegex(UserError, "worked on by somebody else"):
                self._ticket(second).part_return_ids.action_receive()
            second.rollback()
            first.commit()
            with self.assertRaisesRegex(UserError, "not owed any more"):
                self._ticket(second).part_return_ids.action_receive()
            second.rollback()
        with self.registry.cursor() as cr:
            old = self._ticket(cr).picking_ids.filtered(
                lambda slip: slip.aftersales_kind == "old_part"
            )
            self.assertEqual(len(old), 1)
