from odoo import fields, models
from odoo.exceptions import UserError

ASKERS = ("parts_keeper", "quality", "finance")


class AftersalesPartReturn(models.Model):
    """Old parts leave: asked for by the maker, or disposed of (R-OLD-06, R-BEY-10)."""

    _inherit = "aftersales.part.return"

    # Asked for by the maker
    ship_partner_id = fields.Many2one(
        "res.partner",
        string="Ship to",
        readonly=True,
        copy=False,
        check_company=True,
        help="Who wants to see the old part, for instance the maker.",
    )
    ship_asked_by_id = fields.Many2one(
        "res.users", string="Shipment asked by", readonly=True, copy=False
    )
    ship_asked_at = fields.Datetime("Shipment asked on", readonly=True, copy=False)
    carrier_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, check_company=True
    )
    tracking_number = fields.Char(readonly=True, copy=False)
    shipment_id = fields.Many2one(
        "stock.picking",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    shipped_at = fields.Datetime(readonly=True, copy=False)

    # Disposed of
    disposal = fields.Selection(
        [
            ("scrap", "Scrap"),
            ("reuse", "Reuse after reconditioning"),
            ("supplier", "Return to the supplier"),
        ],
        readonly=True,
        copy=False,
    )
    disposal_reason = fields.Char(readonly=True, copy=False)
    disposal_partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        readonly=True,
        copy=False,
        check_company=True,
    )
    disposal_asked_by_id = fields.Many2one(
        "res.users", string="Disposal asked by", readonly=True, copy=False
    )
    disposal_asked_at = fields.Datetime(readonly=True, copy=False)
    disposal_approved_by_id = fields.Many2one(
        "res.users", string="Disposal authorised by", readonly=True, copy=False
    )
    disposed_on = fields.Date(readonly=True, copy=False)
    scrap_id = fields.Many2one(
        "stock.scrap",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    disposal_picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer of the disposal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    _disposal_four_eyes = models.Constraint(
        "CHECK(disposal_approved_by_id IS NULL"
        " OR disposal_approved_by_id <> disposal_asked_by_id)",
        "Whoever asks for the disposal of an old part cannot authorise it.",
    )
    _leaves_once = models.Constraint(
        "CHECK((shipment_id IS NULL OR disposed_on IS NULL)"
        " AND (disposed_on IS NULL OR (disposal IS NOT NULL"
        " AND disposal_approved_by_id IS NOT NULL)))",
        "An old part leaves once, and only by authorisation.",
    )
    _not_scrapped_early = models.Constraint(
        "CHECK(scrap_id IS NULL OR (may_scrap_from IS NOT NULL"
        " AND disposed_on >= may_scrap_from))",
        "An old part is not scrapped before the day from which it may be.",
    )

    # -- Shipment ---------------------------------------------------------------------

    def action_ask_shipment(self):
        """Open the window in which a shipment is asked for.

        :return: the action
        """
        return self._open_custody(
            "ask_shipment", self.env._("Ask for Shipment"), *ASKERS
        )

    def _ask_shipment(self, partner):
        """Record that ``partner`` wants to have these old parts (R-BEY-10).

        :raises UserError: for parts that are not in, or are to be disposed of
        """
        self._check_role(*ASKERS)
        # sudo: not editable; role and access are checked above
        items = self.sudo()
        items._check_in_zone()
        items._check_undecided()
        items.write(
            {
                "ship_partner_id": partner.id,
                "ship_asked_by_id": self.env.uid,
                "ship_asked_at": fields.Datetime.now(),
            }
        )

    def action_ship(self):
        """Open the window in which carrier and tracking number are entered.

        :raises UserError: unless all are to be shipped to the same partner
        :return: the action
        """
        self._check_role("parts_keeper")
        if self.filtered(lambda item: item.custody_state != "to_ship") or (
            len(self.ship_partner_id) != 1
        ):
            raise UserError(
                self.env._(
                    "Choose old parts that one partner has asked for: "
                    "%(parts)s are not all to be shipped to the same one.",
                    parts=", ".join(self.mapped("display_name")),
                )
            )
        return self._open_custody("ship", self.env._("Ship"), "parts_keeper")

    def _ship(self, carrier, tracking_number):
        """Send these old parts off by one real transfer (parts keeper)."""
        self._check_role("parts_keeper")
        # sudo: the keeper has no stock rights; role and access are checked above
        items = self.sudo()
        items._check_in_zone()
        partner = items.ship_partner_id
        partner.ensure_one()
        shipment = items._transfer_out(partner)
        items.write(
            {
                "carrier_id": carrier.id,
                "tracking_number": tracking_number,
                "shipment_id": shipment.id,
                "shipped_at": fields.Datetime.now(),
            }
        )
        return shipment

    def _transfer_out(self, partner):
        """Move these old parts out to ``partner``; return the done transfer."""
        destination = partner.with_company(self.company_id).property_stock_supplier
        warehouse = self.move_id.warehouse_id[:1]
        warehouse = warehouse or self.ticket_id[:1]._get_parts_warehouse()
        picking = self._transfer_old_parts(
            destination, picking_type=warehouse.out_type_id
        )
        picking.partner_id = partner
        return picking

    def _get_parcels(self):
        """Return the parcels these old parts leave in: recordsets, each with all that
        is in it. What has not left yet goes together with its likes of this choice.

        :raises UserError: for a part nobody has asked for
        """
        for item in self:
            if not item.ship_partner_id:
                raise UserError(
                    self.env._(
                        "Old part %(part)s: nobody has asked to have it shipped, so it "
                        "is on no packing list. Ask for shipment first.",
                        part=item.display_name,
                    )
                )
        # sudo: the keeper has no stock rights; what is in one parcel is of one company
        items = self.sudo()
        shipped = items.search([("shipment_id", "in", items.shipment_id.ids)])
        waiting = items.filtered(lambda item: not item.shipment_id)
        return [
            *shipped.grouped("shipment_id").values(),
            *waiting.grouped("ship_partner_id").values(),
        ]

    # -- Disposal ---------------------------------------------------------------------

    def action_ask_disposal(self):
        """Open the window in which a disposal is asked for.

        :return: the action
        """
        return self._open_custody("ask_disposal", self.env._("Dispose of"), *ASKERS)

    def _check_undecided(self):
        """Refuse old parts that are to be shipped or disposed of already."""
        for item in self:
            if item.ship_asked_by_id or item.disposal_asked_by_id:
                labels = dict(
                    self._fields["custody_state"]._description_selection(self.env)
                )
                raise UserError(
                    self.env._(
                        "Old part %(part)s: %(state)s already.",
                        part=item.display_name,
                        state=labels[item.custody_state],
                    )
                )

    def _check_may_scrap(self):
        """Refuse to scrap before the day from which it is allowed (R-BEY-10)."""
        today = fields.Date.context_today(self)
        for item in self:
            if not item.may_scrap_from:
                raise UserError(
                    self.env._(
                        "Old part %(part)s: its claim has not been paid. It is kept "
                        "until then.",
                        part=item.display_name,
                    )
                )
            if item.may_scrap_from > today:
                raise UserError(
                    self.env._(
                        "Old part %(part)s is kept until %(date)s. Scrap it then.",
                        part=item.display_name,
                        date=fields.Date.to_string(item.may_scrap_from),
                    )
                )

    def _ask_disposal(self, kind, reason, partner=None):
        """Ask Finance to have these old parts disposed of (R-OLD-06).

        :param kind: key of ``disposal``
        :param partner: the supplier, for a return to him
        :raises UserError: too early, without a reason, or for parts that are not in
        """
        self._check_role(*ASKERS)
        # sudo: not editable; role and access are checked above
        items = self.sudo()
        items._check_in_zone()
        items._check_undecided()
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Old part %(part)s: say why it is disposed of.",
                    part=", ".join(self.mapped("display_name")),
                )
            )
        if kind == "scrap":
            items._check_may_scrap()
        if kind == "supplier" and not partner:
            raise UserError(self.env._("Choose the supplier who takes it back."))
        items.write(
            {
                "disposal": kind,
                "disposal_reason": reason,
                "disposal_partner_id": partner.id if partner else False,
                "disposal_asked_by_id": self.env.uid,
                "disposal_asked_at": fields.Datetime.now(),
            }
        )

    def action_refuse_disposal(self):
        """Keep these old parts: Finance does not authorise their disposal."""
        self._check_role("finance")
        # sudo: Finance only reads old parts; role and access are checked above
        items = self.sudo()
        items._check_in_zone()
        items.write(
            {
                "disposal": False,
                "disposal_reason": False,
                "disposal_partner_id": False,
                "disposal_asked_by_id": False,
                "disposal_asked_at": False,
            }
        )
        return True

    def action_approve_disposal(self):
        """Authorise the disposal of these old parts, and carry it out (Finance).

        :raises UserError: when nobody or the user himself asked for it, or too early
        """
        self._check_role("finance")
        # sudo: Finance only reads old parts; role and access are checked above
        items = self.sudo()
        items._check_in_zone()
        for item in items:
            if not item.disposal_asked_by_id:
                raise UserError(
                    self.env._(
                        "Old part %(part)s: nobody has asked for its disposal.",
                        part=item.display_name,
                    )
                )
            if item.disposal_asked_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Old part %(part)s: you asked for its disposal yourself. "
                        "Somebody else from Finance authorises it.",
                        part=item.display_name,
                    )
                )
        items.filtered(lambda item: item.disposal == "scrap")._check_may_scrap()
        groups = items.grouped(
            lambda item: (item.company_id, item.disposal, item.disposal_partner_id)
        )
        for (company, kind, partner), group in groups.items():
            stamp = {
                "disposal_approved_by_id": self.env.uid,
                "disposed_on": fields.Date.context_today(self),
            }
            if kind == "scrap":
                group.write(stamp)
                group._scrap()
                continue
            picking = (
                group._transfer_out(partner)
                if kind == "supplier"
                else group._transfer_old_parts(
                    company._get_aftersales_location("reuse")
                )
            )
            group.write({**stamp, "disposal_picking_id": picking.id})
        return True

    def _scrap(self):
        """Scrap these old parts, each by a scrap order of the stock (in sudo)."""
        scraps = (
            self.env["stock.scrap"]
            .with_company(self.company_id)
            .create(
                [
                    {
                        "product_id": item.product_id.id,
                        "product_uom_id": item.product_uom_id.id,
                        "scrap_qty": item.quantity,
                        "lot_id": item.lot_id.id,
                        "owner_id": item._get_stored_owner().id,
                        "location_id": item._get_place().id,
                        "origin": f"{item.tag} {item.ticket_id.name}",
                        "company_id": item.company_id.id,
                    }
                    for item in self
                ]
            )
        )
        for item, scrap in zip(self, scraps, strict=True):
            item.scrap_id = scrap
        scraps.do_scrap()
