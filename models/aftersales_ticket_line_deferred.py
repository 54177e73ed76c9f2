from odoo import api, fields, models
from odoo.exceptions import AccessError


class AftersalesTicketLine(models.Model):
    """Deferred work that returns on a later ticket at its price (R-BEY-07)."""

    _inherit = "aftersales.ticket.line"

    deferred_from_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Put off on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The line of an earlier ticket that returns with this one.",
    )
    returned_line_ids = fields.One2many(
        "aftersales.ticket.line",
        "deferred_from_id",
        string="Returned as",
        readonly=True,
    )
    is_price_held = fields.Boolean(
        "Old price",
        compute="_compute_is_price_held",
        help="The price of the earlier offer still holds.",
    )

    _deferred_once = models.UniqueIndex(
        "(deferred_from_id) WHERE deferred_from_id IS NOT NULL",
        "This work is on another ticket already.",
    )

    @api.depends("deferred_from_id", "ticket_id.reported_at", "ticket_id.partner_id")
    def _compute_is_price_held(self):
        for line in self:
            line.is_price_held = line._keeps_price_of(line.deferred_from_id)

    def _keeps_price_of(self, origin):
        """Whether the offer of ``origin`` still binds us on this line's ticket.

        It does towards the same customer, when he reported before the day was over.
        """
        self.ensure_one()
        ticket = self.ticket_id
        return bool(origin) and origin._offers_price_to(ticket)

    def _offers_price_to(self, ticket):
        """Whether the price of this deferred line holds on ``ticket``."""
        self.ensure_one()
        if not self.deferred_until or not ticket.reported_at:
            return False
        came = fields.Datetime.context_timestamp(ticket, ticket.reported_at).date()
        return (
            came <= self.deferred_until
            and self.ticket_id.partner_id.commercial_partner_id
            == ticket.partner_id.commercial_partner_id
            and self.currency_id == ticket.currency_id
        )

    @api.depends("deferred_from_id")
    def _compute_price_unit(self):
        # sudo: the earlier offer, whatever the rights of who edits the line
        held = self.filtered(
            lambda line: (
                line.approval == "proposed"
                and line.deferred_from_id
                and line.product_id == line.sudo().deferred_from_id.product_id
                and line.product_uom_id == line.sudo().deferred_from_id.product_uom_id
                and line.sudo().is_price_held
            )
        )
        for line in held:
            line.price_unit = line.sudo().deferred_from_id.price_unit
        return super(AftersalesTicketLine, self - held)._compute_price_unit()

    def _check_answer(self, vals):
        if "deferred_from_id" in vals and not self.env.su:
            raise AccessError(
                self.env._(
                    "Work put off earlier is taken over by the button of the ticket."
                )
            )
        return super()._check_answer(vals)

    def _prepare_return_vals(self, ticket):
        """Values of the line with which this deferred work returns on ``ticket``."""
        self.ensure_one()
        vals = {
            "ticket_id": ticket.id,
            "deferred_from_id": self.id,
            "line_type": self.line_type,
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.quantity,
            "product_uom_id": self.product_uom_id.id,
            "supply": self.supply,
            "is_safety": self.is_safety,
            "payer": "customer",
        }
        if self._offers_price_to(ticket):
            vals.update(price_unit=self.price_unit, discount=self.discount)
        return vals
