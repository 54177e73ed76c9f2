from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTicketLine(models.Model):
    """Missing parts are ordered through the warehouse's own rules (R-PART-08).

    What the rules say is done: bought, made, or brought from another warehouse. Each
    transfer that comes of it names the line it was ordered for.
    """

    _inherit = "aftersales.ticket.line"

    ordered_move_ids = fields.One2many(
        "stock.move", "aftersales_for_line_id", string="Ordered", readonly=True
    )
    qty_ordered = fields.Float(
        "On order",
        digits="Product Unit",
        compute="_compute_qty_ordered",
        compute_sudo=True,
        help="Ordered for this line and not here yet, in the line's unit.",
    )

    @api.depends("ordered_move_ids.state", "ordered_move_ids.product_qty")
    def _compute_qty_ordered(self):
        ordered = self._get_qty_ordered()
        for line in self:
            line.qty_ordered = line.product_id.uom_id._compute_quantity(
                ordered.get(line.id, 0.0), line.product_uom_id, round=False
            )

    def _get_qty_ordered(self):
        """Return, per line id, what is on its way for it, in the part's own unit."""
        rows = self.env["stock.move"]._read_group(
            [
                ("aftersales_for_line_id", "in", self.ids),
                ("state", "not in", ("done", "cancel")),
            ],
            ["aftersales_for_line_id"],
            ["product_qty:sum"],
        )
        return {line.id: quantity for line, quantity in rows}

    def action_order_parts(self):
        """Order what is missing of these lines and not on its way yet.

        For the parts keeper and Purchasing. How it comes follows from the routes of
        the part and its warehouse.

        :raises UserError: naming the part: when Purchasing has not said yet that it
            can be bought, when nothing is missing, or when no rule provides it
        """
        self.ticket_id._check_role("parts_keeper", "purchasing")
        # sudo: none of them need have stock rights; the role is checked above, the
        # company is the ticket's own
        lines = self.sudo()
        for ticket, wanted in lines.grouped("ticket_id").items():
            ticket._lock_part_lines(wanted)
        procurements = []
        ordered = lines._get_qty_ordered()
        for line in lines:
            line._check_orderable()
            product = line.product_id
            missing = line.product_uom_id._compute_quantity(
                line.qty_short, product.uom_id, rounding_method="HALF-UP"
            ) - ordered.get(line.id, 0.0)
            if product.uom_id.compare(missing, 0) > 0:
                procurements.append(line._prepare_procurement(missing))
        if not procurements:
            raise UserError(
                self.env._(
                    "Nothing is missing of %(parts)s that is not on order already.",
                    parts=", ".join(self.mapped("name")),
                )
            )
        self.env["stock.rule"].sudo().run(procurements)
        for ticket, own in lines.grouped("ticket_id").items():
            ticket.message_post(
                body=self.env._(
                    "Ordered: %(parts)s", parts=", ".join(own.mapped("name"))
                )
            )
        return True

    def _check_orderable(self):
        """Raise UserError while Purchasing has not said that the part can be had."""
        self.ensure_one()
        words = {
            "ask": self.env._("ask Purchasing first whether it can be bought"),
            "asked": self.env._("Purchasing has not answered yet"),
            "assembly": self.env._("it comes with its assembly only"),
            "none": self.env._("it cannot be bought"),
        }
        reason = words.get(self.purchase_state)
        if reason:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s, %(part)s: %(reason)s.",
                    ticket=self.ticket_id.name,
                    part=self.name,
                    reason=reason,
                )
            )

    def _prepare_procurement(self, quantity):
        """Return the procurement of ``quantity`` (part's own unit) for this line."""
        self.ensure_one()
        ticket = self.ticket_id
        warehouse = ticket._get_parts_warehouse()
        return self.env["stock.rule"].Procurement(
            self.product_id,
            quantity,
            self.product_id.uom_id,
            warehouse.lot_stock_id,
            ticket.name,
            ticket.name,
            self.company_id,
            {
                "warehouse_id": warehouse,
                "date_planned": fields.Datetime.now(),
                "propagate_cancel": False,
                "orderpoint_id": self.env["stock.warehouse.orderpoint"],
                "move_dest_ids": self.env["stock.move"],
                "aftersales_for_line_id": self.id,
            },
        )
