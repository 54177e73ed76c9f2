from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesAppointmentLine(models.Model):
    """A part or an operation that an appointment is about; later a ticket's line."""

    _name = "aftersales.appointment.line"
    _description = "Appointment Line"
    _order = "appointment_id, sequence, id"
    _check_company_auto = True

    appointment_id = fields.Many2one(
        "aftersales.appointment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="appointment_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="appointment_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
    )
    name = fields.Char(
        "Description",
        required=True,
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
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
    price_subtotal = fields.Monetary(
        "Amount", compute="_compute_price_subtotal", store=True, help="Without tax."
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a line must be more than zero."
    )
    _price_positive = models.Constraint(
        "CHECK(price_unit >= 0)", "A price cannot be negative."
    )

    @api.depends("product_id")
    def _compute_from_product(self):
        for line in self:
            product = line.product_id
            line.product_uom_id = product.uom_id
            if product and not (line._origin.id and line.name):
                line.name = product.display_name

    @api.depends("product_id", "product_uom_id", "appointment_id.partner_id")
    def _compute_price_unit(self):
        for line in self:
            appointment = line.appointment_id
            if not line.product_id:
                line.price_unit = 0.0
                continue
            pricelist = appointment.partner_id.with_company(
                appointment.company_id
            ).property_product_pricelist
            line.price_unit = pricelist._get_product_price(
                line.product_id,
                line.quantity or 1.0,
                currency=line.currency_id,
                uom=line.product_uom_id,
            )

    @api.depends("quantity", "price_unit")
    def _compute_price_subtotal(self):
        for line in self:
            amount = line.quantity * line.price_unit
            line.price_subtotal = (
                line.currency_id.round(amount) if line.currency_id else amount
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        """Raise UserError for lines the customer has agreed to already."""
        if self.env.su:
            return
        for appointment in self.appointment_id:
            if appointment.state != "draft":
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s is agreed with the customer; its "
                        "lines do not change any more. Add what is new on the ticket.",
                        appointment=appointment.name,
                    )
                )

    def _is_part(self):
        """Return whether the line is a part out of our stock."""
        self.ensure_one()
        return self.product_id.type == "consu" and self.product_id.is_storable

    def _get_hours(self):
        """Return the hours of work of this line, counted as a ticket does."""
        self.ensure_one()
        product = self.product_id
        if product.type != "service":
            return 0.0
        if product.aftersales_standard_hours:
            return product.aftersales_standard_hours * self.quantity
        hour = self.env.ref("uom.product_uom_hour")
        if self.product_uom_id._has_common_reference(hour):
            return self.product_uom_id._compute_quantity(self.quantity, hour)
        return self.company_id.aftersales_default_hours or 1.0

    def _prepare_ticket_line_vals(self):
        """Return the values of the ticket's line this one becomes (R-APPT-17)."""
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.quantity,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "payer": self.payer,
        }
