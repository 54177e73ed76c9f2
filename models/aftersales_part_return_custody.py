from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError


class AftersalesPartReturn(models.Model):
    """Old parts in our keeping: where they are, and how long they stay (R-BEY-10)."""

    _inherit = "aftersales.part.return"

    custody_state = fields.Selection(
        [
            ("zone", "In the zone"),
            ("to_ship", "To be shipped"),
            ("to_dispose", "Waits for authorisation"),
            ("shipped", "Shipped"),
            ("scrapped", "Scrapped"),
            ("reused", "To be reused"),
            ("supplier", "Back to the supplier"),
        ],
        string="Keeping",
        compute="_compute_custody_state",
        store=True,
        index=True,
        tracking=True,
        help="What becomes of the old part after it came in.",
    )
    claim_paid_date = fields.Date(
        "Claim paid",
        readonly=True,
        copy=False,
        help="From this day the old part is kept for the days set for the company.",
    )
    may_scrap_from = fields.Date(
        compute="_compute_may_scrap_from",
        store=True,
        index="btree_not_null",
        help="Not before this day; empty: not before its claim is paid.",
    )

    @api.depends(
        "state",
        "shipment_id",
        "disposed_on",
        "disposal_asked_by_id",
        "ship_asked_by_id",
    )
    def _compute_custody_state(self):
        done = {"scrap": "scrapped", "reuse": "reused", "supplier": "supplier"}
        for item in self:
            if item.state not in ("received", "rejected"):
                item.custody_state = False
            elif item.shipment_id:
                item.custody_state = "shipped"
            elif item.disposed_on:
                item.custody_state = done[item.disposal]
            elif item.disposal_asked_by_id:
                item.custody_state = "to_dispose"
            elif item.ship_asked_by_id:
                item.custody_state = "to_ship"
            else:
                item.custody_state = "zone"

    @api.depends("received_at", "claim_paid_date")
    def _compute_may_scrap_from(self):
        for item in self:
            company = item.company_id
            if item.disposed_on:
                # What has been decided by that day stays decided.
                item.may_scrap_from = item.may_scrap_from
            elif item.claim_paid_date:
                item.may_scrap_from = item.claim_paid_date + timedelta(
                    days=company.aftersales_old_part_keep_days
                )
            elif item.received_at and not item.ticket_id.warranty_provider_id:
                # Nobody is billed for the warranty: no claim will ever be paid.
                received = fields.Datetime.context_timestamp(item, item.received_at)
                item.may_scrap_from = received.date() + timedelta(
                    days=company.aftersales_old_part_own_keep_days
                )
            else:
                item.may_scrap_from = False

    def action_claim_paid(self):
        """State that the claim for these old parts was paid today (Finance).

        The days of keeping begin.

        :raises UserError: when it was stated before, or the part is not in
        """
        self._check_role("finance")
        for item in self:
            if item.claim_paid_date:
                raise UserError(
                    self.env._(
                        "Old part %(part)s: its claim was paid on %(date)s.",
                        part=item.display_name,
                        date=fields.Date.to_string(item.claim_paid_date),
                    )
                )
        # sudo: Finance only reads old parts; role and access are checked above
        self.sudo().claim_paid_date = fields.Date.context_today(self)
        return True

    # -- Helpers ----------------------------------------------------------------------

    def _check_in_zone(self):
        """Lock these old parts; refuse those that are not in, or have left.

        :raises UserError: naming the part
        """
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
        self.invalidate_recordset(["state", "shipment_id", "disposed_on"])
        for item in self:
            if item.state not in ("received", "rejected"):
                raise UserError(
                    self.env._(
                        "Old part %(part)s is not in. Receive it first.",
                        part=item.display_name,
                    )
                )
            if item.shipment_id or item.disposed_on:
                raise UserError(
                    self.env._(
                        "Old part %(part)s has left the zone already.",
                        part=item.display_name,
                    )
                )

    def _open_custody(self, step, title, *roles):
        """Return the action that opens the window of a step for these old parts."""
        self._check_role(*roles)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "aftersales.part.custody",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_step": step,
                "default_part_return_ids": [Command.set(self.ids)],
            },
        }

    def _get_stored_owner(self):
        """Return who owns this old part, as it was received."""
        self.ensure_one()
        return self.receipt_id.move_line_ids.owner_id[:1] or self._get_owner()

    def _transfer_old_parts(self, destination, sources=None, picking_type=None):
        """Move these received old parts to ``destination`` by one done transfer.

        Called in sudo. They keep their owner: neither stock for sale nor value change.

        :param sources: dict of old part -> where it lies; empty: in its bin
        :param picking_type: empty: the internal transfers of the warehouse
        :return: the transfer
        """
        sources = sources or {item: item._get_place() for item in self}
        ticket = self.ticket_id
        warehouse = self.move_id.warehouse_id[:1] or ticket[:1]._get_parts_warehouse()
        zone = self.company_id._get_aftersales_location("old_part")
        picking = (
            self.env["stock.picking"]
            .with_company(self.company_id)
            .with_context(mail_create_nosubscribe=True)
            .create(
                {
                    "picking_type_id": (picking_type or warehouse.int_type_id).id,
                    "location_id": zone.id,
                    "location_dest_id": destination.id,
                    "origin": ", ".join(ticket.mapped("name")),
                    "company_id": self.company_id.id,
                    "user_id": False,
                    "aftersales_ticket_id": ticket.id if len(ticket) == 1 else False,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": item.product_id.id,
                                "product_uom_qty": item.quantity,
                                "product_uom": item.product_uom_id.id,
                                "location_id": sources[item].id,
                                "location_dest_id": destination.id,
                                "company_id": item.company_id.id,
                                "origin": item.tag,
                                "to_refund": False,
                            }
                        )
                        for item in self
                    ],
                }
            )
        )
        # Not merged: each row of the table stays a move of its own.
        picking.move_ids._action_confirm(merge=False)
        picking.move_ids.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            [
                {
                    **picking._prepare_aftersales_move_line_vals(
                        move, item.quantity, item.lot_id
                    ),
                    "owner_id": item._get_stored_owner().id,
                }
                for item, move in zip(self, picking.move_ids, strict=True)
            ]
        )
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        return picking
