from odoo import Command, fields, models
from odoo.exceptions import LockError, UserError


class AftersalesPartReturn(models.Model):
    """Old parts come in, or Finance does without them."""

    _inherit = "aftersales.part.return"

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
                        "Old part %(part)s is not owed any more: %(state)s.",
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
        items._after_settled()
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
            self.copy({"quantity": rest})._remind()
        self._drop_reminder()
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
        zone = self.bin_id or self.company_id._get_aftersales_location("old_part")
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
            raise UserError(
                self.env._(
                    "Old part %(part)s: say why it need not come back.",
                    part=", ".join(self.mapped("display_name")),
                )
            )
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
        items._drop_reminder()
        items._after_settled()
        return True
