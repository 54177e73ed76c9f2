from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestPartsConcurrency(TransactionCase):
    """Two people at the same parts at the same moment: one succeeds, one is told.

    Real transactions on committed rows, which the clean-up removes.
    """

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].create({"name": "Concurrent customer"})
            part = env["product.product"].create(
                {"name": "Contested part", "type": "consu", "is_storable": True}
            )
            warehouse = env["stock.warehouse"].search(
                [("company_id", "=", env.company.id)], limit=1
            )
            env["stock.quant"]._update_available_quantity(
                part, warehouse.lot_stock_id, 5
            )
            ticket = env["aftersales.ticket"].create(
                {
                    "partner_id": partner.id,
                    "complaint": "Two hands reach for one part",
                    "line_ids": [
                        (
                            0,
                            0,
                            {"product_id": part.id, "payer": "internal", "quantity": 1},
                        )
                    ],
                }
            )
            ticket.line_ids._approve("Customer", "phone")
            ticket._set_state("approved")
            self.ids = ticket.id, part.id, partner.id
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        ticket_id, part_id, partner_id = self.ids
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            slips = env["stock.picking"].search(
                [("aftersales_ticket_id", "=", ticket_id)]
            )
            # What is done cannot be deleted: these movements never were.
            for table in ("stock_move_line", "stock_move"):
                cr.execute(
                    f"UPDATE {table} SET state = 'draft' WHERE picking_id = ANY(%s)",
                    [slips.ids],
                )
            env.invalidate_all()
            slips.unlink()
            ticket = env["aftersales.ticket"].browse(ticket_id)
            ticket.state = "cancelled"
            ticket.unlink()
            cr.execute("DELETE FROM stock_quant WHERE product_id = %s", [part_id])
            env["product.product"].browse(part_id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    def _ticket(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["aftersales.ticket"].browse(self.ids[0])

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
            with self.assertRaisesRegex(UserError, "somebody else is asking"):
                self._ticket(second).action_request_parts()
            second.rollback()
            first.commit()
            with self.assertRaisesRegex(UserError, "asked for already"):
                self._ticket(second).action_request_parts()
        with self.registry.cursor() as cr:
            self.assertEqual(len(self._ticket(cr).picking_ids), 1)
