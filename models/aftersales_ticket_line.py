from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What may not change behind the back of someone who has agreed to it.
AGREED_FIELDS = {
    "line_type",
    "product_id",
    "quantity",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "payer",
    "supply",
}


class AftersalesTicketLine(models.Model):
    """A part or an operation of a ticket: who pays for it, and who agreed to it."""

    _name = "aftersales.ticket.line"
    _description = "Ticket Line"
    _order = "ticket_id, sequence, id"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "aftersales.ticket", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    ticket_state = fields.Selection(related="ticket_id.state")
    sequence = fields.Integer(default=10)
    line_type = fields.Selection(
        [("part", "Part"), ("operation", "Operation")],
        required=True,
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '!=', 'combo'), '|', ('sale_ok', '=', True), "
        "('aftersales_part_class', '=', 'core')]",
    )
    name = fields.Char(
        "Description",
        required=True,
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(
        required=True,
        default=1.0,
        digits="Product Unit",
        help="In the unit of the line; hours for operations sold by the hour.",
    )
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        required=True,
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    price_unit = fields.Float(
        "Unit price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    discount = fields.Float("Disc. %", digits="Discount")
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain=[("type_tax_use", "=", "sale")],
    )
    price_subtotal = fields.Monetary(
        "Amount", compute="_compute_amounts", store=True, help="Without tax."
    )
    price_total = fields.Monetary(
        "Amount with tax", compute="_compute_amounts", store=True
    )

    payer = fields.Selection(
        [
            ("customer", "Customer"),
            ("warranty", "Warranty"),
            ("goodwill", "Goodwill"),
            ("internal", "Internal"),
            ("insurer", "Insurer"),
        ],
        required=True,
        default="customer",
    )
    approval = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("declined", "Declined"),
            ("deferred", "Deferred"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="proposed",
    )
    approved_at = fields.Datetime(readonly=True, copy=False)
    approved_by = fields.Char(readonly=True, copy=False)
    approved_how = fields.Char(readonly=True, copy=False)
    origin = fields.Selection(
        [("first", "First estimate"), ("additional", "Additional")],
        required=True,
        readonly=True,
        copy=False,
        default="first",
    )
    supply = fields.Selection(
        [
            ("own_original", "Ours, original"),
            ("own_aftermarket", "Ours, aftermarket"),
            ("customer", "Brought by the customer"),
        ],
        required=True,
        default="own_original",
    )
    no_guarantee = fields.Boolean(
        "No guarantee",
        compute="_compute_no_guarantee",
        store=True,
        readonly=False,
        precompute=True,
        help="The customer brought the part: we answer for the work, not for the part.",
    )
    is_done = fields.Boolean("Done", copy=False, help="The operation is finished.")
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a line must be more than zero."
    )
    _discount_range = models.Constraint(
        "CHECK(discount >= 0 AND discount <= 100)",
        "A discount lies between 0 and 100 %.",
    )
    _price_positive = models.Constraint(
        "CHECK(price_unit >= 0)", "A price cannot be negative."
    )

    # -- Computed ------------------------------------------------------------------

    @api.depends("ticket_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = (
                line.ticket_id.currency_id or self.env.company.currency_id
            )

    @api.depends("product_id")
    def _compute_from_product(self):
        for line in self:
            product = line.product_id
            if product:
                line.line_type = "operation" if product.type == "service" else "part"
                line.product_uom_id = product.uom_id
            elif not line.line_type:
                line.line_type = "part"
            if product and not (line._origin.id and line.name):
                line.name = product.display_name

    @api.depends("product_id", "product_uom_id", "ticket_id.partner_id")
    def _compute_price_unit(self):
        for line in self:
            if not line.product_id:
                line.price_unit = 0.0
                continue
            if line.approval != "proposed":
                continue
            ticket = line.ticket_id
            pricelist = ticket.partner_id.with_company(
                ticket.company_id
            ).property_product_pricelist
            line.price_unit = pricelist._get_product_price(
                line.product_id,
                line.quantity or 1.0,
                currency=line.currency_id,
                uom=line.product_uom_id,
                date=ticket.reported_at,
            )

    @api.depends("product_id", "ticket_id.partner_id")
    def _compute_tax_ids(self):
        for line in self:
            company = line.ticket_id.company_id or self.env.company
            taxes = line.product_id.taxes_id._filter_taxes_by_company(company)
            position = (
                self.env["account.fiscal.position"]
                .with_company(company)
                ._get_fiscal_position(line.ticket_id.partner_id)
            )
            line.tax_ids = position.map_tax(taxes)

    @api.depends("quantity", "price_unit", "discount", "tax_ids", "currency_id")
    def _compute_amounts(self):
        for line in self:
            amounts = line.tax_ids.compute_all(
                line.price_unit * (1 - line.discount / 100),
                currency=line.currency_id,
                quantity=line.quantity,
                product=line.product_id,
                partner=line.ticket_id.partner_id,
            )
            line.price_subtotal = amounts["total_excluded"]
            line.price_total = amounts["total_included"]

    @api.depends("supply")
    def _compute_no_guarantee(self):
        for line in self:
            line.no_guarantee = line.supply == "customer"

    @api.constrains("line_type", "product_id")
    def _check_line_type(self):
        for line in self:
            service = line.product_id.type == "service"
            if service != (line.line_type == "operation"):
                raise ValidationError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: an operation is a "
                        "service, a part is goods. Choose a product of that kind.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = self.env["aftersales.ticket"].browse(
            {vals["ticket_id"] for vals in vals_list if vals.get("ticket_id")}
        )
        agreed = set(
            tickets.filtered(
                lambda t: t.state not in ("new", "assigned", "diagnosed", "quoted")
            ).ids
        )
        for vals in vals_list:
            if vals.get("ticket_id") in agreed:
                vals["origin"] = "additional"
        lines = super().create(vals_list)
        lines.ticket_id._check_lines_open()
        return lines

    def write(self, vals):
        self._check_agreed(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_proposed(self):
        for line in self:
            if line.approval == "approved":
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s is agreed with the payer "
                        "and cannot be deleted. Decline it with the payer instead.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )

    def _check_agreed(self, vals):
        """Raise UserError when ``vals`` would alter what a payer has agreed to."""
        changed = AGREED_FIELDS & vals.keys()
        if not changed:
            return
        for line in self.filtered(lambda line: line.approval == "approved"):
            for fname in changed:
                field = self._fields[fname]
                new = field.convert_to_cache(vals[fname], line, validate=False)
                if field.convert_to_record(new, line) != line[fname]:
                    raise UserError(
                        self.env._(
                            "Line %(line)s of ticket %(ticket)s is agreed with the "
                            "payer. Add a line for what has changed and have it "
                            "agreed (R-SIGN-02).",
                            line=line.name,
                            ticket=line.ticket_id.name,
                        )
                    )

    def _is_own_part(self):
        """Return whether the line is a part that leaves our own stock."""
        self.ensure_one()
        return self.line_type == "part" and self.supply != "customer"

    def _is_brought(self):
        """Return whether the line is a part of the customer's own: nobody pays it."""
        self.ensure_one()
        return self.line_type == "part" and self.supply == "customer"

    def _is_charged(self):
        """Return whether customer or insurer pays for the line, as far as is known."""
        self.ensure_one()
        return (
            self.payer in ("customer", "insurer")
            and self.approval in ("proposed", "approved")
            and not self._is_brought()
        )

    # -- Steps --------------------------------------------------------------------

    def _approve(self, by, how, at=None):
        """Mark these lines as agreed.

        :param by: name of who agreed
        :param how: in words, as "portal signature"
        """
        # sudo: the payer's own signature in the portal comes here, too
        self.sudo().write(
            {
                "approval": "approved",
                "approved_by": by,
                "approved_how": how,
                "approved_at": at or fields.Datetime.now(),
            }
        )

    def _decline(self, reason=None, by=None, how=None, at=None):
        """Mark these lines as not wanted by the payer.

        :param reason: why, as far as it is known
        :param by: name of who refused
        :param how: in words
        :param at: when; default: now
        """
        # sudo: the payer's own answer in the portal comes here, too
        self.sudo().write({"approval": "declined"})

    def action_done(self):
        """Tick an operation off (R-WORK-08).

        :raises UserError: for a part, or an operation nobody has agreed to.
        """
        self.ticket_id._check_role("technician")
        self.ticket_id._check_state("in_progress")
        for line in self:
            if line.line_type != "operation" or line.approval != "approved":
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s is not an agreed "
                        "operation; there is no work to tick off.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )
        # sudo: technicians do not edit agreed lines; role and state are checked above
        self.sudo().write({"is_done": True, "done_by_id": self.env.uid})
