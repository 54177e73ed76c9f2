from odoo import SUPERUSER_ID, Command, api
from odoo.tests import TransactionCase


class ConcurrencyCommon(TransactionCase):
    """One committed ticket for real transactions; the clean-up removes it."""

    # Values of the ticket's line, besides the part.
    line_vals = {"payer": "internal", "quantity": 1}

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].create({"name": "Concurrent customer"})
            part = env["product.product"].create(
                {
                    "name": "Contested part",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 500.0,
                }
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
                        Command.create({"product_id": part.id, **self.line_vals})
                    ],
                }
            )
            self.ids = ticket.id, part.id, partner.id
            self._prepare(ticket)
        self.addCleanup(self._clean_up)

    def _prepare(self, ticket):
        """Hook: bring the ticket to where the two people meet."""

    def _clean_up(self):
        ticket_id, part_id, partner_id = self.ids
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["aftersales.part.return"].search(
                [("ticket_id", "=", ticket_id)]
            ).unlink()
            slips = env["stock.picking"].search(
                [("aftersales_ticket_id", "=", ticket_id)]
            )
            # What is done cannot be deleted: these movements never were.
            for table in ("stock_move_line", "stock_move"):
                cr.execute(
                    f"UPDATE {table} SET state = 'draft' WHERE picking_id = ANY(%s)",
                    [slips.ids],
                )
            cr.execute(
                "UPDATE sale_order SET state = 'draft' WHERE aftersales_ticket_id = %s",
                [ticket_id],
            )
            env.invalidate_all()
            slips.unlink()
            orders = env["sale.order"].search(
                [("aftersales_ticket_id", "=", ticket_id)]
            )
            orders.with_context(aftersales_sync=True).unlink()
            ticket = env["aftersales.ticket"].browse(ticket_id)
            ticket.state = "cancelled"
            ticket.unlink()
            cr.execute("DELETE FROM stock_quant WHERE product_id = %s", [part_id])
            env["product.product"].browse(part_id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    def _ticket(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["aftersales.ticket"].browse(self.ids[0])
