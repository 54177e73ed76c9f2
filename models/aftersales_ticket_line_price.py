from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

PRICE_FIELDS = {"price_unit", "discount", "product_id", "product_uom_id"}
PRICE_STAMPS = {"price_asked_by_id", "price_approved_by_id", "price_approved_at"}


class AftersalesTicketLine(models.Model):
    """Only published prices: another one needs a manager (R-SETT-07, R-EST-09)."""

    _inherit = "aftersales.ticket.line"

    price_published = fields.Float(
        "Published price",
        digits="Product Price",
        compute="_compute_price_published",
        store=True,
        precompute=True,
        help="By the price list, when the line was made.",
    )
    is_off_list = fields.Boolean(
        "Not the published price",
        compute="_compute_is_off_list",
        store=True,
        help="Unit price or discount differ from the price list.",
    )
    price_asked_by_id = fields.Many2one(
        "res.users", "Price entered by", readonly=True, copy=False
    )
    price_approved_by_id = fields.Many2one(
        "res.users", "Price approved by", readonly=True, copy=False
    )
    price_approved_at = fields.Datetime(readonly=True, copy=False)

    _price_four_eyes = models.Constraint(
        "CHECK(price_approved_by_id IS NULL"
        " OR price_asked_by_id IS DISTINCT FROM price_approved_by_id)",
        "Nobody approves a price he entered himself.",
    )

    @api.depends(
        "product_id",
        "product_uom_id",
        "payer",
        "ticket_id.partner_id",
        "ticket_id.estimate_method",
    )
    def _compute_price_published(self):
        for line in self:
            if line.approval != "proposed" and line.price_published:
                continue
            line.price_published = line._get_published_price()
            if line._carries_risk():
                # A fixed price holds the premium that the company has set.
                # sudo: a setting, whatever the reader's rights
                company = line.ticket_id.sudo().company_id
                line.price_published *= 1 + company.aftersales_estimate_risk / 100

    def _get_published_price(self):
        """Return the unit price of this line by the customer's price list."""
        self.ensure_one()
        if not self.product_id:
            return 0.0
        ticket = self.ticket_id
        pricelist = ticket.partner_id.with_company(
            ticket.company_id
        ).property_product_pricelist
        return pricelist._get_product_price(
            self.product_id,
            self.quantity or 1.0,
            currency=self.currency_id,
            uom=self.product_uom_id,
            date=ticket.reported_at,
        )

    @api.depends("price_unit", "discount", "price_published")
    def _compute_is_off_list(self):
        digits = self.env["decimal.precision"].precision_get("Product Price")
        for line in self:
            line.is_off_list = bool(line.discount) or (
                float_compare(
                    line.price_unit, line.price_published, precision_digits=digits
                )
                != 0
            )

    def _needs_price_approval(self):
        """The billed lines of these whose price nobody has approved.

        A fee as it was told to the customer, and work that returns at the price it
        was put off at, keep their price.
        """
        return self.filtered(
            lambda line: (
                line.is_off_list
                and line._is_billed()
                and not line.price_approved_by_id
                and not line._is_price_promised()
            )
        )

    def _is_price_promised(self):
        """Hook: whether the price of this line was promised before it was made."""
        self.ensure_one()
        if self.is_price_held:
            return self.price_unit == self.deferred_from_id.price_unit
        ticket = self.ticket_id
        fee = ticket.company_id._aftersales_get_diagnosis_fee_product()
        if self.product_id == fee and ticket.diagnosis_fee_told:
            return self.price_unit == ticket.diagnosis_fee_told
        return False

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_price_stamps(vals)
        lines = super().create(vals_list)
        # sudo: who entered a price is not editable
        lines.sudo().filtered("is_off_list").price_asked_by_id = self.env.uid
        return lines

    def write(self, vals):
        self._check_price_stamps(vals)
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            # sudo: another price needs another approval
            self.sudo().write(
                {
                    "price_asked_by_id": self.env.uid,
                    "price_approved_by_id": False,
                    "price_approved_at": False,
                }
            )
        return result

    def _check_price_stamps(self, vals):
        """Refuse to write who entered or approved a price by hand.

        :raises AccessError: unless a step writes it
        """
        if PRICE_STAMPS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("A manager approves a price by the step Approve price.")
            )

    # -- Steps ------------------------------------------------------------------------

    def action_approve_price(self):
        """Approve a price other than the published one (R-SETT-07).

        :raises AccessError: without the role Manager
        :raises UserError: by the one who entered the price
        """
        self.ticket_id._check_role("manager")
        for line in self:
            if line.price_asked_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: you entered this price "
                        "yourself. Another manager approves it.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )
        # sudo: stamps are not editable, role and person are checked above
        self.sudo().write(
            {
                "price_approved_by_id": self.env.uid,
                "price_approved_at": fields.Datetime.now(),
            }
        )
        return True
