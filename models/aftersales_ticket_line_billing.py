from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import float_compare

from .aftersales_ticket_billing import BILLED_APPROVALS

# What follows from an answer of the payer, and from nothing else.
ANSWER_FIELDS = {
    "approval",
    "approved_at",
    "approved_by",
    "approved_how",
    "sale_line_id",
}
PROPOSED = ("approval", "proposed")
# What an order line takes over from its ticket line.
ORDER_FIELDS = {
    "product_id",
    "name",
    "quantity",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "sequence",
    "payer",
    "supply",
    "approval",
}


class AftersalesTicketLine(models.Model):
    """What a line is worth to its payer, and the order line that follows it."""

    _inherit = "aftersales.ticket.line"

    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Where the payer is billed for this line.",
    )
    is_covered = fields.Boolean(
        compute="_compute_is_covered",
        help="Nobody outside the company is billed for this line.",
    )

    @api.depends(
        "payer",
        "ticket_id.partner_id",
        "ticket_id.insurer_id",
        "ticket_id.warranty_provider_id",
    )
    def _compute_is_covered(self):
        for line in self:
            line.is_covered = line.payer != "customer" and not (
                line.ticket_id._get_payer_partner(line.payer)
            )

    def _get_price_partner(self):
        """Whose prices and taxes hold: the payer's, else the customer's."""
        self.ensure_one()
        ticket = self.ticket_id
        return ticket._get_payer_partner(self.payer) or ticket.partner_id

    @api.depends("payer", "ticket_id.insurer_id", "ticket_id.warranty_provider_id")
    def _compute_tax_ids(self):
        # The same taxes as on the order of the payer: his fiscal position maps them.
        positions = {}
        for line in self:
            company = line.ticket_id.company_id or self.env.company
            partner = line._get_price_partner()
            if (company, partner) not in positions:
                delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
                positions[company, partner] = (
                    self.env["account.fiscal.position"]
                    .with_company(company)
                    ._get_fiscal_position(partner, delivery)
                )
            taxes = line.product_id.taxes_id._filter_taxes_by_company(company)
            line.tax_ids = positions[company, partner].map_tax(taxes)

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_answer(
                {k: v for k, v in vals.items() if v and (k, v) != PROPOSED}
            )
        lines = super().create(vals_list)
        lines._sync_orders()
        return lines

    def write(self, vals):
        self._check_answer(vals)
        if (ORDER_FIELDS - {"sequence", "approval"}) & vals.keys():
            self._check_signed(vals)
        result = super().write(vals)
        if ORDER_FIELDS & vals.keys():
            self._sync_orders()
        if "is_done" in vals:
            self._sync_delivered()
        return result

    def unlink(self):
        self._check_signed()
        tickets = self.ticket_id
        result = super().unlink()
        self.browse()._sync_orders(tickets.exists())
        return result

    def _check_answer(self, vals):
        """Refuse to write what the payer's answer alone decides (R-SIGN-02).

        :raises AccessError: unless the ticket's own steps write it
        """
        if ANSWER_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._(
                    "What a payer has agreed to follows from his answer: let him sign "
                    "the order, or record his consent on the ticket."
                )
            )

    def _check_signed(self, vals=None):
        """Refuse to change a line whose order was signed and waits for its deposit.

        :param vals: values to be written; None for a deletion
        :raises UserError: naming line and order
        """
        # sudo: technicians write lines too; only the order's name is shown
        for line in self.sudo():
            order = line.sale_line_id.order_id
            if not order or order.state not in ("draft", "sent") or not order.signature:
                continue
            if vals is not None and not line._is_changed(vals):
                continue
            raise UserError(
                self.env._(
                    "Line %(line)s of ticket %(ticket)s: order %(order)s is signed and "
                    "waits for its deposit. Add a line for what has changed, or cancel "
                    "the order.",
                    line=line.name,
                    ticket=line.ticket_id.name,
                    order=order.name,
                )
            )

    def _is_changed(self, vals):
        """Whether ``vals`` change what the order says about this line."""
        self.ensure_one()
        for fname in (ORDER_FIELDS - {"sequence", "approval"}) & vals.keys():
            field = self._fields[fname]
            new = field.convert_to_cache(vals[fname], self, validate=False)
            if field.convert_to_record(new, self) != self[fname]:
                return True
        return False

    # -- The order line ---------------------------------------------------------------

    def _is_billed(self):
        """Whether somebody is billed for this line: not declined, and not a part the
        customer brought himself."""
        self.ensure_one()
        return bool(
            self.approval in BILLED_APPROVALS
            and (self.line_type != "part" or self.supply != "customer")
            and self.ticket_id._get_payer_partner(self.payer)
        )

    def _is_order_open(self):
        """Whether this line may still be put on an order or changed on its own."""
        self.ensure_one()
        order = self.sale_line_id.order_id
        return not order or order.state == "cancel" or order._aftersales_is_open()

    def _sync_orders(self, tickets=None):
        """Let the open orders of these lines' tickets follow (batch)."""
        if self.env.su and self.env.context.get("aftersales_sync"):
            return
        tickets = tickets or self.ticket_id
        quoted = tickets.filtered(
            lambda ticket: ticket.state not in ("new", "assigned", "diagnosed")
        )
        if quoted:
            quoted._billing_sync()

    def _sync_delivered(self):
        """A finished operation is delivered on its order, an unfinished one is not."""
        # sudo: technicians finish operations and hold no rights on orders
        for line in self.sudo():
            order_line = line.sale_line_id
            if (
                line.line_type == "operation"
                and order_line.state == "sale"
                and order_line.qty_delivered_method == "manual"
            ):
                done = order_line.product_uom_qty if line.is_done else 0.0
                if order_line.qty_delivered != done:
                    order_line.qty_delivered = done

    def _prepare_order_line_vals(self, order):
        """Values of the line of ``order`` that bills this line.

        The price is converted when the payer's price list has another currency.
        """
        self.ensure_one()
        price = self.price_unit
        if self.currency_id and self.currency_id != order.currency_id:
            price = self.currency_id._convert(
                price,
                order.currency_id,
                order.company_id,
                order.date_order or fields.Date.today(),
                round=False,
            )
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "sequence": self.sequence,
            "product_uom_qty": self.quantity,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": price,
            # Not the price list's own price: the standard must not compute it anew.
            "technical_price_unit": 0.0,
            "discount": self.discount,
            "tax_ids": [Command.set(self.tax_ids.ids)],
        }

    def _get_order_line_changes(self, order):
        """Values to bring the order line of this line in step; empty when it is."""
        self.ensure_one()
        vals = self._prepare_order_line_vals(order)
        order_line = self.sale_line_id
        uom = self.product_uom_id
        same = (
            order_line.product_id == self.product_id
            and order_line.name == self.name
            and order_line.sequence == self.sequence
            and order_line.product_uom_id == uom
            and order_line.tax_ids == self.tax_ids
            and uom.compare(order_line.product_uom_qty, self.quantity) == 0
            and order_line.discount == self.discount
            and not float_compare(
                order_line.price_unit, vals["price_unit"], precision_digits=6
            )
        )
        return {} if same else vals
