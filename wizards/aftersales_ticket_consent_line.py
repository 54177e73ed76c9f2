from odoo import api, fields, models


class AftersalesTicketConsentLine(models.TransientModel):
    """What the payer says to one line (R-BEY-06)."""

    _name = "aftersales.ticket.consent.line"
    _description = "Answer to One Line"

    consent_id = fields.Many2one(
        "aftersales.ticket.consent", required=True, ondelete="cascade", index=True
    )
    line_id = fields.Many2one("aftersales.ticket.line", required=True, readonly=True)
    name = fields.Char(related="line_id.name")
    payer = fields.Selection(related="line_id.payer")
    quantity = fields.Float(related="line_id.quantity")
    is_safety = fields.Boolean(related="line_id.is_safety")
    currency_id = fields.Many2one(related="line_id.currency_id")
    price_total = fields.Monetary(related="line_id.price_total")
    choice = fields.Selection(
        [("approve", "Yes"), ("defer", "Next visit"), ("decline", "No")],
        string="Answer",
        required=True,
        default="approve",
    )
    reason_id = fields.Many2one("aftersales.decline.reason")
    note = fields.Char("In his words")
    deferred_until = fields.Date("Price held until")
    warning = fields.Char(compute="_compute_warning")

    @api.depends("choice", "reason_id", "is_safety")
    def _compute_warning(self):
        for answer in self:
            refused = answer.choice != "approve"
            answer.warning = refused and (
                answer.is_safety
                and self.env._("Tell him that the vehicle may not be safe without it.")
                or answer.reason_id.warns
                and self.env._("Ask him whether the vehicle is safe without it.")
            )

    def _prepare_answer(self):
        """Return this row as `_record_answers` of the ticket takes it."""
        self.ensure_one()
        return {
            "line": self.line_id,
            "choice": self.choice,
            "reason": self.reason_id,
            "note": self.note,
            "until": self.deferred_until,
        }
