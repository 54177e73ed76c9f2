from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain


class AftersalesPartReturn(models.Model):
    """The obligation to bring the old part in when a new one left under warranty.

    R-OLD-01, R-OLD-05, R-WAR-03, R-WAR-04.
    """

    _name = "aftersales.part.return"
    _description = "Old Part"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "due_date, id"
    _check_company_auto = True

    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    ticket_id = fields.Many2one(
        related="ticket_line_id.ticket_id", store=True, index=True, precompute=True
    )
    vehicle_id = fields.Many2one(related="ticket_id.vehicle_id")
    company_id = fields.Many2one(
        related="ticket_line_id.company_id", store=True, index=True, precompute=True
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Issue",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The issue of the new part.",
    )
    picking_id = fields.Many2one(related="move_id.picking_id", string="Issue slip")
    receipt_id = fields.Many2one(
        "stock.picking", string="Receipt", readonly=True, copy=False
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    quantity = fields.Float(
        required=True,
        readonly=True,
        digits="Product Unit",
        help="In the product's own unit.",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    quantity_in = fields.Float(
        "Brought in",
        digits="Product Unit",
        copy=False,
        help="How much is being received; empty: all of it.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Number of old part",
        copy=False,
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    old_serial = fields.Char(
        "Number on old part",
        copy=False,
        help="As read off the part; needed for parts that are tracked by number.",
    )
    fault_note = fields.Text("Fault", copy=False, help="What is wrong with the part.")
    state = fields.Selection(
        [
            ("due", "Due"),
            ("received", "Received"),
            ("waived", "Waived"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="due",
        copy=False,
        tracking=True,
    )
    due_date = fields.Date(required=True, readonly=True, index=True)
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Brings it in",
        readonly=True,
        index="btree_not_null",
        help="Who received the new part.",
    )
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    received_at = fields.Datetime(readonly=True, copy=False)
    waiver_reason = fields.Char(copy=False, readonly=True)
    waiver_asked_by_id = fields.Many2one(
        "res.users", string="Waiver asked by", readonly=True, copy=False
    )
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waived_at = fields.Datetime(readonly=True, copy=False)

    _one_open_per_move = models.UniqueIndex(
        "(move_id) WHERE state = 'due'",
        "The old part of this issue is due already.",
    )
    _one_open_per_number = models.UniqueIndex(
        "(ticket_line_id, lot_id) WHERE state = 'due' AND lot_id IS NOT NULL",
        "The old part of this number is due already.",
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0 AND (quantity_in IS NULL OR quantity_in >= 0))",
        "The quantity of an old part must be more than zero.",
    )
    _waived_by_other = models.Constraint(
        "CHECK(waived_by_id IS NULL OR waiver_asked_by_id IS NULL"
        " OR waived_by_id <> waiver_asked_by_id)",
        "Whoever asks for a waiver cannot grant it.",
    )

    @api.depends("product_id", "ticket_id")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.ticket_id.name}: {item.product_id.display_name}"

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for item in self:
            item.is_overdue = item.state == "due" and item.due_date < today

    def _search_is_overdue(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        overdue = Domain("state", "=", "due") & Domain(
            "due_date", "<", fields.Date.context_today(self)
        )
        return overdue if (operator == "in") == (True in value) else ~overdue

    # -- CRUD ---------------------------------------------------------------------

    def write(self, vals):
        entered = {"quantity_in", "old_serial", "fault_note"}
        if not self.env.su and (
            vals.keys() - entered - {"message_follower_ids", "activity_ids"}
        ):
            raise AccessError(
                self.env._(
                    "Old part %(part)s: its state follows from its steps.",
                    part=", ".join(self.mapped("display_name")),
                )
            )
        return super().write(vals)

    # -- Born and reduced by the slips ------------------------------------------------

    @api.model
    def _create_for_issue(self, moves):
        """Create what is owed for issued ``moves`` of warranty parts.

        :param moves: done issue moves, each seen once
        :return: the new obligations
        """
        vals_list = []
        today = fields.Date.context_today(self)
        for move in moves:
            line = move.aftersales_line_id
            quantity = move._aftersales_qty_done()
            if (
                line.payer != "warranty"
                or move.product_id.uom_id.compare(quantity, 0) <= 0
                or not move.product_id._aftersales_recover_old_part(
                    line.price_unit, line.currency_id, move.company_id
                )
            ):
                continue
            days = (
                move.product_id.aftersales_old_part_days
                or move.company_id.aftersales_old_part_days
            )
            user = move.picking_id.aftersales_requested_by
            vals_list.append(
                {
                    "ticket_line_id": line.id,
                    "move_id": move.id,
                    "product_id": move.product_id.id,
                    "quantity": quantity,
                    "due_date": today + timedelta(days=days),
                    "user_id": (user or line.ticket_id.technician_id).id,
                }
            )
        return self.create(vals_list)

    @api.model
    def _reduce_for_return(self, moves):
        """Lower what is owed for ``moves`` whose new parts came back unused."""
        open_items = self.search([("move_id", "in", moves.ids), ("state", "=", "due")])
        received = dict(
            self._read_group(
                [("move_id", "in", moves.ids), ("state", "in", ("received", "waived"))],
                ["move_id"],
                ["quantity:sum"],
            )
        )
        for item in open_items:
            move = item.move_id
            back = sum(
                returned._aftersales_qty_done()
                for returned in move.returned_move_ids
                if returned.state == "done"
            )
            owed = move._aftersales_qty_done() - back - received.get(move, 0.0)
            if item.product_uom_id.compare(owed, 0) <= 0:
                item.state = "cancelled"
            elif item.product_uom_id.compare(owed, item.quantity) < 0:
                item.quantity = owed

    # -- Steps ----------------------------------------------------------------------

    def _check_role(self, *roles):
        self.check_access("read")
        self.ticket_id._check_role(*roles)

    def _check_due(self):
        """Lock the obligations and raise UserError unless all are due."""
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Old part %(part)s is being worked on by somebody else at this "
                    "moment.",
                    part=", ".join(self.mapped("display_name")),
                )
            ) from error
        self.invalidate_recordset(["state", "quantity"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for item in self:
            if item.state != "due":
                raise UserError(
                    self.env._(
                        "Old part %(part)s is not due any more: %(state)s.",
                        part=item.display_name,
                        state=labels[item.state],
                    )
                )

    def action_receive(self):
        """Take old parts into their zone and sign for it (parts keeper; R-OLD-01).

        The quantity entered as brought in is received, the rest stays due. The part
        belongs to who bears the warranty, never to our stock: it has no value and is
        not for sale. The issue slip is marked "old part received".

        :raises UserError: when a part is not due, more comes in than is owed, or the
            number of a tracked part is missing
        """
        self._check_role("parts_keeper")
        # sudo: the parts keeper has no stock rights; role and access are checked
        # above, the state below
        items = self.sudo()
        items._check_due()
        for item in items:
            item._receive()
        return True

    def _receive(self):
        self.ensure_one()
        quantity = self.quantity_in or self.quantity
        unit = self.product_uom_id
        if unit.compare(quantity, self.quantity) > 0:
            raise UserError(
                self.env._(
                    "Old part %(part)s: %(quantity)s %(unit)s are due, more cannot "
                    "come in.",
                    part=self.display_name,
                    quantity=self.quantity,
                    unit=unit.name,
                )
            )
        if self.product_id.tracking != "none" and not (self.lot_id or self.old_serial):
            raise UserError(
                self.env._(
                    "Old part %(part)s: enter the number that is on the old part.",
                    part=self.display_name,
                )
            )
        rest = self.quantity - quantity
        receipt = self._create_receipt(quantity)
        self.write(
            {
                "state": "received",
                "quantity": quantity,
                "quantity_in": quantity,
                "receipt_id": receipt.id,
                "lot_id": receipt.move_line_ids.lot_id[:1].id,
                "received_by_id": self.env.uid,
                "received_at": fields.Datetime.now(),
            }
        )
        if unit.compare(rest, 0) > 0:
            # After the write: only one row of an issue may be due.
            self.flush_recordset()
            self.copy({"quantity": rest})
        self.picking_id._aftersales_stamp_old_part()

    def _get_owner(self):
        """Return who owns the old part: who bears the warranty, else the customer.

        Never empty and never our own company, so that it has no value in our books.
        """
        self.ensure_one()
        ticket = self.ticket_id
        own = self.company_id.partner_id
        bearer = ticket._get_payer_partner("warranty")
        for owner in (bearer, self.company_id.aftersales_old_part_owner_id):
            if owner and owner != own:
                return owner
        return ticket.partner_id

    def _create_receipt(self, quantity):
        """Move ``quantity`` of the old part into the zone; return the done transfer."""
        self.ensure_one()
        ticket = self.ticket_id
        warehouse = self.move_id.warehouse_id or ticket._get_parts_warehouse()
        picking_type = warehouse.aftersales_old_part_type_id
        source = picking_type.default_location_src_id
        zone = self.company_id._get_aftersales_location("old_part")
        picking = ticket._create_slips(
            [
                {
                    **ticket._prepare_slip_vals(picking_type, source, zone),
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.product_id.id,
                                "product_uom_qty": quantity,
                                "product_uom": self.product_uom_id.id,
                                "location_id": source.id,
                                "location_dest_id": zone.id,
                                "company_id": self.company_id.id,
                                "aftersales_line_id": self.ticket_line_id.id,
                                "origin": ticket.name,
                                "to_refund": False,
                            }
                        )
                    ],
                }
            ]
        )
        move = picking.move_ids
        move.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                **picking._prepare_aftersales_move_line_vals(
                    move, quantity, self.lot_id
                ),
                "lot_name": False if self.lot_id else self.old_serial,
                # On the line: an owner on the move alone is not carried over.
                "owner_id": self._get_owner().id,
            }
        )
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        return picking

    def action_ask_waiver(self):
        """Ask Finance to do without the old part (R-WAR-03, R-WAR-04).

        :return: the action that asks for the reason
        """
        self.ensure_one()
        self._check_role("technician", "advisor", "parts_keeper", "quality")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Waiver"),
            "res_model": "aftersales.part.waiver",
            "view_mode": "form",
            "target": "new",
            "context": {"default_part_return_id": self.id},
        }

    def _ask_waiver(self, reason):
        """Record that the user asks to do without these old parts."""
        self._check_role("technician", "advisor", "parts_keeper", "quality")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the old part need not come back."))
        # sudo: the waiver is not editable; role and access are checked above
        items = self.sudo()
        items._check_due()
        items.write({"waiver_reason": reason, "waiver_asked_by_id": self.env.uid})

    def action_waive(self):
        """Do without the old parts, on Finance's signature (R-WAR-04).

        :raises UserError: when nobody asked for it, or the user himself did
        """
        self._check_role("finance")
        # sudo: Finance only reads old parts; role and access are checked above
        items = self.sudo()
        items._check_due()
        for item in items:
            if not item.waiver_asked_by_id:
                raise UserError(
                    self.env._(
                        "Old part %(part)s: nobody has asked for a waiver and said "
                        "why.",
                        part=item.display_name,
                    )
                )
            if item.waiver_asked_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Old part %(part)s: you asked for the waiver yourself. "
                        "Somebody else from Finance grants it.",
                        part=item.display_name,
                    )
                )
        items.write(
            {
                "state": "waived",
                "waived_by_id": self.env.uid,
                "waived_at": fields.Datetime.now(),
            }
        )
        return True
