from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What of a line may change: field of the row -> field of the ticket line.
CHANGES = {
    "new_product_id": "product_id",
    "new_quantity": "quantity",
    "new_price_unit": "price_unit",
    "new_discount": "discount",
}


class AftersalesEstimateRevisionLine(models.Model):
    """One agreed line as it was, and as it shall be."""

    _name = "aftersales.estimate.revision.line"
    _description = "Line of an Estimate Revision"
    _order = "revision_id, id"
    _check_company_auto = True

    revision_id = fields.Many2one(
        "aftersales.estimate.revision", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="revision_id.ticket_id")
    payer = fields.Selection(related="revision_id.payer")
    company_id = fields.Many2one(
        related="revision_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="revision_id.currency_id")
    state = fields.Selection(related="revision_id.state")
    line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Agreed line",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('ticket_id', '=', ticket_id), ('payer', '=', payer),"
        " ('approval', '=', 'approved')]",
    )
    product_id = fields.Many2one(
        "product.product",
        string="So far",
        compute="_compute_old",
        store=True,
        precompute=True,
        check_company=True,
    )
    quantity = fields.Float(
        "Quantity so far",
        digits="Product Unit",
        compute="_compute_old",
        store=True,
        precompute=True,
    )
    price_unit = fields.Float(
        "Price so far",
        digits="Product Price",
        compute="_compute_old",
        store=True,
        precompute=True,
    )
    discount = fields.Float(
        "Disc. % so far",
        digits="Discount",
        compute="_compute_old",
        store=True,
        precompute=True,
    )
    new_product_id = fields.Many2one(
        "product.product",
        string="New product",
        required=True,
        compute="_compute_new",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('type', '!=', 'combo'), '|', ('sale_ok', '=', True), "
        "('aftersales_part_class', '=', 'core')]",
    )
    new_quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_new",
        store=True,
        readonly=False,
        precompute=True,
        help="0: the line is dropped.",
    )
    new_price_unit = fields.Float(
        "New price",
        digits="Product Price",
        compute="_compute_new_price",
        store=True,
        readonly=False,
        precompute=True,
    )
    new_discount = fields.Float(
        "New disc. %",
        digits="Discount",
        compute="_compute_new",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount_old = fields.Monetary("Amount so far", compute="_compute_amounts")
    amount_new = fields.Monetary("New amount", compute="_compute_amounts")

    _line_once = models.UniqueIndex(
        "(revision_id, line_id)", "This line is in the revision already."
    )
    _new_values = models.Constraint(
        "CHECK(new_quantity >= 0 AND new_price_unit >= 0"
        " AND new_discount >= 0 AND new_discount <= 100)",
        "Quantity and price cannot be negative; a discount lies between 0 and 100 %.",
    )

    @api.depends("line_id")
    def _compute_old(self):
        # As it is agreed when the row is made; the answer changes it no more.
        for row in self:
            line = row.line_id
            row.product_id = line.product_id
            row.quantity = line.quantity
            row.price_unit = line.price_unit
            row.discount = line.discount

    @api.depends("line_id")
    def _compute_new(self):
        for row in self:
            line = row.line_id
            row.new_product_id = line.product_id
            row.new_quantity = line.quantity
            row.new_discount = line.discount

    @api.depends("line_id", "new_product_id")
    def _compute_new_price(self):
        for row in self:
            line = row.line_id
            if not row.new_product_id or row.new_product_id == line.product_id:
                row.new_price_unit = line.price_unit
                continue
            ticket = line.ticket_id
            pricelist = ticket.partner_id.with_company(
                ticket.company_id
            ).property_product_pricelist
            row.new_price_unit = pricelist._get_product_price(
                row.new_product_id,
                row.new_quantity or 1.0,
                currency=line.currency_id,
                date=fields.Datetime.now(),
            )

    @api.depends(
        "product_id",
        "quantity",
        "price_unit",
        "discount",
        "new_product_id",
        "new_quantity",
        "new_price_unit",
        "new_discount",
        "line_id.tax_ids",
    )
    def _compute_amounts(self):
        for row in self:
            row.amount_old = row._get_amount(
                row.product_id, row.quantity, row.price_unit, row.discount
            )
            row.amount_new = row._get_amount(
                row.new_product_id,
                row.new_quantity,
                row.new_price_unit,
                row.new_discount,
            )

    def _get_amount(self, product, quantity, price, discount):
        """Return what so much costs with tax, at the taxes of the agreed line."""
        self.ensure_one()
        if not quantity or not product:
            return 0.0
        return self.line_id.tax_ids.compute_all(
            price * (1 - discount / 100),
            currency=self.line_id.currency_id,
            quantity=quantity,
            product=product,
            partner=self.line_id._get_price_partner(),
        )["total_included"]

    @api.constrains("line_id", "revision_id", "new_product_id")
    def _check_line(self):
        for row in self:
            line, revision = row.line_id, row.revision_id
            if line.ticket_id != revision.ticket_id or line.payer != revision.payer:
                raise ValidationError(
                    self.env._(
                        "Revision %(name)s: %(line)s is no line of this ticket and "
                        "payer.",
                        name=revision.name,
                        line=line.name,
                    )
                )
            if (row.new_product_id.type == "service") != (
                line.line_type == "operation"
            ):
                raise ValidationError(
                    self.env._(
                        "Revision %(name)s: %(line)s stays what it is, part or "
                        "operation. Add another line for the other kind.",
                        name=revision.name,
                        line=line.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_draft()
        return rows

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        """Keep what a payer was asked as he was asked, also from the superuser."""
        for row in self:
            if row.revision_id.state != "draft":
                raise UserError(
                    self.env._(
                        "Revision %(name)s has been laid before the payer and stays as "
                        "it is. Withdraw it and make another.",
                        name=row.revision_id.name,
                    )
                )

    # -- What changes -----------------------------------------------------------------

    def _get_changes(self):
        """Return the values of the ticket line that change, empty for none."""
        self.ensure_one()
        changes = {}
        for new, old in CHANGES.items():
            before, after = self[old], self[new]
            if self._fields[new].type == "many2one":
                if before != after:
                    changes[old] = after.id
            elif abs(before - after) > 1e-6:
                changes[old] = after
        return changes

    def _get_qty_allowed(self):
        """Return how much of the line may leave while nobody has answered."""
        self.ensure_one()
        if self.new_product_id != self.product_id:
            return 0.0
        return min(self.quantity, self.new_quantity)

    def _is_current(self):
        """Return whether the line still is what it was when this row was made."""
        self.ensure_one()
        line = self.line_id
        return (
            line.approval == "approved"
            and line.product_id == self.product_id
            and all(
                abs(self[fname] - line[fname]) < 1e-6
                for fname in ("quantity", "price_unit", "discount")
            )
        )

    def _check_possible(self):
        """Raise UserError where the change comes too late.

        What is used cannot be taken off the estimate, what is billed not repriced.
        """
        quantities = self.line_id._get_part_quantities()
        for row in self:
            line, found = row.line_id, quantities[row.line_id.id]
            asked = found["issue"] + found["open_issue"] - found["return"]
            changes = row._get_changes()
            uom = line.product_uom_id
            if not row._is_current():
                reason = self.env._("the line has changed since")
            elif asked > 0 and "product_id" in changes:
                reason = self.env._("parts were asked for or issued; take them back")
            elif uom.compare(row.new_quantity, asked) < 0:
                reason = self.env._("more was asked for or issued; take it back")
            elif line.is_done and not row.new_quantity:
                reason = self.env._("the operation is done")
            elif line.sale_line_id.qty_invoiced and changes.keys() - {"quantity"}:
                reason = self.env._("it is invoiced; issue a credit note first")
            else:
                continue
            raise UserError(
                self.env._(
                    "Revision %(name)s, %(line)s: %(reason)s.",
                    name=row.revision_id.name,
                    line=line.name,
                    reason=reason,
                )
            )
