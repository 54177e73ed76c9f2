from odoo import api, fields, models


class AftersalesTicketLine(models.Model):
    """The price of a line by the method of its estimate (R-EST-01, R-EST-03)."""

    _inherit = "aftersales.ticket.line"

    amount_risk = fields.Monetary(
        "Of it risk",
        compute="_compute_amount_risk",
        help="Premium of a fixed price in this line, without tax and discount.",
    )

    def _carries_risk(self):
        """Whether the price of this line holds the premium of a fixed price."""
        self.ensure_one()
        return bool(
            self.ticket_id.estimate_method == "symptom"
            and self.ticket_id.estimate_risk
            and self.line_type == "operation"
            and self.payer in ("customer", "insurer")
            and self.origin == "first"
            and not self.deferred_from_id
        )

    @api.depends("ticket_id.estimate_method", "ticket_id.estimate_risk", "payer")
    def _compute_price_unit(self):
        result = super()._compute_price_unit()
        for line in self:
            # sudo: the question only, whatever the rights of who edits the line
            if (
                line.product_id
                and line.approval == "proposed"
                and line._carries_risk()
                and line.sudo()._is_order_open()
            ):
                line.price_unit *= 1 + line.ticket_id.estimate_risk / 100
        return result

    @api.depends(
        "price_unit",
        "quantity",
        "payer",
        "line_type",
        "ticket_id.estimate_method",
        "ticket_id.estimate_risk",
    )
    def _compute_amount_risk(self):
        for line in self:
            share = 0.0
            if line._carries_risk():
                risk = line.ticket_id.estimate_risk
                share = line._get_amount_undiscounted() * risk / (100 + risk)
            line.amount_risk = share

    def _get_amount_undiscounted(self):
        """Return the line's amount without tax, before its discount."""
        self.ensure_one()
        if not self.discount:
            return self.price_subtotal
        return self.tax_ids.compute_all(
            self.price_unit,
            currency=self.currency_id,
            quantity=self.quantity,
            product=self.product_id,
            partner=self._get_price_partner(),
        )["total_excluded"]

    @api.depends("product_id", "is_safety")
    def _compute_no_guarantee(self):
        # An aftermarket part in a key position carries no guarantee either (R-EST-03).
        result = super()._compute_no_guarantee()
        for line in self:
            if line.supply == "own_aftermarket" and line.is_safety:
                line.no_guarantee = True
        return result
