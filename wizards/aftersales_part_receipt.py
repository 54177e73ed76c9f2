from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesPartReceipt(models.TransientModel):
    """Receive an old part by scanning its tag, on a phone as well (R-BEY-10)."""

    _name = "aftersales.part.receipt"
    _description = "Receive an Old Part"

    part_return_id = fields.Many2one(
        "aftersales.part.return",
        string="Tag",
        domain="[('state', '=', 'due')]",
        help="Scan the bar code of the tag, or enter ticket, part or number.",
    )
    state = fields.Selection(related="part_return_id.state")
    ticket_id = fields.Many2one(related="part_return_id.ticket_id")
    vehicle_id = fields.Many2one(related="part_return_id.vehicle_id")
    product_id = fields.Many2one(related="part_return_id.product_id")
    user_id = fields.Many2one(related="part_return_id.user_id")
    tracking = fields.Selection(related="product_id.tracking")
    quantity_due = fields.Float(
        related="part_return_id.quantity", string="Owed", digits="Product Unit"
    )
    quantity = fields.Float(
        "Brought in",
        digits="Product Unit",
        compute="_compute_from_part",
        store=True,
        readonly=False,
    )
    old_serial = fields.Char(
        "Number on old part", compute="_compute_from_part", store=True, readonly=False
    )
    fault_note = fields.Text(
        "Fault", compute="_compute_from_part", store=True, readonly=False
    )
    zone_id = fields.Many2one(related="part_return_id.zone_id")
    bin_id = fields.Many2one(
        "stock.location",
        domain="[('usage', '=', 'internal'), ('id', 'child_of', zone_id)]",
        help="Stays for the next part; scan the bin's bar code to change it.",
    )
    last_received = fields.Char(readonly=True)

    @api.depends("part_return_id")
    def _compute_from_part(self):
        for wizard in self:
            item = wizard.part_return_id
            wizard.quantity = item.quantity
            wizard.old_serial = item.old_serial
            wizard.fault_note = item.fault_note

    def _receive(self):
        """Receive what was scanned.

        :raises UserError: without a part or a quantity, or as its receipt refuses
        """
        self.ensure_one()
        item = self.part_return_id
        if not item:
            raise UserError(self.env._("Scan the tag of an old part first."))
        if item.product_uom_id.compare(self.quantity, 0) <= 0:
            raise UserError(
                self.env._(
                    "Old part %(part)s: enter how much was brought in.",
                    part=item.display_name,
                )
            )
        item.write(
            {
                "quantity_in": self.quantity,
                "old_serial": self.old_serial,
                "fault_note": self.fault_note,
                "bin_id": self.bin_id.id,
            }
        )
        item.action_receive()
        return item

    def action_receive(self):
        """Receive the part and close the window (R-OLD-01)."""
        self._receive()
        return {"type": "ir.actions.act_window_close"}

    def action_receive_next(self):
        """Receive the part and scan the next one, into the same bin."""
        item = self._receive()
        following = self.create(
            {
                "bin_id": self.bin_id.id,
                "last_received": self.env._(
                    "%(tag)s %(part)s is in.",
                    tag=item.tag,
                    part=item.product_id.display_name,
                ),
            }
        )
        return {
            **item.action_scan(),
            "res_id": following.id,
            "context": {},
        }
